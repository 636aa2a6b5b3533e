import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:tls';
import type { V1Role } from '@kubernetes/client-node';
import { afterAll, afterEach, expect, it } from 'vitest';
import { gitSync, podOf } from './pod-manifests.ts';
import {
  deleteRegistration,
  kubectlBase,
  patchRegistration,
  publishedBundle,
  registration,
  remakeRegistration,
} from './registration.ts';
import { deleteStoredAuthority, patchStoredAuthority, storedAuthority } from './stored-authority.ts';
import {
  controlPlane,
  describeWithApiServer,
  eventually,
  kubectl,
  reinstall,
  startWebhook,
  useWebhook,
} from './suite.ts';
import { createNamespace, injectorNamespace } from './test-namespace.ts';
import { Webhook } from './webhook.ts';

describeWithApiServer('the certificate authority', () => {
  const webhook = useWebhook();

  it('is in the Secret, alone trusted by the registration, and signs what is served', async () => {
    const authority = await storedAuthority();
    expect(await publishedBundle()).toBe(authority);
    const { issuer, subject, subjectAltName } = await servedCertificate(webhook());
    expect(issuer).toBe(new X509Certificate(authority).subject);
    expect(subject).toBe('CN=sidecar-injector');
    expect(subjectAltName).toBe(
      'DNS:sidecar-injector.sidecar-injector.svc, DNS:sidecar-injector.sidecar-injector, DNS:sidecar-injector.sidecar-injector.svc.cluster.local',
    );
  });

  it('is written to the registration under a field manager of its own that owns nothing else', async () => {
    const { metadata } = await registration();
    const onlyBundle = { '.': {}, 'f:name': {}, 'f:clientConfig': { 'f:caBundle': {} } };
    const own = metadata?.managedFields?.filter(({ manager }) => manager === 'sidecar-injector');
    expect(own?.map(({ operation, fieldsV1 }) => [operation, fieldsV1])).toEqual([
      [
        'Apply',
        {
          'f:webhooks': {
            'k:{"name":"pods.sidecar.io"}': onlyBundle,
            'k:{"name":"workloads.sidecar.io"}': onlyBundle,
            'k:{"name":"pods-in-namespaces.sidecar.io"}': onlyBundle,
            'k:{"name":"workloads-in-namespaces.sidecar.io"}': onlyBundle,
            'k:{"name":"namespaces.sidecar.io"}': onlyBundle,
          },
        },
      ],
    ]);
  });

  it('stays when deploy/base is applied again, client-side and server-side, and no pod is refused meanwhile', async () => {
    const before = await publishedBundle();
    const failures = await whileCreatingPods(async () => {
      await kubectlBase('apply');
      await kubectlBase('apply', '--server-side', '--force-conflicts');
      await kubectlBase('apply');
    });
    expect(failures).toEqual([]);
    expect(await publishedBundle()).toBe(before);
    expect((await kubectlBase('diff')).stdout).toBe('');
  });

  it.each([
    ['is emptied', ''],
    ['is replaced by another', Buffer.from('-----BEGIN CERTIFICATE-----\n').toString('base64')],
  ])('is back in the registration soon after the caBundle %s', async (_what, caBundle) => {
    const before = await publishedBundle();
    const patch = { webhooks: [{ name: 'pods.sidecar.io', clientConfig: { caBundle: caBundle || null } }] };
    await patchRegistration(patch);
    await expectSoon(`caBundle restored after it ${_what}`, async () =>
      expect(await publishedBundle()).toBe(before),
    );
    await expectInjection();
  });

  it('is back in a registration that was deleted and made again', async () => {
    const before = await publishedBundle();
    await remakeRegistration();
    await expectSoon('caBundle restored in a new configuration', async () =>
      expect(await publishedBundle()).toBe(before),
    );
    await expectInjection();
  });

  it('leaves other webhooks of the configuration alone', async () => {
    const other = {
      name: 'other.example.com',
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      clientConfig: { url: 'https://127.0.0.1:1/' },
      rules: [],
    };
    await patchRegistration([{ op: 'add', path: '/webhooks/0', value: other }]);
    const before = await publishedBundle(1);
    await patchRegistration([{ op: 'remove', path: '/webhooks/1/clientConfig/caBundle' }]);
    await expectSoon('caBundle restored beside another webhook', async () =>
      expect(await publishedBundle(1)).toBe(before),
    );
    const { webhooks } = await registration();
    expect(webhooks?.[0]?.clientConfig).toEqual({ url: 'https://127.0.0.1:1/' });
    await patchRegistration([{ op: 'remove', path: '/webhooks/0' }]);
  });

  it.each<readonly [what: string, damage: () => Promise<unknown>]>([
    ['deleted', deleteStoredAuthority],
    ['emptied', () => patchStoredAuthority({ data: null })],
    [
      'filled with garbage',
      () => patchStoredAuthority({ stringData: { 'ca.crt': 'x', 'ca.key': 'y', 'retired.crt': 'z' } }),
    ],
    ['robbed of its key', () => patchStoredAuthority({ data: { 'ca.key': null } })],
  ])(
    'is another one after the Secret was %s, with the old one trusted too and no pod refused',
    async (what, damage) => {
      const before = await storedAuthority();
      const served = await servedCertificate(webhook());
      const failures = await whileCreatingPods(async () => {
        await damage();
        await expectSoon(`Secret restored after it was ${what}`, async () => {
          const now = await storedAuthority();
          expect(now).toMatch(/^-----BEGIN CERTIFICATE-----/);
          expect(now).not.toBe(before);
        });
        await expectSoon(`the new authority served after the Secret was ${what}`, async () => {
          expect((await servedCertificate(webhook())).issuer).not.toBe(served.issuer);
        });
      });
      expect(failures).toEqual([]);
      expect(await publishedBundle()).toContain(before);
      expect(await publishedBundle()).toContain(await storedAuthority());
    },
  );
});

describeWithApiServer('a replica that starts', () => {
  afterAll(reinstall);

  it('on an expired authority makes another one', async () => {
    const { issueAuthority } = await import('../../src/tls/issue-certificate.ts');
    const expired = await issueAuthority({ now: new Date(Date.now() - 8 * 24 * 3600_000), days: 7 });
    await patchStoredAuthority({ data: null });
    await patchStoredAuthority({ stringData: { 'ca.crt': expired.cert, 'ca.key': expired.key } });
    const webhook = await startWebhook();
    expect(await storedAuthority()).not.toBe(expired.cert);
    expect(webhook.entries).toContainEqual(
      expect.objectContaining({ msg: 'certificate authority issued', reason: 'expired' }),
    );
    await expectInjection();
    await webhook.stop();
  });

  it('waits, alive and not ready, for the registration, and is ready soon after it is there', async () => {
    await deleteRegistration();
    const starting = startWebhook();
    await new Promise(resolve => setTimeout(resolve, 5000));
    await kubectlBase('apply');
    const webhook = await starting;
    expect(webhook.entries).toContainEqual(
      expect.objectContaining({
        problem: 'there is no MutatingWebhookConfiguration sidecar-injector; apply deploy/ again',
      }),
    );
    await webhook.stop();
  });
});

/** Each right of deploy/base/rbac.yaml, and what is said where it is missing. */
describeWithApiServer('without the right to', () => {
  let webhook: Webhook | undefined;
  afterEach(async () => {
    await webhook?.stop();
    webhook = undefined;
    await kubectlBase('apply');
  });

  it.each([
    [
      'get the Secret',
      { kind: 'role', verb: 'get', problem: /GET .*\/sidecar-injector-ca: 403 .*cannot get/ },
    ],
    ['change the Secret', { kind: 'role', verb: 'patch', problem: /PATCH .*-ca: 403 .*cannot patch/ }],
    ['make the Secret', { kind: 'role', verb: 'create', problem: /PATCH .*-ca: 403 .*forbidden/ }],
    ['get the registration', { kind: 'clusterrole', verb: 'get', problem: /GET .*webhookconf.*: 403 / }],
    [
      'change the registration',
      { kind: 'clusterrole', verb: 'patch', problem: /PATCH .*webhookconf.*: 403 / },
    ],
  ])('%s it says so and is not ready', async (_what, { kind, verb, problem }) => {
    await remakeRegistration();
    await (verb === 'create' ? deleteStoredAuthority() : patchStoredAuthority({ data: null }));
    const { rules } = await injectorNamespace.json<V1Role>(`get ${kind} sidecar-injector`);
    const verbs = rules?.[0]?.verbs.filter(other => other !== verb);
    const patch = JSON.stringify([{ op: 'replace', path: '/rules/0/verbs', value: verbs }]);
    await injectorNamespace.kubectl(['patch', kind, 'sidecar-injector', '--type=json', '--patch', patch]);
    webhook = new Webhook(kubectl, controlPlane());
    const line = await webhook.launch('certificate not in order');
    expect(line['problem']).toMatch(problem);
  });
});

async function expectInjection(): Promise<void> {
  const namespace = await createNamespace();
  // Each API server learns of a change a moment after it was made.
  await eventually(async () => {
    const { pod } = await namespace.createPod(podOf('web', gitSync), '--dry-run=server');
    expect(pod.spec?.initContainers?.[0]?.name).toBe('git-sync');
  });
}

/** Creates pods one after the other while something is done; returns what was said where one was refused. */
async function whileCreatingPods(work: () => Promise<void>): Promise<readonly unknown[]> {
  const namespace = await createNamespace();
  const failures: unknown[] = [];
  let isDone = false;
  const create = async () => {
    while (!isDone) {
      await namespace
        .createPod(podOf('web', gitSync), '--dry-run=server')
        .catch(error => failures.push(error));
    }
  };
  const traffic = create();
  await work().finally(() => {
    isDone = true;
  });
  await traffic;
  return failures;
}

/** Waits until something is so, and prints how long that took. */
async function expectSoon(what: string, check: () => Promise<unknown>): Promise<void> {
  const startedMs = performance.now();
  await eventually(check, { withinMs: 15_000 });
  console.log(`${what}: ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
}

async function servedCertificate({ port }: Webhook): Promise<X509Certificate> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const certificate = socket.getPeerX509Certificate();
  socket.destroy();
  if (certificate === undefined) throw new Error('no certificate is served');
  return certificate;
}
