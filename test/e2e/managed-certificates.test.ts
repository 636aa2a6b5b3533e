import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:tls';
import type { V1MutatingWebhookConfiguration, V1Secret } from '@kubernetes/client-node';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { baseDirectory, install } from './installation.ts';
import {
  controlPlane,
  createNamespace,
  createPod,
  describeWithApiServer,
  gitSync,
  kubectl,
  kubectlJson,
  podOf,
  startWebhook,
  useWebhook,
} from './suite.ts';
import { Webhook } from './webhook.ts';

const configuration = 'mutatingwebhookconfiguration sidecar-injector';
const secret = 'secret sidecar-injector-ca';
const waiting = { timeout: 30_000, interval: 100 };

describeWithApiServer('the certificate authority', () => {
  const webhook = useWebhook();

  it('is in the Secret, alone trusted by the registration, and signs what is served', async () => {
    const authority = await storedAuthority();
    expect(await bundle()).toBe(authority);
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
          },
        },
      ],
    ]);
  });

  it('stays when deploy/base is applied again, client-side and server-side, and no pod is refused meanwhile', async () => {
    const before = await bundle();
    const failures = await whileCreatingPods(async () => {
      await kubectl(['apply', '--kustomize', baseDirectory]);
      await kubectl(['apply', '--server-side', '--force-conflicts', '--kustomize', baseDirectory]);
      await kubectl(['apply', '--kustomize', baseDirectory]);
    });
    expect(failures).toEqual([]);
    expect(await bundle()).toBe(before);
    expect((await kubectl(['diff', '--kustomize', baseDirectory])).stdout).toBe('');
  });

  it.each([
    ['is emptied', ''],
    ['is replaced by another', Buffer.from('-----BEGIN CERTIFICATE-----\n').toString('base64')],
  ])('is back in the registration soon after the caBundle %s', async (_what, caBundle) => {
    const before = await bundle();
    const patch = { webhooks: [{ name: 'pods.sidecar.io', clientConfig: { caBundle: caBundle || null } }] };
    await kubectl(['patch', ...configuration.split(' '), '--patch', JSON.stringify(patch)]);
    await expectSoon(`caBundle restored after it ${_what}`, async () => expect(await bundle()).toBe(before));
    await expectInjection();
  });

  it('is back in a registration that was deleted and made again', async () => {
    const before = await bundle();
    await kubectl(`delete ${configuration}`);
    await kubectl(['apply', '--kustomize', baseDirectory]);
    await expectSoon('caBundle restored in a new configuration', async () =>
      expect(await bundle()).toBe(before),
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
    const add = [{ op: 'add', path: '/webhooks/0', value: other }];
    await kubectl(['patch', ...configuration.split(' '), '--type=json', '--patch', JSON.stringify(add)]);
    const before = await bundle(1);
    await kubectl([
      ...['patch', ...configuration.split(' '), '--type=json', '--patch'],
      JSON.stringify([{ op: 'remove', path: '/webhooks/1/clientConfig/caBundle' }]),
    ]);
    await expectSoon('caBundle restored beside another webhook', async () =>
      expect(await bundle(1)).toBe(before),
    );
    const { webhooks } = await registration();
    expect(webhooks?.[0]?.clientConfig).toEqual({ url: 'https://127.0.0.1:1/' });
    await kubectl([
      ...['patch', ...configuration.split(' '), '--type=json', '--patch'],
      JSON.stringify([{ op: 'remove', path: '/webhooks/0' }]),
    ]);
  });

  it.each<readonly [what: string, damage: () => Promise<unknown>]>([
    ['deleted', () => kubectl(`-n sidecar-injector delete ${secret}`)],
    ['emptied', () => patchSecret({ data: null })],
    [
      'filled with garbage',
      () => patchSecret({ stringData: { 'ca.crt': 'x', 'ca.key': 'y', 'retired.crt': 'z' } }),
    ],
    ['robbed of its key', () => patchSecret({ data: { 'ca.key': null } })],
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
      expect(await bundle()).toContain(before);
      expect(await bundle()).toContain(await storedAuthority());
    },
  );
});

describeWithApiServer('a replica that starts', () => {
  afterAll(() => install(kubectl));

  it('on an expired authority makes another one', async () => {
    const { issueAuthority } = await import('../../src/tls/issue-certificate.ts');
    const expired = await issueAuthority({ now: new Date(Date.now() - 8 * 24 * 3600_000), days: 7 });
    await patchSecret({ data: null });
    await patchSecret({ stringData: { 'ca.crt': expired.cert, 'ca.key': expired.key } });
    const webhook = await startWebhook();
    expect(await storedAuthority()).not.toBe(expired.cert);
    expect(webhook.entries).toContainEqual(
      expect.objectContaining({ msg: 'certificate authority issued', reason: 'expired' }),
    );
    await expectInjection();
    await webhook.stop();
  });

  it('waits, alive and not ready, for the registration, and is ready soon after it is there', async () => {
    await kubectl(`delete ${configuration}`);
    const starting = startWebhook();
    await new Promise(resolve => setTimeout(resolve, 5000));
    await kubectl(['apply', '--kustomize', baseDirectory]);
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
    await kubectl(['apply', '--kustomize', baseDirectory]);
  });

  const aboutSecret = { kind: 'role', scope: ['-n', 'sidecar-injector'] };
  const aboutRegistration = { kind: 'clusterrole', scope: [] };

  it.each([
    [
      'get the Secret',
      { ...aboutSecret, verb: 'get', problem: /GET .*\/sidecar-injector-ca: 403 .*cannot get/ },
    ],
    ['change the Secret', { ...aboutSecret, verb: 'patch', problem: /PATCH .*-ca: 403 .*cannot patch/ }],
    ['make the Secret', { ...aboutSecret, verb: 'create', problem: /PATCH .*-ca: 403 .*forbidden/ }],
    ['get the registration', { ...aboutRegistration, verb: 'get', problem: /GET .*webhookconf.*: 403 / }],
    [
      'change the registration',
      { ...aboutRegistration, verb: 'patch', problem: /PATCH .*webhookconf.*: 403 / },
    ],
  ])('%s it says so and is not ready', async (_what, { kind, scope, verb, problem }) => {
    await kubectl(`delete ${configuration}`);
    await kubectl(['apply', '--kustomize', baseDirectory]);
    await (verb === 'create' ? kubectl(`-n sidecar-injector delete ${secret}`) : patchSecret({ data: null }));
    const role: { rules: { verbs: string[] }[] } = JSON.parse(
      (await kubectl([...scope, 'get', kind, 'sidecar-injector', '--output=json'])).stdout,
    );
    const verbs = role.rules[0]?.verbs.filter(other => other !== verb);
    const patch = JSON.stringify([{ op: 'replace', path: '/rules/0/verbs', value: verbs }]);
    await kubectl([...scope, 'patch', kind, 'sidecar-injector', '--type=json', '--patch', patch]);
    webhook = new Webhook(kubectl, controlPlane());
    const line = await webhook.launch('certificate not in order');
    expect(line['problem']).toMatch(problem);
  });
});

async function expectInjection(): Promise<void> {
  const namespace = await createNamespace();
  // Each API server learns of a change a moment after it was made.
  await vi.waitFor(async () => {
    const { pod } = await createPod(namespace, podOf('web', gitSync), '--dry-run=server');
    expect(pod.spec?.initContainers?.[0]?.name).toBe('git-sync');
  }, waiting);
}

/** Creates pods one after the other while something is done; returns what was said where one was refused. */
async function whileCreatingPods(work: () => Promise<void>): Promise<readonly unknown[]> {
  const namespace = await createNamespace();
  const failures: unknown[] = [];
  let isDone = false;
  const create = async () => {
    while (!isDone) {
      await createPod(namespace, podOf('web', gitSync), '--dry-run=server').catch(error =>
        failures.push(error),
      );
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
  await vi.waitFor(check, { timeout: 15_000, interval: 50 });
  console.log(`${what}: ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
}

function registration(): Promise<V1MutatingWebhookConfiguration> {
  return kubectlJson(`get ${configuration} --show-managed-fields`);
}

async function bundle(index = 0): Promise<string> {
  const { webhooks } = await registration();
  return Buffer.from(webhooks?.[index]?.clientConfig.caBundle ?? '', 'base64').toString();
}

async function storedAuthority(): Promise<string> {
  const { data } = await kubectlJson<V1Secret>(`-n sidecar-injector get ${secret}`);
  return Buffer.from(data?.['ca.crt'] ?? '', 'base64').toString();
}

async function patchSecret(patch: unknown): Promise<void> {
  const args = `-n sidecar-injector patch ${secret} --type=merge --patch`;
  await kubectl([...args.split(' '), JSON.stringify(patch)]);
}

async function servedCertificate({ port }: Webhook): Promise<X509Certificate> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const certificate = socket.getPeerX509Certificate();
  socket.destroy();
  if (certificate === undefined) throw new Error('no certificate is served');
  return certificate;
}
