/** The components about namespaces, each on top of what is installed by default. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Component, renderedWith } from '../rendered-manifests.ts';
import { auditedCreation, callsOfWrites, webhookCalls } from './audit-log.ts';
import { enabled, refusingNamespace, untilRefused, untilTaken } from './labelled-namespace.ts';
import { type Annotations, gitSync, podOf } from './pod-manifests.ts';
import { registration } from './registration.ts';
import { describeWithApiServer, eventually, kubectl, reinstall, startWebhook, useWebhook } from './suite.ts';
import { createNamespace, namespaceNamed, type TestNamespace } from './test-namespace.ts';
import { workloadOf } from './workload-manifests.ts';

const statsd: Annotations = { 'sidecar.io/statsd-exporter': 'true' };
const called = 'failed calling webhook "pods-in-namespaces.sidecar.io"';

async function apply(...components: readonly Component[]): Promise<void> {
  const items = renderedWith(components);
  await kubectl('apply -f -', { apiVersion: 'v1', kind: 'List', items });
}

async function callsOf(namespace: TestNamespace, pod = 'web'): Promise<readonly string[]> {
  return webhookCalls(await auditedCreation(namespace, pod)).map(({ webhook }) => webhook);
}

describeWithApiServer('with namespaces-ignore, while no injector answers', () => {
  let labelled: TestNamespace;
  beforeAll(async () => {
    const webhook = await startWebhook();
    await webhook.stop('SIGKILL');
    labelled = await refusingNamespace(statsd, called);
    await apply('namespaces-ignore');
    const guard = 'validatingadmissionpolicy/sidecar-injector-namespace-guard';
    await kubectl(['delete', guard, 'validatingadmissionpolicybinding/sidecar-injector-namespace-guard']);
    await untilTaken(labelled);
  });
  afterAll(async () => {
    await reinstall();
    await untilRefused(labelled, called);
  });

  it('a bare pod of a labelled namespace starts bare', async () => {
    const { pod } = await labelled.createPod(podOf('web'));
    expect(pod.spec?.containers).toHaveLength(1);
    expect(await callsOf(labelled)).toEqual(['pods-in-namespaces.sidecar.io']);
  });

  it('an annotated pod is refused, there and elsewhere', async () => {
    for (const namespace of [labelled, await createNamespace()]) {
      const refusal = await namespace.refusalOf(podOf('annotated', gitSync));
      expect(refusal).toContain('failed calling webhook "pods.sidecar.io"');
    }
  });
});

describeWithApiServer('with cluster-wide, while no injector answers', () => {
  beforeAll(async () => {
    await apply('cluster-wide');
    const webhook = await startWebhook();
    await webhook.stop('SIGKILL');
    const namespace = await createNamespace();
    let probes = 0;
    // The API server calls new webhooks some moments after they are made.
    await eventually(async () => {
      const name = `probe-${probes++}`;
      await namespace.createPod(podOf(name));
      expect(await callsOf(namespace, name)).toEqual(['pods-in-cluster.sidecar.io']);
    });
  });
  afterAll(reinstall);

  it.each<readonly [what: string, labels: Annotations]>([
    ['without the label', {}],
    ['with a value that nobody knows', { 'sidecar.io/inject': 'true' }],
  ])('a bare pod starts in a namespace %s, after one call', async (_what, labels) => {
    const namespace = await createNamespace(labels, statsd);
    await namespace.createPod(podOf('web'));
    expect(await callsOf(namespace)).toEqual(['pods-in-cluster.sidecar.io']);
  });

  it('nobody is called about a pod of a namespace that is left out, whatever that carries', async () => {
    const optedOut = await createNamespace({ 'sidecar.io/inject': 'disabled' }, statsd);
    await optedOut.createPod(podOf('web'));
    expect(await callsOf(optedOut)).toEqual([]);
    const system = namespaceNamed('kube-system');
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
    await system.kubectl('apply --server-side -f -', account);
    await system.createPod(podOf('left-out'));
    expect(await callsOf(system, 'left-out')).toEqual([]);
    await system.kubectl('delete pod left-out --now');
  });

  it.each<readonly [what: string, annotations: Annotations, spec: object]>([
    ['opted out', { 'sidecar.io/inject': 'false' }, {}],
    ['for Windows', {}, { os: { name: 'windows' } }],
    ['that the kubelet shows', { 'kubernetes.io/config.mirror': 'x' }, { nodeName: 'node-1' }],
  ])('nobody is called about a pod %s', async (_what, annotations, spec) => {
    const namespace = await createNamespace();
    await namespace.createPod(podOf('web', annotations, spec));
    expect(await callsOf(namespace)).toEqual([]);
  });

  it('annotated pods, and bare ones of labelled namespaces, are refused as ever', async () => {
    const annotated = await createNamespace();
    expect(await annotated.refusalOf(podOf('web', gitSync))).toContain(
      'failed calling webhook "pods.sidecar.io"',
    );
    expect(await callsOf(annotated)).toEqual(['pods.sidecar.io']);
    const labelled = await refusingNamespace(statsd, called);
    expect(await labelled.refusalOf(podOf('web'))).toContain(called);
    expect(await callsOf(labelled)).toEqual(['pods-in-namespaces.sidecar.io']);
  });

  it('a workload is told of once, and taken', async () => {
    const namespace = await createNamespace();
    await namespace.kubectl('create -f -', workloadOf('Deployment', { spec: { replicas: 0 } }));
    expect(await callsOfWrites(namespace, 'deployments', 1)).toEqual([['workloads-in-cluster.sidecar.io']]);
  });
});

describeWithApiServer('with cluster-wide and an injector at work', () => {
  useWebhook();
  afterAll(reinstall);
  const namesOf = async () => (await registration()).webhooks?.map(({ name }) => name);

  it('the injector writes its authority for all webhooks, which are taken away as they came', async () => {
    const before = await namesOf();
    await apply('cluster-wide');
    await eventually(async () => {
      const bundles = (await registration()).webhooks?.map(({ clientConfig }) => clientConfig.caBundle) ?? [];
      expect(bundles).toHaveLength(7);
      expect(new Set(bundles)).toEqual(new Set([bundles[0]]));
      expect(bundles[0]).toMatch(/^LS0t/);
    });
    const namespace = await createNamespace();
    let pods = 0;
    await eventually(async () => {
      const name = `web-${pods++}-`;
      await namespace.createPod(podOf(`${name}a`));
      expect(await callsOf(namespace, name)).toEqual(['pods-in-cluster.sidecar.io']);
    });
    const { pod } = await namespace.createPod(podOf('git', gitSync));
    expect(pod.spec?.initContainers).toHaveLength(1);
    expect(await callsOf(namespace, 'git')).toEqual(['pods.sidecar.io']);
    await reinstall();
    expect(await namesOf()).toEqual(before);
  });
});

describeWithApiServer('with namespace-owners', () => {
  let namespace: TestNamespace;
  const as = (user: string, command: string) => kubectl(`${command} --as ${user}`);
  const refusal = (what: string, user: string) =>
    `denied request: ${what} of namespace ${namespace.name} puts containers into all its pods, and ${user} may not change it; ` +
    'ask whoever runs the cluster for ClusterRole "sidecar-injector-namespace-owner"';

  beforeAll(async () => {
    await apply('namespace-owners');
    namespace = await createNamespace({ ...enabled, team: 'shop' }, statsd);
    await kubectl(
      'create clusterrole namespace-writer --verb get,create,update,patch --resource namespaces,namespaces/status,namespaces/finalize',
    );
    for (const user of ['ada', 'bob', 'eve'])
      await kubectl(`create clusterrolebinding writer-${user} --clusterrole namespace-writer --user ${user}`);
    const role = '--clusterrole sidecar-injector-namespace-owner';
    await kubectl(`create clusterrolebinding owner-ada ${role} --user ada`);
    await namespace.kubectl(`create rolebinding owner-bob ${role} --user bob`);
    // A policy is in force, and a right known, some moments after it is made.
    await eventually(() =>
      expect(as('eve', `label namespace ${namespace.name} --overwrite sidecar.io/inject=a`)).rejects.toThrow(
        'namespace-owners',
      ),
    );
  });
  afterAll(async () => {
    await kubectl('delete clusterrolebinding writer-ada writer-bob writer-eve owner-ada');
    await kubectl('delete clusterrole namespace-writer sidecar-injector-namespace-owner');
    const kinds = 'validatingadmissionpolicybinding,validatingadmissionpolicy';
    await kubectl(`delete ${kinds} sidecar-injector-namespace-owners`);
    await reinstall();
  });

  const changes: readonly (readonly [what: string, command: string, named: string])[] = [
    ['add an annotation', 'annotate namespace % sidecar.io/git-sync=x', 'annotation sidecar.io/git-sync'],
    [
      'change one',
      'annotate namespace % --overwrite sidecar.io/statsd-exporter=false',
      'annotation sidecar.io/statsd-exporter',
    ],
    [
      'take one away',
      'annotate namespace % sidecar.io/statsd-exporter-',
      'annotation sidecar.io/statsd-exporter',
    ],
    [
      'set another label',
      'label namespace % --overwrite sidecar.io/inject=disabled',
      'label sidecar.io/inject',
    ],
    ['take the label away', 'label namespace % sidecar.io/inject-', 'label sidecar.io/inject'],
    [
      'go through the status',
      'patch namespace % --subresource status --patch {"metadata":{"annotations":{"sidecar.io/git-sync":"x"}}}',
      'annotation sidecar.io/git-sync',
    ],
  ];

  describe.each(['eve'])('%s, who may change namespaces and no more,', user => {
    it.each(changes)('may not %s', async (_what, command, named) => {
      await expect(as(user, command.replace('%', namespace.name))).rejects.toThrow(refusal(named, user));
    });

    it('may not make a namespace that asks for sidecars', async () => {
      const made = {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: 'made-by-eve', labels: enabled },
      };
      await expect(kubectl(`create --as ${user} -f -`, made)).rejects.toThrow(
        'label sidecar.io/inject of namespace',
      );
    });

    it('may change all else, and make other namespaces', async () => {
      await as(user, `label namespace ${namespace.name} --overwrite team=mail`);
      await as(user, `annotate namespace ${namespace.name} --overwrite example.com/sidecar.io=x`);
      await as(user, `create namespace ${namespace.name}-2`);
      await kubectl(`delete namespace ${namespace.name}-2 --wait=false`);
    });
  });

  it('may change another by the part "finalize" who may call it, and ours nobody else', async () => {
    const stored = JSON.parse((await kubectl(`get namespace ${namespace.name} -o json`)).stdout);
    stored.metadata.annotations['sidecar.io/git-sync'] = 'x';
    const path = `/api/v1/namespaces/${namespace.name}/finalize`;
    await expect(kubectl(['replace', '--raw', path, '-f', '-', '--as', 'eve'], stored)).rejects.toThrow(
      'may not change it',
    );
  });

  it.each(['ada', 'bob'])('%s, who is bound to the role, may do all of it', async user => {
    await eventually(() => as(user, `annotate namespace ${namespace.name} --overwrite sidecar.io/x=${user}`));
    for (const [, command] of changes)
      await as(user, `${command.replace('%', namespace.name)} --dry-run=server`);
  });

  it('bob may do it in no other namespace, because his binding is in this one', async () => {
    const other = await createNamespace();
    await expect(as('bob', `label namespace ${other.name} sidecar.io/inject=enabled`)).rejects.toThrow(
      'bob may not change it',
    );
  });

  it('who runs the cluster may do all of it', async () => {
    for (const [, command] of changes)
      await kubectl(`${command.replace('%', namespace.name)} --dry-run=server`);
  });
});
