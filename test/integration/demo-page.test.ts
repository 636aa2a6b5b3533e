/**
 * The page that the README promises, of a real git-sync: the container of docs/examples/pod.yaml, run as the demonstration
 * runs it, with a repository of this machine.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { findGitSync } from '../../demo/git-sync-program.ts';
import { LocalSite } from '../../demo/local-site.ts';
import { execute, type Terminal } from '../../demo/transcript.ts';
import type { Pod } from '../../src/kubernetes/pod.ts';
import { gitSyncImage } from '../cluster/image-probe.ts';
import { commandBlocks } from '../documents.ts';
import { podAfter } from '../injection-fixture.ts';
import { projectRoot } from './webhook-process.ts';

const gitSync = findGitSync(gitSyncImage, process.env);
if ('missing' in gitSync)
  console.warn(`\ntest/integration/demo-page.test.ts skips all: ${gitSync.missing}\n`);

const example = parse(readFileSync(new URL('../../docs/examples/pod.yaml', import.meta.url), 'utf8')) as Pod;

/** Where nginx of the image looks for pages. https://github.com/nginx/docker-nginx */
const app = { container: 'nginx', documentRoot: '/usr/share/nginx/html', page: '/' };

function terminalWith(signal: AbortSignal): Terminal {
  return { directory: projectRoot, env: process.env, signal };
}

/** The pod of the example with this repository, as it is after injection. */
function injected(repository: string, parameters: Readonly<Record<string, string>> = {}): V1Pod {
  const annotations = {
    ...example.metadata.annotations,
    'sidecar.io/git-sync': repository,
    'sidecar.io/git-sync.depth': '0',
    'sidecar.io/git-sync.period': '1s',
    ...parameters,
  };
  return podAfter({ ...example, metadata: { ...example.metadata, annotations } }) as unknown as V1Pod;
}

describe('the first example of the README', () => {
  it('has the annotations of docs/examples/pod.yaml', () => {
    const [first] = commandBlocks('README.md');
    const written = Object.fromEntries(
      [...(first?.commands ?? '').matchAll(/(sidecar\.io\/\S+?)=(\S+)/g)].map(([, key, value]) => [
        key,
        value,
      ]),
    );
    expect(written).toEqual(example.metadata.annotations);
  });
});

describe.skipIf('missing' in gitSync)('the page of docs/examples/pod.yaml', () => {
  const program = 'program' in gitSync ? gitSync.program : '';

  it('is at the root of nginx, and changes with a push', async () => {
    const terminal = terminalWith(new AbortController().signal);
    const site = await LocalSite.open(terminal);
    onTestFinished(() => site.close());
    const url = await site.run(injected(site.repository), program, app);
    expect(new URL(url).pathname).toBe('/');
    const page = async () => (await fetch(url)).text();
    expect(await page()).toContain('version 1');
    const push = `cd ${site.workingCopy} && echo 'version 2' > index.html && git commit --quiet --all --message 2 && git push origin main`;
    expect(await execute(terminal, push)).toMatchObject({ exitCode: 0 });
    await expect.poll(page, { timeout: 20_000, interval: 100 }).toBe('version 2\n');
  });

  it('is not waited for by whoever interrupts', async () => {
    const interruption = new AbortController();
    const site = await LocalSite.open(terminalWith(interruption.signal));
    onTestFinished(() => site.close());
    const nothing = site.repository.replace('site.git', 'nothing.git');
    const running = site.run(injected(nothing), program, app);
    const outcome = expect(running).rejects.toThrow(/abort/i);
    await sleep(200);
    interruption.abort();
    await outcome;
  });
});
