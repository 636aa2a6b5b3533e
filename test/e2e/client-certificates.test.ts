import { writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { issueAuthority } from '../../src/tls/issue-certificate.ts';
import { gitSync, podOf } from './pod-manifests.ts';
import { controlPlane, describeWithApiServer, eventually, startWebhook } from './suite.ts';
import { createNamespace } from './test-namespace.ts';
import type { Webhook } from './webhook.ts';

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

describeWithApiServer('with --client-ca, and an API server that was told as docs/install.md says,', () => {
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
});

describeWithApiServer('with --client-ca of another CA', () => {
  let webhook: Webhook | undefined;
  afterAll(() => webhook?.stop());

  it('the API server is refused, and says so', async () => {
    const other = join(controlPlane().directory, 'other-client-ca.crt');
    writeFileSync(other, (await issueAuthority({ now: new Date(), days: 1 })).cert);
    webhook = await startWebhook(`--client-ca=${other}`);
    const namespace = await createNamespace();
    const refusal = await eventually(() => namespace.refusalOf(podOf('web', gitSync)));
    expect(refusal).toMatch(
      /failed calling webhook "pods\.sidecar\.io".*(EOF|connection reset|tls:|broken pipe)/s,
    );
    expect(webhook.entries.some(({ msg }) => msg === 'pod injected')).toBe(false);
  });
});
