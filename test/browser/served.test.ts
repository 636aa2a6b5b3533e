import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeLocalCertificates } from '../integration/local-certificates.ts';
import { projectRoot, WebhookProcess } from '../integration/webhook-process.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { textOf } from './editor-text.ts';
import { describeInBrowser } from './in-browser.ts';

describeInBrowser('the page of a running injector', ({ open }) => {
  let certs: Awaited<ReturnType<typeof makeLocalCertificates>>;
  beforeAll(async () => {
    certs = await makeLocalCertificates();
  });
  afterAll(() => certs.remove());

  it('shows what is in force, and follows it without being opened again', async () => {
    const sidecars = temporaryDirectory();
    cpSync(join(projectRoot, 'sidecars'), sidecars, { recursive: true });
    const webhook = await WebhookProcess.start(certs.path, '--sidecars', sidecars);
    const origin = `http://127.0.0.1:${webhook.statusPort}`;
    const playground = await open({ url: `${origin}/` });
    const source = playground.page.locator('#source');
    expect(await source.textContent()).toContain('of the running injector');
    expect(await textOf(playground.result)).toContain('registry.k8s.io/git-sync');

    const file = join(sidecars, 'git-sync.yaml');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('registry.k8s.io/git-sync/', 'registry.example.com/'));
    await expect.poll(() => textOf(playground.result)).toContain('image: registry.example.com/git-sync:');
    expect(playground.requests[0]).toBe(`${origin}/`);
    expect(new Set(playground.requests.slice(1))).toEqual(new Set([`${origin}/playground.json`]));
    expect(playground.takeFaults()).toEqual([]);

    webhook.kill();
    await expect.poll(() => source.textContent()).toContain('which answers no more');
    // A browser tells that nobody answered.
    expect(playground.takeFaults().filter(fault => !fault.includes('ERR_CONNECTION_REFUSED'))).toEqual([]);
    await playground.page.close();
    playground.takeFaults();
  });
});
