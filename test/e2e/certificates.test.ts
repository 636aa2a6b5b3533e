import { readFile, rm } from 'node:fs/promises';
import type { Server } from 'node:https';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { issueAuthority, issueServingCertificate, type KeyPair } from '../../src/tls/issue-certificate.ts';
import { certificateDirectory, installCertificates } from './installation.ts';
import { gitSync, podOf } from './pod-manifests.ts';
import { servedFingerprint } from './served-certificate.ts';
import { issueTrusted, listenSilently, serviceHost } from './silent-server.ts';
import { controlPlane, describeWithApiServer, eventually, kubectl, startWebhook } from './suite.ts';
import { createNamespace } from './test-namespace.ts';
import type { Webhook } from './webhook.ts';

const lifetime = { now: new Date(), days: 1 };

describeWithApiServer('annotated pods are refused, and no others,', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close().closeAllConnections();
  });
  afterAll(() => installCertificates(kubectl, certificateDirectory(controlPlane())));

  it('where the webhook has the certificate of an authority that is not trusted', async () => {
    const authority = await issueAuthority(lifetime);
    await listen(await issueServingCertificate(authority, [serviceHost], lifetime));
    await expectRefusals('tls: failed to verify certificate: x509: certificate signed by unknown authority');
  });

  it('where the webhook has a certificate for another name', async () => {
    await listen(await issueTrusted('webhook.example.com', lifetime));
    await expectRefusals(`x509: certificate is valid for webhook.example.com, not ${serviceHost}`);
  });

  it('where the webhook does not answer in the five seconds that it has', async () => {
    await listen(await issueTrusted(serviceHost, lifetime));
    expect(await expectRefusals('context deadline exceeded')).toBeGreaterThan(4000);
  });

  async function listen(certificate: KeyPair): Promise<void> {
    servers.push(await listenSilently(certificate));
  }

  /** How many milliseconds the last one took. */
  async function expectRefusals(problem: string): Promise<number> {
    const namespace = await createNamespace();
    const milliseconds = await eventually(async () => {
      const startedMs = performance.now();
      const attempt = namespace.createPod(podOf('web', gitSync));
      await expect(attempt).rejects.toThrow(/failed calling webhook "pods\.sidecar\.io"/);
      await expect(attempt).rejects.toThrow(problem);
      return performance.now() - startedMs;
    });
    await namespace.createPod(podOf('bare'));
    return milliseconds;
  }
});

describeWithApiServer('a certificate in files, as cert-manager renews it,', () => {
  let webhook: Webhook | undefined;
  afterAll(() => webhook?.stop());

  it('is taken up while pods are admitted, none of which fails', async () => {
    const namespace = await createNamespace();
    const directory = certificateDirectory(controlPlane());
    await installCertificates(kubectl, directory);
    const [cert, key] = ['tls.crt', 'tls.key'].map(name => join(directory, name));
    const flags = ['--tls=files', `--tls-cert-file=${cert}`, `--tls-key-file=${key}`];
    webhook = await startWebhook(...flags);
    const { port } = webhook;
    const admit = () => namespace.createPod(podOf('web', gitSync), '--dry-run=server');
    // Another webhook may have been trusted just before.
    await eventually(admit);
    const served = async () => servedFingerprint(port, await readFile(join(directory, 'ca.crt'), 'utf8'));
    const old = await served();
    const failures: unknown[] = [];
    const attempt = () => admit().catch(error => failures.push(error));
    let isRenewed = false;
    const traffic = (async () => {
      while (!isRenewed) await attempt();
    })();
    await Promise.all(['tls.crt', 'tls.key'].map(name => rm(join(directory, name))));
    await installCertificates(kubectl, directory);
    await eventually(async () => expect(await served()).not.toBe(old)).finally(() => {
      isRenewed = true;
    });
    await traffic;
    // More at once than before, so that some come over new connections.
    await Promise.all([attempt(), attempt(), attempt(), attempt()]);
    expect(failures).toEqual([]);
    await eventually(() => {
      const admitted = webhook?.entries.filter(({ dryRun }) => dryRun === true);
      expect(admitted?.length).toBeGreaterThan(4);
    });
  });
});
