import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../temporary-directory.ts';
import { makeLocalCertificates } from './local-certificates.ts';
import { podWith, reviewOf } from './reviews.ts';
import { call } from './webhook-client.ts';
import { startProgram, WebhookProcess } from './webhook-process.ts';

let certs: Awaited<ReturnType<typeof makeLocalCertificates>>;
beforeAll(async () => {
  certs = await makeLocalCertificates();
});
afterAll(() => certs.remove());

/** The path of a file with this text. */
function fileOf(name: string, text: string): string {
  const path = join(temporaryDirectory(), name);
  writeFileSync(path, text);
  return path;
}

const namespaces = `apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {sidecar.io/inject: enabled}
  annotations: {sidecar.io/statsd-exporter: "true"}
`;

const config = `inject:
  - namespaces: {matchLabels: {kubernetes.io/metadata.name: other}}
    annotations: {sidecar.io/statsd-exporter: "true"}
`;

/** A pod that says nothing itself, in a namespace. */
function plainIn(namespace: string): string {
  const review = JSON.parse(reviewOf(podWith({})));
  return JSON.stringify({ ...review, request: { ...review.request, namespace } });
}

describe('the webhook where there is no cluster', () => {
  it('counts the Namespaces of a file, and rules beside them', async () => {
    const flags = [
      '--namespaces',
      fileOf('namespaces.yaml', namespaces),
      '--config',
      fileOf('config.yaml', config),
    ];
    const webhook = await WebhookProcess.start(certs.path, ...flags);
    const patchOf = async (namespace: string, path: string) => {
      const { text } = await call(webhook, { path, body: plainIn(namespace) });
      const { allowed, patch = '' } = JSON.parse(text).response;
      expect(allowed).toBe(true);
      return Buffer.from(patch, 'base64').toString('utf8');
    };
    for (const path of ['/mutate', '/mutate/namespaces']) {
      expect(await patchOf('shop', path)).toContain('namespace shop');
      expect(await patchOf('other', path)).toContain('rule 1');
      expect(await patchOf('third', path)).toBe('');
    }
  });

  it('does not start with a file that has no Namespace', async () => {
    const program = startProgram(['serve', '--namespaces', fileOf('config.yaml', 'a: b\n')]);
    expect(await program.exitCode()).toBe(1);
    expect(program.stderr).toMatch(
      /^sidecar-injector: --namespaces: \S+ has no Namespace object; use a file /m,
    );
  });
});
