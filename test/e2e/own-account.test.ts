/** Whoever holds the token of the injector's account, and what the API server lets such a one do. */
import type { V1MutatingWebhook } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { injectorAccount, kubectlAsInjector } from './injector-account.ts';
import type { Kubectl } from './kubectl.ts';
import { gitSync, podOf } from './pod-manifests.ts';
import { patchRegistration, publishedBundle, registration, remakeRegistration } from './registration.ts';
import { describeWithApiServer, eventually, kubectl, reinstall, useWebhook } from './suite.ts';
import { createNamespace } from './test-namespace.ts';

const account = injectorAccount();
const configuration = 'mutatingwebhookconfiguration/sidecar-injector';
const refusal = (change: string) =>
  `"sidecar-injector" is forbidden: ValidatingAdmissionPolicy 'sidecar-injector-own-account' with binding ` +
  `'sidecar-injector-own-account' denied request: ${account} may change nothing but caBundle in ` +
  `MutatingWebhookConfiguration "sidecar-injector", and this would ${change}; use an account of your own for the rest`;

/** A change of each kind that would give the account more than it has; what the refusal says of it. */
const attacks: readonly (readonly [what: string, operations: readonly object[], change: string])[] = [
  ['its label', [add('/metadata/labels/stolen', 'yes')], 'metadata.labels'],
  ['the loss of its labels', [{ op: 'remove', path: '/metadata/labels' }], 'metadata.labels'],
  ['its annotation', [add('/metadata/annotations/stolen', 'yes')], 'metadata.annotations'],
  ['a finalizer', [add('/metadata/finalizers', ['example.com/stay'])], 'metadata.finalizers'],
  ['an owner', [add('/metadata/ownerReferences', [ownerOf('yes')])], 'metadata.ownerReferences'],
  [
    'the address',
    [add('/webhooks/0/clientConfig', { url: 'https://example.com/' })],
    'webhook pods.sidecar.io',
  ],
  [
    'the Service',
    [add('/webhooks/1/clientConfig/service/namespace', 'default')],
    'webhook workloads.sidecar.io',
  ],
  ['the path', [add('/webhooks/1/clientConfig/service/path', '/')], 'webhook workloads.sidecar.io'],
  ['the rules', [add('/webhooks/0/rules/-', ruleFor('secrets'))], 'webhook pods.sidecar.io'],
  ['the namespaces', [add('/webhooks/0/namespaceSelector', {})], 'webhook pods.sidecar.io'],
  [
    'the objects',
    [add('/webhooks/0/objectSelector', { matchLabels: { a: 'b' } })],
    'webhook pods.sidecar.io',
  ],
  ['the conditions', [{ op: 'remove', path: '/webhooks/0/matchConditions' }], 'webhook pods.sidecar.io'],
  ['the failure policy', [add('/webhooks/0/failurePolicy', 'Ignore')], 'webhook pods.sidecar.io'],
  ['the reinvocation', [add('/webhooks/1/reinvocationPolicy', 'Never')], 'webhook workloads.sidecar.io'],
  ['the time limit', [add('/webhooks/1/timeoutSeconds', 1)], 'webhook workloads.sidecar.io'],
  [
    'the address for labelled namespaces',
    [add('/webhooks/2/clientConfig/service/path', '/mutate')],
    'webhook pods-in-namespaces.sidecar.io',
  ],
  [
    'the namespaces with a label',
    [add('/webhooks/3/namespaceSelector', {})],
    'webhook workloads-in-namespaces.sidecar.io',
  ],
  [
    'the failure policy for namespaces',
    [add('/webhooks/4/failurePolicy', 'Fail')],
    'webhook namespaces.sidecar.io',
  ],
  ['one more webhook', [add('/webhooks/-', otherWebhook('other.example.com'))], 'webhooks'],
  ['one in the place of another', [add('/webhooks/0/name', 'other.sidecar.io')], 'webhooks'],
  ['one less', [{ op: 'remove', path: '/webhooks/0' }], 'webhooks'],
  ['the order', [{ op: 'move', from: '/webhooks/0', path: '/webhooks/1' }], 'webhooks'],
  ['the loss of all', [{ op: 'remove', path: '/webhooks' }], 'webhooks'],
  ['caBundle and more', [caBundleOf(0, 'MQ=='), add('/metadata/labels/stolen', 'yes')], 'metadata.labels'],
];

describeWithApiServer('the account of the injector', () => {
  let asAccount: Kubectl;
  const patch = (operations: readonly object[], ...flags: readonly string[]) =>
    asAccount(['patch', configuration, '--type=json', `--patch=${JSON.stringify(operations)}`, ...flags]);

  beforeAll(async () => {
    asAccount = await kubectlAsInjector();
    await remakeRegistration();
    await kubectl(['annotate', configuration, 'example.com/mine=yes']);
    // A policy is in force some moments after it is made.
    await eventually(() =>
      expect(patch([add('/metadata/labels/stolen', 'yes')], '--dry-run=server')).rejects.toThrow('denied'),
    );
  });
  afterAll(reinstall);

  it.each(attacks)('may not change more than caBundle: %s', async (_what, operations, change) => {
    const before = await registration();
    await expect(patch(operations)).rejects.toThrow(refusal(`change ${change}`));
    expect(await registration()).toEqual(before);
  });

  it('is refused by a dry run too', async () => {
    const change = add('/webhooks/0/timeoutSeconds', 1);
    await expect(patch([change], '--dry-run=server')).rejects.toThrow(
      refusal('change webhook pods.sidecar.io'),
    );
  });

  it('may not rename a webhook, nor add one, by server-side apply in the name of others', async () => {
    for (const manager of ['sidecar-injector', 'kubectl', 'anybody']) {
      const flags = ['--server-side', '--force-conflicts', `--field-manager=${manager}`];
      const manifest = manifestOf([otherWebhook('secrets.sidecar.io')]);
      await expect(asAccount(['apply', ...flags, '-f', '-'], manifest)).rejects.toThrow(
        /'sidecar-injector-own-account' denied request: .* and this would change (webhooks|metadata\.annotations);/,
      );
    }
  });

  it('may change caBundle, also where it was taken away, or the webhooks stand in another order', async () => {
    await patch([caBundleOf(0, 'MQ=='), caBundleOf(1, 'Mg==')]);
    await patchRegistration([{ op: 'move', from: '/webhooks/0', path: '/webhooks/1' }]);
    await patchRegistration([add('/webhooks/1', otherWebhook('other.example.com'))]);
    await patchRegistration([{ op: 'remove', path: '/webhooks/0/clientConfig/caBundle' }]);
    await patch([caBundleOf(0, 'Mw=='), caBundleOf(2, 'NA==')]);
    const bundles = (await registration()).webhooks?.map(({ clientConfig }) => clientConfig.caBundle);
    expect(bundles).toEqual(['Mw==', undefined, 'NA==', undefined, undefined, undefined]);
    await remakeRegistration();
  });

  it.each([
    ['create another configuration', () => asAccount('create -f -', manifestOf([], undefined, 'other'))],
    ['create it anew', () => asAccount('create -f -', manifestOf([]))],
    ['delete it', () => asAccount(['delete', configuration])],
    ['replace it', () => asAccount(replacement, manifestOf([otherWebhook('secrets.sidecar.io')]))],
    ['delete all of its kind', () => asAccount('delete mutatingwebhookconfigurations --all')],
    ['change another', () => asAccount('label mutatingwebhookconfiguration other a=b')],
    ['delete the policy', () => asAccount('delete validatingadmissionpolicy sidecar-injector-own-account')],
    [
      'delete the binding',
      () => asAccount('delete validatingadmissionpolicybinding sidecar-injector-own-account'),
    ],
    [
      'change the policy',
      () => asAccount('label validatingadmissionpolicy sidecar-injector-own-account a=b'),
    ],
    [
      'get itself more rights',
      () => asAccount('create clusterrolebinding x --clusterrole=cluster-admin --user=x'),
    ],
    ['have more tokens', () => asAccount('-n sidecar-injector create token sidecar-injector')],
    ['read another Secret', () => asAccount('-n sidecar-injector get secret other')],
    ['list Secrets', () => asAccount('-n sidecar-injector get secrets')],
    ['list pods', () => asAccount('get pods')],
  ])('has no right to %s', async (_what, attempt) => {
    await expect(attempt()).rejects.toThrow(`User "${account}" cannot`);
  });
});

describeWithApiServer('the account of the injector, given all rights by mistake', () => {
  let asAccount: Kubectl;
  beforeAll(async () => {
    asAccount = await kubectlAsInjector();
    await kubectl(`create clusterrolebinding mistake --clusterrole=cluster-admin --user=${account}`);
    await kubectl('create -f -', manifestOf([otherWebhook('other.example.com')], undefined, 'other'));
  });
  afterAll(async () => {
    await kubectl('delete clusterrolebinding mistake');
    await kubectl('delete mutatingwebhookconfiguration other made --ignore-not-found');
    await reinstall();
  });

  it('may not delete, make or change any such configuration', async () => {
    // It takes the API server a moment to know of a right.
    await eventually(() => asAccount('get nodes'));
    await expect(asAccount(['delete', configuration])).rejects.toThrow(
      'and this would delete sidecar-injector;',
    );
    await expect(asAccount('create -f -', manifestOf([], undefined, 'made'))).rejects.toThrow(
      'and this would create made;',
    );
    await expect(asAccount('label mutatingwebhookconfiguration other a=b')).rejects.toThrow(
      'and this would update other;',
    );
    const patch = `--patch=${JSON.stringify([caBundleOf(0, 'MQ==')])}`;
    await expect(
      asAccount(['patch', 'mutatingwebhookconfiguration', 'other', '--type=json', patch]),
    ).rejects.toThrow('and this would update other;');
    const { metadata } = await registration();
    const manifest = manifestOf([otherWebhook('secrets.sidecar.io')], metadata?.resourceVersion);
    await expect(asAccount(replacement, manifest)).rejects.toThrow('and this would change metadata.');
    await expect(asAccount('delete mutatingwebhookconfigurations --all')).rejects.toThrow('denied request');
  });

  it('leaves those of everybody else to them', async () => {
    await kubectl('label mutatingwebhookconfiguration other a=b');
    await kubectl('create -f -', manifestOf([], undefined, 'made'));
    await kubectl('delete mutatingwebhookconfiguration made');
    await kubectl(['label', configuration, 'a=b']);
    await kubectl(['label', configuration, 'a-']);
  });
});

describeWithApiServer('the injector under this policy', () => {
  useWebhook();
  afterAll(reinstall);

  it('keeps caBundle right where the operator adds, moves and removes webhooks', async () => {
    const before = await publishedBundle();
    const restored = async (name: string) => {
      await eventually(async () => expect(await bundleOf(name)).toBe(before));
    };
    await patchRegistration([add('/webhooks/1', otherWebhook('between.example.com'))]);
    await patchRegistration([{ op: 'remove', path: '/webhooks/2/clientConfig/caBundle' }]);
    await restored('workloads.sidecar.io');
    await patchRegistration([{ op: 'move', from: '/webhooks/2', path: '/webhooks/0' }]);
    await patchRegistration([{ op: 'remove', path: '/webhooks/0/clientConfig/caBundle' }]);
    await restored('workloads.sidecar.io');
    await patchRegistration([{ op: 'remove', path: '/webhooks/1/clientConfig/caBundle' }]);
    await restored('pods.sidecar.io');
    await patchRegistration([{ op: 'remove', path: '/webhooks/2' }]);
    await patchRegistration([caBundleOf(1, 'MQ==')]);
    await restored('pods.sidecar.io');
    await patchRegistration([2, 3, 4].map(index => caBundleOf(index, 'MQ==')));
    await restored('pods-in-namespaces.sidecar.io');
    await restored('workloads-in-namespaces.sidecar.io');
    await restored('namespaces.sidecar.io');
    const names = (await registration()).webhooks?.map(({ name }) => name);
    expect(names).toEqual([
      'workloads.sidecar.io',
      'pods.sidecar.io',
      'pods-in-namespaces.sidecar.io',
      'workloads-in-namespaces.sidecar.io',
      'namespaces.sidecar.io',
    ]);
    const namespace = await createNamespace();
    await eventually(() => namespace.createPod(podOf('web', gitSync)));
  });
});

async function bundleOf(name: string): Promise<string> {
  const { webhooks } = await registration();
  const webhook = webhooks?.find(candidate => candidate.name === name);
  return Buffer.from(webhook?.clientConfig.caBundle ?? '', 'base64').toString();
}

/** A PUT, which leaves nothing to kubectl. */
const replacement = [
  'replace',
  '--raw',
  '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/sidecar-injector',
  '-f',
  '-',
];

function manifestOf(webhooks: readonly object[], resourceVersion?: string, name = 'sidecar-injector') {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name, ...(resourceVersion === undefined ? {} : { resourceVersion }) },
    webhooks,
  };
}

function otherWebhook(name: string): V1MutatingWebhook {
  return {
    name,
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    clientConfig: { url: 'https://127.0.0.1:1/' },
    // For a kind that no test touches.
    rules: [ruleFor('podtemplates')],
  };
}

function ruleFor(resource: string) {
  return { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: [resource] };
}

function ownerOf(uid: string) {
  return { apiVersion: 'v1', kind: 'Namespace', name: 'default', uid };
}

function add(at: string, value: unknown) {
  return { op: 'add', path: at, value };
}

function caBundleOf(index: number, caBundle: string) {
  return add(`/webhooks/${index}/clientConfig/caBundle`, caBundle);
}
