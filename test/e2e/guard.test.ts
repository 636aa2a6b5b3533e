import type { V1PodSpec, V1ValidatingAdmissionPolicyList } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { firstInitContainers } from './pod-containers.ts';
import { type Annotations, gitSync, podOf } from './pod-manifests.ts';
import { deleteRegistration } from './registration.ts';
import {
  describeWithApiServer,
  describeWithControllers,
  eventually,
  kubectlJson,
  reinstall,
  useWebhook,
} from './suite.ts';
import { createNamespace, createPod, namespaceNamed, refusalOf } from './test-namespace.ts';
import { workloadOf } from './workload-manifests.ts';

const sentence =
  'asks for a sidecar, but sidecar-injector has not seen the pod, so it would run without one; ' +
  'see that MutatingWebhookConfiguration "sidecar-injector", or the policy in its place, is as it was installed, ' +
  'or set annotation sidecar.io/inject: "false" to run the pod without a sidecar';

const copied =
  'asks for a sidecar that annotation sidecar.io/status does not tell of, or that the pod does not have; ' +
  'remove the status if it was copied from another pod, ' +
  'see that MutatingWebhookConfiguration "sidecar-injector", or the policy in its place, is as it was installed, ' +
  'or set annotation sidecar.io/inject: "false" to run the pod as it is';

describeWithApiServer('with the webhook configuration deleted, the guard', () => {
  beforeAll(deleteRegistration);
  afterAll(reinstall);

  it('refuses an annotated pod, with the annotation, the reason and what to do', async () => {
    expect(await refusalOf(podOf('web', gitSync))).toContain(
      `pods "web" is forbidden: ValidatingAdmissionPolicy 'sidecar-injector-guard' with binding ` +
        `'sidecar-injector-guard' denied request: annotation sidecar.io/git-sync ${sentence}`,
    );
  });

  it.each<readonly [what: string, annotations: Annotations, named: string]>([
    ['an instance', { 'sidecar.io/git-sync_docs': 'x' }, 'sidecar.io/git-sync_docs'],
    ['a parameter alone', { 'sidecar.io/git-sync.ref': 'x' }, 'sidecar.io/git-sync.ref'],
    ['a sidecar that nobody knows', { 'sidecar.io/envoy': 'x' }, 'sidecar.io/envoy'],
    ['an empty value', { 'sidecar.io/git-sync': '' }, 'sidecar.io/git-sync'],
    ['inject: true beside it', { ...gitSync, 'sidecar.io/inject': 'true' }, 'sidecar.io/git-sync'],
    ['another that is off', { ...gitSync, 'sidecar.io/a': 'false' }, 'sidecar.io/git-sync'],
    ['a key that is malformed', { 'sidecar.io/Git-Sync': 'x' }, 'sidecar.io/Git-Sync'],
  ])('refuses a pod that asks with %s', async (_what, annotations, named) => {
    expect(await refusalOf(podOf('web', annotations))).toContain(`annotation ${named} ${sentence}`);
  });

  it.each<readonly [what: string, annotations: Annotations | undefined]>([
    ['without annotations', undefined],
    ['with an empty map of annotations', {}],
    ['with annotations of others', { 'example.com/sidecar.io': 'x', 'sidecar.io.example.com/a': 'x' }],
    ['that is opted out', { ...gitSync, 'sidecar.io/inject': 'false' }],
    ['that says inject and asks for nothing', { 'sidecar.io/inject': 'true' }],
    ['whose sidecar is switched off', { 'sidecar.io/logs': 'false', 'sidecar.io/logs.level': '3' }],
  ])('lets a pod pass %s', async (_what, annotations) => {
    await createPod(podOf('web', annotations));
  });

  const withStatus = (annotations: Annotations, status: string) =>
    podOf('web', { ...annotations, 'sidecar.io/status': status }, sidecars('git-sync', 'git-sync-docs'));
  const entry = '{"mode":"native","containers":["git-sync"],"mounts":["web:/site"]}';
  const docs = { 'sidecar.io/git-sync_docs': 'x', 'sidecar.io/git-sync_docs.ref': 'x' };

  it.each<readonly [what: string, annotations: Annotations, status: string, named: string]>([
    ['names none', gitSync, '{}', 'sidecar.io/git-sync'],
    ['is empty', gitSync, '', 'sidecar.io/git-sync'],
    ['is no JSON', gitSync, 'git-sync', 'sidecar.io/git-sync'],
    ['names another sidecar', gitSync, `{"logs":${entry}}`, 'sidecar.io/git-sync'],
    ['names another instance', gitSync, `{"git-sync-docs":${entry}}`, 'sidecar.io/git-sync'],
    ['lacks one of two', { ...gitSync, ...docs }, `{"git-sync":${entry}}`, 'sidecar.io/git-sync_docs'],
    [
      'lacks the sidecar of a parameter alone',
      { 'sidecar.io/git-sync_docs.ref': 'x' },
      '{}',
      'sidecar.io/git-sync_docs.ref',
    ],
    [
      'names a sidecar that the pod does not have',
      { 'sidecar.io/logs': 'x' },
      '{"logs":{}}',
      'sidecar.io/logs',
    ],
    [
      'names it in another spelling',
      { 'sidecar.io/Git-Sync': 'x' },
      `{"git-sync":${entry}}`,
      'sidecar.io/Git-Sync',
    ],
    ['names it in a text only', gitSync, String.raw`{"a":{"b":"\"git-sync\":{"}}`, 'sidecar.io/git-sync'],
    [
      'leaves it to others in a way of its own',
      { 'sidecar.io/logs': 'x' },
      '{"logs":{"leftToOthers":false}}',
      'sidecar.io/logs',
    ],
    [
      'leaves another to others',
      { 'sidecar.io/logs': 'x' },
      '{"envoy":{"leftToOthers":true}}',
      'sidecar.io/logs',
    ],
  ])('refuses a pod whose status %s, as one that was copied', async (_what, annotations, status, named) => {
    expect(await refusalOf(withStatus(annotations, status))).toContain(
      `pods "web" is forbidden: ValidatingAdmissionPolicy 'sidecar-injector-guard' with binding ` +
        `'sidecar-injector-guard' denied request: annotation ${named} ${copied}`,
    );
  });

  it.each<readonly [what: string, annotations: Annotations, status: string]>([
    ['its sidecar', gitSync, `{"git-sync":${entry}}`],
    ['all of several', { ...docs, ...gitSync }, `{"git-sync":${entry},"git-sync-docs":${entry}}`],
    [
      'the sidecar of a parameter alone',
      { 'sidecar.io/git-sync_docs.ref': 'x' },
      `{"git-sync-docs":${entry}}`,
    ],
    ['one that others know', { 'sidecar.io/envoy': 'x' }, '{"envoy":{"leftToOthers":true}}'],
    [
      'one that others know by a key of theirs',
      { 'sidecar.io/Envoy_V2.on': 'x' },
      '{"Envoy-V2":{"leftToOthers":true}}',
    ],
    ['its sidecar, and another is off', { ...gitSync, 'sidecar.io/logs': 'false' }, `{"git-sync":${entry}}`],
  ])(
    'lets a pod pass that has what it asks for and whose status names %s',
    async (_what, annotations, status) => {
      await createPod(withStatus(annotations, status));
    },
  );

  it('lets a pod pass that asks for a hundred sidecars with thirty parameters each', async () => {
    const names = Array.from({ length: 100 }, (_, index) => `git-sync-of-a-long-name-${index}`);
    const keys = names.flatMap(name => [
      `sidecar.io/${name}`,
      ...Array.from({ length: 30 }, (_, index) => `sidecar.io/${name}.parameter-${index}`),
    ]);
    const long = `{"mode":"native","mounts":["${'web:/a-long-path'.repeat(30)}"]}`;
    const status = `{${names.map(name => `"${name}":${long}`).join()}}`;
    const annotations = Object.fromEntries(keys.map(key => [key, 'x']));
    const all = { ...annotations, 'sidecar.io/status': status };
    await createPod(podOf('web', all, sidecars(...names)));
  });

  it('lets the kubelet show a static pod that it runs', async () => {
    const annotations = { ...gitSync, 'kubernetes.io/config.mirror': 'x' };
    await createPod(podOf('web', annotations, { nodeName: 'node-1' }));
  });

  it('does not look into kube-system and namespaces that have opted out', async () => {
    const optedOut = await createNamespace({ 'sidecar.io/inject': 'disabled' });
    await optedOut.createPod(podOf('web', gitSync));
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
    const kubeSystem = namespaceNamed('kube-system');
    await kubeSystem.kubectl('apply --server-side -f -', account);
    await kubeSystem.createPod(podOf('web', gitSync), '--dry-run=server');
  });
});

describeWithControllers('the expressions of all policies', () => {
  it('fit the fields of what they are for, as the API server has checked', async () => {
    await eventually(async () => {
      const { items } = await kubectlJson<V1ValidatingAdmissionPolicyList>('get validatingadmissionpolicies');
      expect(items.length).toBeGreaterThan(5);
      for (const { metadata, status } of items) expect(status?.typeChecking, metadata?.name).toEqual({});
    }, waiting);
  });
});

describeWithControllers('a Deployment that is made with the webhook configuration deleted', () => {
  useWebhook();
  beforeAll(deleteRegistration);
  afterAll(reinstall);

  it('has no pods, says why in its events, and gets its injected pods when the configuration is back', async () => {
    const namespace = await createNamespace();
    await namespace.kubectl('create -f -', workloadOf('Deployment', { template: gitSync }));
    await namespace.kubectl('create -f -', workloadOf('Deployment', { name: 'plain' }));
    await eventually(async () => {
      expect(await namespace.warningEvents()).toContain(`annotation sidecar.io/git-sync ${sentence}`);
      expect(firstInitContainers(await namespace.pods('app=plain'))).toEqual([undefined]);
    }, waiting);
    expect(firstInitContainers(await namespace.pods('app=web'))).toEqual([]);
    const template = { ...gitSync, 'sidecar.io/status': '{"git-sync":{}}' };
    await namespace.kubectl('create -f -', workloadOf('Deployment', { name: 'copy', template }));
    await eventually(async () => {
      expect(await namespace.warningEvents()).toContain(`annotation sidecar.io/git-sync ${copied}`);
    }, waiting);
    await namespace.kubectl('delete deployment copy');
    await reinstall();
    await eventually(async () => {
      expect(firstInitContainers(await namespace.pods('app=web'))).toEqual(['git-sync']);
    }, waiting);
  });
});

describeWithControllers('with the webhook at work, the guard', () => {
  useWebhook();

  it('lets injected pods pass, those of a Deployment too', async () => {
    const namespace = await createNamespace();
    const { pod } = await namespace.createPod(podOf('web', gitSync));
    expect(pod.spec?.initContainers?.[0]?.name).toBe('git-sync');
    await namespace.kubectl('create -f -', workloadOf('Deployment', { template: gitSync }));
    await eventually(async () => {
      expect(firstInitContainers(await namespace.pods('app=web'))).toEqual(['git-sync']);
    }, waiting);
  });
});

/** An app with containers that a status may name. */
function sidecars(...names: readonly string[]): V1PodSpec {
  const [app, ...init] = ['web', ...names].map(name => ({ name, image: 'nginx:1.29' }));
  return { containers: app === undefined ? [] : [app], initContainers: init };
}

const waiting = { withinMs: 60_000 };
