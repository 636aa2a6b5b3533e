import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPlayground } from '../../scripts/playground-build.ts';
import type { PlaygroundState } from '../../src/playground/playground-state.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { makeLocalCertificates } from './local-certificates.ts';
import { projectRoot, WebhookProcess } from './webhook-process.ts';

let page: string;
let certs: Awaited<ReturnType<typeof makeLocalCertificates>>;
beforeAll(async () => {
  // Into `dist` of the checkout: the program has no option for the page, it takes the one that it comes with.
  page = await buildPlayground();
  certs = await makeLocalCertificates();
});
afterAll(() => certs.remove());

async function stateOf(webhook: WebhookProcess): Promise<PlaygroundState> {
  const { status, text } = await webhook.status('/playground.json');
  expect(status).toBe(200);
  return JSON.parse(text);
}

/** What a definition is from now on, in a file of its name. */
function write(directory: string, name: string, image: string): string {
  const text = `apiVersion: sidecar.io/v1
kind: Sidecar
metadata: {name: ${name}}
spec:
  description: Ships the logs of the app.
  container: {image: "${image}"}
`;
  writeFileSync(join(directory, `${name}.yaml`), text);
  return text;
}

function configurationWith(text: string): readonly string[] {
  const file = join(temporaryDirectory(), 'config.yaml');
  writeFileSync(file, text);
  return ['--config', file];
}

describe('the playground of an injector on one’s own machine', () => {
  it('is the page that was built, with what is in force in place of what it was built with', async () => {
    const webhook = await WebhookProcess.start(certs.path);
    const { status, text } = await webhook.status('/');
    expect(status).toBe(200);
    const [before, after] = readFileSync(page, 'utf8').split(
      /(?<=<script id="state" type="application\/json">).*/,
    );
    expect(text.startsWith(before?.replace("connect-src 'none'", "connect-src 'self'") ?? '-')).toBe(true);
    expect(text.endsWith(after ?? '-')).toBe(true);
    const [, json = ''] = /<script id="state" type="application\/json">(.*?)\n?<\/script>/s.exec(text) ?? [];
    const state: PlaygroundState = JSON.parse(json);
    expect(state).toEqual(await stateOf(webhook));
    expect(state.isLive).toBe(true);
    const shipped = readdirSync(join(projectRoot, 'sidecars')).filter(name => /^[a-z-]+\.yaml$/.test(name));
    expect(state.files.map(({ name }) => name)).toEqual(
      shipped.filter(name => name !== 'kustomization.yaml').sort(),
    );
  });

  it('follows the directory: a definition that is changed, and one that is wrong, are there soon', async () => {
    const sidecars = temporaryDirectory();
    write(sidecars, 'logs', 'example.com/logs:1');
    const webhook = await WebhookProcess.start(certs.path, '--sidecars', sidecars);
    const url = `http://127.0.0.1:${webhook.statusPort}/playground.json`;
    const ask = (known: string) => fetch(url, { headers: { 'if-none-match': known } });
    const first = await ask('""');
    const tag = first.headers.get('etag') ?? '';
    expect((await ask(tag)).status).toBe(304);

    const changed = write(sidecars, 'logs', 'example.com/logs:2');
    const broken = { name: 'more.yaml', text: 'metadata: {name: more' };
    writeFileSync(join(sidecars, broken.name), broken.text);
    await expect.poll(async () => (await ask(tag)).status, { timeout: 5000, interval: 100 }).toBe(200);
    await expect
      .poll(async () => (await stateOf(webhook)).files, { timeout: 5000, interval: 100 })
      .toEqual([{ name: 'logs.yaml', text: changed }, broken]);
    expect((await fetch(`http://127.0.0.1:${webhook.statusPort}/`)).status).toBe(200);
  });

  it('is told the settings of the operator, and nothing of keys and accounts', async () => {
    const webhook = await WebhookProcess.start(
      certs.path,
      ...configurationWith(`
        allowedHosts: [github.com]
        imageRegistry: registry.example.com/mirror
        images: {log-collector: "registry.example.com/logs:v2"}
        defaults: {git-sync: {depth: 5}}
        inject: [{annotations: {sidecar.io/statsd-exporter: "true"}}]
        workloadKinds: [{group: argoproj.io, version: v1alpha1, resource: rollouts, kind: Rollout, template: spec.template}]
      `),
    );
    const { files: _, ...state } = await stateOf(webhook);
    expect(state).toMatchObject({
      settings: {
        defaults: { 'git-sync': { depth: '5' } },
        images: { 'log-collector': 'registry.example.com/logs:v2' },
      },
      policy: { allowedHosts: ['github.com'], imageRegistry: 'registry.example.com/mirror' },
      rules: [{ from: 'rule 1', annotations: { 'sidecar.io/statsd-exporter': 'true' } }],
      workloadKinds: [{ kind: 'Rollout' }],
    });
    expect(JSON.stringify(state)).not.toContain(certs.path);
  });

  it('is not there where the operator turns it off', async () => {
    const webhook = await WebhookProcess.start(certs.path, ...configurationWith('playground: false'));
    expect(await webhook.status('/')).toEqual({
      status: 404,
      text: 'not found; use /livez, /readyz, /metrics or /version\n',
    });
  });
});

describe('the playground of an injector with certificates of a cluster', () => {
  const start = (...flags: readonly string[]) =>
    WebhookProcess.startWithFiles(readFileSync(join(certs.path, 'ca.crt'), 'utf8'), certs.path, ...flags);

  it('is not there in a cluster, unless the operator asks for it', async () => {
    const shipped = await start();
    for (const path of ['/', '/playground.json']) {
      expect(await shipped.status(path)).toEqual({
        status: 404,
        text: 'not found; use /livez, /readyz, /metrics or /version\n',
      });
    }
    const asked = await start(...configurationWith('playground: true'));
    expect(await asked.status('/')).toMatchObject({
      status: 200,
      text: expect.stringContaining('<script id="state"'),
    });
    expect((await stateOf(asked)).isLive).toBe(true);
  });
});
