/** A certificate that somebody else makes and renews, by the kustomization of docs/install/certificates.md. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { issueServingCertificate, type KeyPair } from '../../src/tls/issue-certificate.ts';
import { commandBlocks, fileIn } from '../documents.ts';
import { type Manifest, renderedText } from '../rendered-manifests.ts';
import { listOf } from './applied-overlay.ts';
import { cleanEnvironment } from './installation.ts';
import { firstInitContainers } from './pod-containers.ts';
import { gitSync, podOf } from './pod-manifests.ts';
import { servedFingerprint } from './served-certificate.ts';
import { serviceHost } from './silent-server.ts';
import {
  controlPlane,
  describeWithApiServer,
  eventually,
  kubectl,
  reinstall,
  startWebhook,
} from './suite.ts';
import { createNamespace } from './test-namespace.ts';
import type { Webhook } from './webhook.ts';

const lifetime = { now: new Date(), days: 30 };

describeWithApiServer('the component files, with a Secret that somebody else makes,', () => {
  let authority: KeyPair;
  let manifests: readonly Manifest[];
  let webhook: Webhook;
  beforeAll(async () => {
    authority = await runCommands();
    manifests = renderedText(shownKustomization(authority.cert));
    await kubectl('apply -f -', listOf(manifests));
    webhook = await startWebhook();
  });
  afterAll(async () => {
    await webhook?.stop();
    await reinstall();
    await kubectl('-n sidecar-injector delete secret webhook-certificate');
  });

  /** What the issuer does again and again. */
  async function renew(): Promise<void> {
    const { cert, key } = await issueServingCertificate(authority, [serviceHost], lifetime);
    await kubectl('apply --server-side -f -', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'webhook-certificate', namespace: 'sidecar-injector' },
      type: 'kubernetes.io/tls',
      stringData: { 'tls.crt': cert, 'tls.key': key },
    });
  }

  it('annotated pods are injected, and no rights of the account are needed for that', async () => {
    const namespace = await createNamespace();
    const { pod } = await eventually(() => namespace.createPod(podOf('web', gitSync)));
    expect(firstInitContainers([pod])).toEqual(['git-sync']);
    const kinds = manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(kinds).toContain('ClusterRole sidecar-injector-namespaces');
    expect(kinds).not.toContain('Role sidecar-injector');
    expect(kinds).not.toContain('ClusterRole sidecar-injector');
    expect(kinds).not.toContain('Secret sidecar-injector-ca');
  });

  it('a renewed certificate is served without a restart', async () => {
    const served = () => servedFingerprint(webhook.port, authority.cert);
    const before = await served();
    await renew();
    await webhook.mount();
    await eventually(async () => expect(await served()).not.toBe(before));
    const namespace = await createNamespace();
    await namespace.createPod(podOf('web', gitSync));
  });
});

/** Runs the commands of openssl that the page shows; the Secret has the first certificate then. */
async function runCommands(): Promise<KeyPair> {
  const [block] = commandBlocks('docs/install/certificates.md').filter(({ commands }) =>
    commands.includes('create secret generic webhook-certificate'),
  );
  const directory = await mkdtemp(join(controlPlane().directory, 'own-certificate-'));
  const env = { ...cleanEnvironment, KUBECONFIG: controlPlane().kubeconfig, TMPDIR: directory };
  await promisify(execFile)('bash', ['-e', '-o', 'pipefail', '-c', block?.commands ?? 'false'], {
    env,
    timeout: 60_000,
  });
  const [made = ''] = await readdir(directory);
  const read = (file: string) => readFile(join(directory, made, file), 'utf8');
  return { cert: await read('ca.crt'), key: await read('ca.key') };
}

/** With an authority in the place of the few letters that stand for one. */
function shownKustomization(authority: string): string {
  const shown = fileIn('docs/install/certificates.md', 'own-certificate/kustomization.yaml');
  return shown.replaceAll(/LS0tLS1CRUdJTi\S*?…/g, Buffer.from(authority).toString('base64'));
}
