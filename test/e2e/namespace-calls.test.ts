/** Who asks the injector about what: each object once, by the audit log of the API server. */
import type { V1Pod } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import { auditedCreation, callsOfWrites, webhookCalls } from './audit-log.ts';
import { limitContainers } from './container-limits.ts';
import { injectingNamespace } from './labelled-namespace.ts';
import { useOtherWebhooks } from './other-webhook.ts';
import { containerNames, initContainerNames } from './pod-containers.ts';
import { type Annotations, gitSync, podOf, repository } from './pod-manifests.ts';
import { describeWithApiServer, describeWithControllers, eventually, kubectl, useWebhook } from './suite.ts';
import { createNamespace, namespaceNamed, type TestNamespace } from './test-namespace.ts';
import { workloadOf } from './workload-manifests.ts';

const statsd: Annotations = { 'sidecar.io/statsd-exporter': 'true' };
const status = 'sidecar.io/status';

/** As in `pods.sidecar.io in round 0`. */
async function callsOf(namespace: TestNamespace, pod = 'web'): Promise<readonly string[]> {
  return webhookCalls(await auditedCreation(namespace, pod)).map(
    ({ webhook, round }) => `${webhook} in round ${round.split('_')[1]}`,
  );
}

const sidecarsOf = (pod: V1Pod) => (initContainerNames(pod) ?? []).toSorted();
const statusOf = ({ metadata }: V1Pod) => JSON.parse(metadata?.annotations?.[status] ?? '{}');

describeWithApiServer('a pod of a labelled namespace', () => {
  useWebhook();

  it('without annotations gets what the namespace asks for, after one call', async () => {
    const namespace = await injectingNamespace(statsd);
    const { pod } = await namespace.createPod(podOf('web'));
    expect(sidecarsOf(pod)).toEqual(['statsd-exporter']);
    expect(statusOf(pod)['statsd-exporter']).toMatchObject({ from: `namespace ${namespace.name}` });
    expect(await callsOf(namespace)).toEqual(['pods-in-namespaces.sidecar.io in round 0']);
  });

  it.each<readonly [what: string, annotations: Annotations, sidecars: readonly string[]]>([
    ['a sidecar of its own', gitSync, ['git-sync', 'statsd-exporter']],
    ['a parameter alone', { 'sidecar.io/statsd-exporter.port': '9200' }, ['statsd-exporter']],
    ['inject: true', { 'sidecar.io/inject': 'true' }, ['statsd-exporter']],
    ['the sidecar left out', { 'sidecar.io/statsd-exporter.inject': 'false' }, []],
    ['the sidecar off', { 'sidecar.io/statsd-exporter': 'false' }, []],
  ])('with %s is the business of the first webhook, after one call', async (_what, annotations, sidecars) => {
    const namespace = await injectingNamespace(statsd);
    const { pod } = await namespace.createPod(podOf('web', annotations));
    expect(sidecarsOf(pod)).toEqual(sidecars);
    expect(await callsOf(namespace)).toEqual(['pods.sidecar.io in round 0']);
  });

  it.each<readonly [what: string, annotations: Annotations, spec: object]>([
    ['that is opted out', { 'sidecar.io/inject': 'false' }, {}],
    ['for Windows', {}, { os: { name: 'windows' } }],
    ['that the kubelet shows', { 'kubernetes.io/config.mirror': 'x' }, { nodeName: 'node-1' }],
  ])('%s is no business of ours', async (_what, annotations, spec) => {
    const namespace = await injectingNamespace(statsd);
    const { pod } = await namespace.createPod(podOf('web', annotations, spec));
    expect(sidecarsOf(pod)).toEqual([]);
    expect(await callsOf(namespace)).toEqual([]);
  });

  it('that is copied with nothing but its status keeps what it has, also where the namespace has changed', async () => {
    const namespace = await injectingNamespace(statsd);
    const { pod } = await namespace.createPod(podOf('web'));
    await kubectl(`annotate namespace ${namespace.name} --overwrite sidecar.io/statsd-exporter.port=9200`);
    await kubectl(`annotate namespace ${namespace.name} sidecar.io/log-collector=/var/log/*.log`);
    await eventually(async () => {
      const { pod: another } = await namespace.createPod(podOf('probe'), '--dry-run=server');
      expect(sidecarsOf(another)).toHaveLength(2);
    });
    const copy = (name: string) =>
      podOf(name, { [status]: pod.metadata?.annotations?.[status] ?? '' }, asWritten(pod));
    const { pod: copied } = await namespace.createPod(copy('copy'));
    expect(sidecarsOf(copied)).toEqual(['statsd-exporter']);
    expect(statusOf(copied)).toEqual(statusOf(pod));
    expect(await callsOf(namespace, 'copy')).toEqual(['pods-in-namespaces.sidecar.io in round 0']);

    const elsewhere = await createNamespace();
    await elsewhere.createPod(copy('copy'));
    expect(await callsOf(elsewhere, 'copy')).toEqual([]);
  });

  it('whose status is of sidecars that it asked for itself is the business of the first webhook', async () => {
    const namespace = await injectingNamespace(statsd);
    const origin = await createNamespace();
    const { pod } = await origin.createPod(podOf('web', gitSync));
    const own = pod.metadata?.annotations?.[status] ?? '';
    const { pod: copied } = await namespace.createPod(podOf('web', { [status]: own }, asWritten(pod)));
    expect(sidecarsOf(copied)).toEqual(['git-sync']);
    expect(await callsOf(namespace)).toEqual(['pods.sidecar.io in round 0']);
  });
});

describeWithApiServer('a pod of a labelled namespace that others change too', () => {
  useWebhook();
  const register = useOtherWebhooks();
  const add = (name: string) => (pod: V1Pod) =>
    pod.spec?.containers.some(container => container.name === name)
      ? []
      : [{ op: 'add', path: '/spec/containers/-', value: { name, image: `example.com/${name}:1` } }];

  it('is shown to the same webhook again, which leaves it as it is, and keeps what limits added', async () => {
    const namespace = await injectingNamespace(statsd);
    await limitContainers(namespace, { default: { cpu: '300m' } });
    const { pod } = await namespace.createPod(podOf('web'));
    expect(sidecarsOf(pod)).toEqual(['statsd-exporter']);
    expect(pod.spec?.initContainers?.[0]?.resources?.limits).toMatchObject({ cpu: '300m' });
    const calls = webhookCalls(await auditedCreation(namespace));
    expect(calls.map(({ webhook, round, mutated }) => [webhook, round, mutated])).toEqual([
      ['pods-in-namespaces.sidecar.io', expect.stringMatching(/^round_0_/), true],
      ['pods-in-namespaces.sidecar.io', expect.stringMatching(/^round_1_/), false],
    ]);
  });

  it('has its sidecar once, and the containers that webhooks before and after ours added', async () => {
    const namespace = await injectingNamespace(statsd);
    await register({ name: 'aa-mesh', namespace, mutate: add('mesh') });
    await register({ name: 'zz-agent', namespace, mutate: add('agent') });
    const { pod } = await namespace.createPod(podOf('web'));
    expect(containerNames(pod)).toEqual(['web', 'mesh', 'agent']);
    expect(sidecarsOf(pod)).toEqual(['statsd-exporter']);
    expect(await callsOf(namespace)).toEqual([
      'aa-mesh.example.com in round 0',
      'pods-in-namespaces.sidecar.io in round 0',
      'zz-agent.example.com in round 0',
      'pods-in-namespaces.sidecar.io in round 1',
    ]);
  });

  it('gets what a webhook before ours asks for, after one call, beside what the namespace asks for', async () => {
    const namespace = await injectingNamespace(statsd);
    await register({ name: 'aa-annotate', namespace, mutate: askForSidecar });
    const { pod } = await namespace.createPod(podOf('web', { 'example.com/site': 'x' }));
    expect(sidecarsOf(pod)).toEqual(['git-sync', 'statsd-exporter']);
    expect(await callsOf(namespace)).toEqual([
      'aa-annotate.example.com in round 0',
      'pods.sidecar.io in round 0',
    ]);
  });

  it('is refused where a webhook after ours asks for another, which nobody can put in any more', async () => {
    const namespace = await injectingNamespace(statsd);
    await register({ name: 'zz-annotate', namespace, mutate: askForSidecar });
    expect(await namespace.refusalOf(podOf('web', { 'example.com/site': 'x' }))).toContain(
      'annotation sidecar.io/git-sync asks for a sidecar that annotation sidecar.io/status does not tell of',
    );
  });

  it('is refused where a webhook after ours took restartPolicy off the sidecar, which would never end', async () => {
    const namespace = await injectingNamespace(statsd);
    await register({
      name: 'zz-built-for-old-kubernetes',
      namespace,
      mutate: ({ metadata, spec }) =>
        (metadata?.name === 'web' ? (spec?.initContainers ?? []) : []).map((_container, index) => ({
          op: 'remove',
          path: `/spec/initContainers/${index}/restartPolicy`,
        })),
    });
    expect(await namespace.refusalOf(podOf('web'))).toContain('(native-lost)');
  });
});

describeWithControllers('a workload of a labelled namespace', () => {
  useWebhook();

  it.each(['Deployment', 'Job'] as const)('without annotations is told of once: %s', async kind => {
    const namespace = await injectingNamespace(statsd);
    await namespace.kubectl('create -f -', workloadOf(kind));
    expect(await callsOfWrites(namespace, `${kind.toLowerCase()}s`, 1)).toEqual([
      ['workloads-in-namespaces.sidecar.io'],
    ]);
    await eventually(async () => {
      const [pod] = await namespace.pods('app=web');
      expect(pod && sidecarsOf(pod)).toEqual(['statsd-exporter']);
    });
  });

  it('with an annotation, or that has just lost its last, is the business of the first webhook', async () => {
    const namespace = await injectingNamespace(statsd);
    const spec = { replicas: 0 };
    await namespace.kubectl('create -f -', workloadOf('Deployment', { annotations: gitSync, spec }));
    await namespace.kubectl('annotate deployment web sidecar.io/git-sync-');
    await namespace.kubectl('set image deployment/web web=nginx:1.30');
    await namespace.kubectl('annotate deployment web example.com/a=b');
    await namespace.kubectl('set image deployment/web web=nginx:1.31');
    const writes = await eventually(async () => {
      const found = await callsOfWrites(namespace, 'deployments', 5);
      // Its controller writes on it too.
      return found.filter(calls => calls.length > 0);
    });
    expect(writes).toEqual([
      ['workloads.sidecar.io'],
      ['workloads.sidecar.io'],
      ['workloads-in-namespaces.sidecar.io'],
      ['workloads-in-namespaces.sidecar.io'],
    ]);
  });
});

describeWithApiServer('with an injector at work', () => {
  useWebhook();

  it('pods of a namespace that is left out are no business of ours, whatever it carries', async () => {
    const system = namespaceNamed('kube-system');
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
    await system.kubectl('apply --server-side -f -', account);
    const { stderr } = await kubectl('label namespace kube-system sidecar.io/inject=enabled');
    await kubectl('annotate namespace kube-system sidecar.io/statsd-exporter=true');
    try {
      expect(stderr).toContain('kube-system');
      // Where a namespace of its own is noticed by now, this one is too.
      await injectingNamespace(statsd);
      const { pod } = await system.createPod(podOf('left-alone'));
      expect(sidecarsOf(pod)).toEqual([]);
      expect(await callsOf(system, 'left-alone')).toEqual([]);
    } finally {
      await system.kubectl('delete pod left-alone --now --ignore-not-found');
      await kubectl('label namespace kube-system sidecar.io/inject-');
      await kubectl('annotate namespace kube-system sidecar.io/statsd-exporter-');
    }
  });
});

/** The spec as somebody would write it again: without what the API server has put in. */
function asWritten({ spec }: V1Pod): object {
  const { containers = [], initContainers = [], volumes = [] } = spec ?? {};
  const withoutToken = <T extends { readonly volumeMounts?: readonly { readonly name: string }[] }>(
    container: T,
  ) => ({
    ...container,
    volumeMounts: (container.volumeMounts ?? []).filter(({ name }) => !name.startsWith('kube-api-access')),
  });
  return {
    containers: containers.map(withoutToken),
    initContainers: initContainers.map(withoutToken),
    volumes: volumes.filter(({ name }) => !name.startsWith('kube-api-access')),
  };
}

/** Not for the probe of the registration, which nobody may refuse. */
function askForSidecar({ metadata }: V1Pod): readonly object[] {
  if (metadata?.name !== 'web') return [];
  return [{ op: 'add', path: '/metadata/annotations/sidecar.io~1git-sync', value: repository }];
}
