import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { issueAuthority } from '../../src/tls/issue-certificate.ts';
import { fileIn } from '../documents.ts';
import { type Manifest, renderedElsewhere, renderedText } from '../rendered-manifests.ts';
import { listOf } from './applied-overlay.ts';
import { runProgram } from './pod-commands.ts';
import { gitSync, podOf } from './pod-manifests.ts';
import { deletePods, runAsPods } from './replicas.ts';
import {
  controlPlane,
  describeWithApiServer,
  eventually,
  kubectl,
  reinstall,
  startWebhook,
} from './suite.ts';
import { createNamespace, namespaceNamed } from './test-namespace.ts';
import { Webhook } from './webhook.ts';

/** What a client without a certificate gets; a body that would be answered otherwise. */
function askWithoutCertificate({ port }: Webhook): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request({
      host: '127.0.0.1',
      port,
      path: '/mutate',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      rejectUnauthorized: false,
      agent: false,
      timeout: 10_000,
    });
    call.once('timeout', () => call.destroy(new Error('timeout')));
    call.once('response', ({ statusCode }) => resolve(String(statusCode)));
    call.once('error', ({ message }) => (message === 'timeout' ? reject(message) : resolve(message)));
    call.end('{}');
  });
}

/** What `check -o json`, before or after, says of client certificates. */
async function checked(...args: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const { stdout } = await runProgram('check', '-o', 'json', ...args);
  const { checks } = JSON.parse(stdout) as { readonly checks: readonly Readonly<Record<string, string>>[] };
  return checks.find(({ check }) => check === 'client-certificate') ?? {};
}

/** What the kustomization of the page makes. */
function withComponent(): readonly Manifest[] {
  return renderedText(fileIn('docs/install/certificates.md', 'client-certificates/kustomization.yaml'));
}

describeWithApiServer('an API server that was told as docs/install/certificates.md says', () => {
  let webhook: Webhook | undefined;
  afterAll(async () => {
    await deletePods();
    await webhook?.stop();
    await kubectl('-n sidecar-injector delete configmap sidecar-injector-client-ca --ignore-not-found');
    await reinstall();
  });

  it('is seen to show a certificate before one is required', async () => {
    webhook = await startWebhook();
    await runAsPods({ 'replica-a': webhook });
    const namespace = await createNamespace();
    await eventually(() => namespace.createPod(podOf('web', gitSync)));
    const well = { outcome: 'ok', seen: 'not required; the API server shows one' };
    expect(await checked('--pre')).toMatchObject(well);
    expect(await checked()).toMatchObject(well);
    const { stdout } = await runProgram('version');
    expect(stdout).toContain('client certificates: not required; the API server shows one\n');
    await webhook.stop();
  });

  it('has pods injected with the component client-certificates', async () => {
    const ca = readFileSync(controlPlane().clientAuthority, 'utf8');
    await kubectl('apply --server-side --force-conflicts -f -', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'sidecar-injector-client-ca', namespace: 'sidecar-injector' },
      data: { 'ca.crt': ca },
    });
    await kubectl('apply -f -', listOf(withComponent()));
    webhook = await startWebhook();
    await runAsPods({ 'replica-a': webhook });
    const namespace = await createNamespace();
    await eventually(() => namespace.createPod(podOf('web', gitSync)));
    expect(await checked()).toMatchObject({ outcome: 'ok', seen: 'required; the API server shows one' });
    expect((await webhook.status('/metrics')).text).not.toMatch(
      /dropped_connections_total\{server="admission",reason="no-client-certificate"\} [1-9]/,
    );
    expect(await askWithoutCertificate(webhook)).toMatch(/alert|socket hang up|ECONNRESET|EPIPE/i);
  });
});

// It shows a certificate to one name alone, that of the Service in the usual namespace.
describeWithApiServer('an API server that shows no certificate', () => {
  const platform = namespaceNamed('platform-certificates');
  let webhook: Webhook | undefined;
  beforeAll(async () => {
    await kubectl('apply -f -', listOf(renderedElsewhere('default', platform.name)));
  });
  afterAll(async () => {
    await webhook?.stop();
    await kubectl(`delete namespace ${platform.name} --wait=false`);
    await reinstall();
  });

  it('is seen to show none, and everything works', async () => {
    webhook = new Webhook(kubectl, controlPlane(), [], platform.name);
    await webhook.start();
    const namespace = await createNamespace();
    await eventually(() => namespace.createPod(podOf('web', gitSync)));
    const { clientCertificates } = JSON.parse((await webhook.status('/version')).text);
    expect(clientCertificates).toEqual({ areRequired: false, shown: 'never' });
    await webhook.stop();
  });

  it('is refused where one is required, and check says why', async () => {
    const flag = `--client-ca=${controlPlane().clientAuthority}`;
    webhook = new Webhook(kubectl, controlPlane(), [flag], platform.name);
    await webhook.start();
    const namespace = await createNamespace();
    await eventually(async () => {
      const refusal = await namespace.refusalOf(podOf('web', gitSync));
      expect(refusal).toContain('remote error: tls: certificate required');
    });
    // Now and then the connection has ended before the API server reads the alert.
    await eventually(async () =>
      expect(await checked()).toMatchObject({
        outcome: 'failure',
        code: 'client-certificate-refused',
        cause: expect.stringContaining('tls: certificate required'),
      }),
    );
  });
});

describeWithApiServer(
  'with --client-ca, and an API server that was told as docs/install/certificates.md says,',
  () => {
    let webhook: Webhook;
    let file: string;
    beforeAll(async () => {
      file = controlPlane().clientAuthority;
      webhook = await startWebhook(`--client-ca=${file}`);
    });
    afterAll(() => webhook?.stop());

    it('annotated pods are injected', async () => {
      const namespace = await createNamespace();
      const { pod } = await namespace.createPod(podOf('web', gitSync));
      expect(pod.spec?.initContainers?.[0]?.name).toBe('git-sync');
    });

    it('the replica became ready by a handshake with the published bundle', async () => {
      expect((await webhook.status('/readyz')).text).toContain('[+]certificate trusted by the API server');
    });

    it('a client without a certificate gets nothing', async () => {
      expect(await askWithoutCertificate(webhook)).toMatch(/alert|socket hang up|ECONNRESET|EPIPE/i);
      expect((await webhook.status('/metrics')).text).toMatch(
        /dropped_connections_total\{server="admission",reason="no-client-certificate"\} [1-9]/,
      );
    });
  },
);

describeWithApiServer('with --client-ca of another CA', () => {
  let webhook: Webhook | undefined;
  afterAll(() => webhook?.stop());

  it('the API server is refused, and says so', async () => {
    const other = join(controlPlane().directory, 'other-client-ca.crt');
    writeFileSync(other, (await issueAuthority({ now: new Date(), days: 1 })).cert);
    webhook = await startWebhook(`--client-ca=${other}`);
    const namespace = await createNamespace();
    await eventually(async () =>
      expect(await namespace.refusalOf(podOf('web', gitSync))).toMatch(
        /failed calling webhook "pods\.sidecar\.io".*(EOF|connection reset|tls:|broken pipe)/s,
      ),
    );
    expect(webhook.entries.some(({ msg }) => msg === 'pod injected')).toBe(false);
  });
});
