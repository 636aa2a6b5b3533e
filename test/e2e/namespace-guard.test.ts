/** What the guard of labelled namespaces refuses where the webhook configuration is gone, and what it lets pass. */
import type { V1PodSpec } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { refusingNamespace, untilRefused, untilTaken } from './labelled-namespace.ts';
import { firstInitContainers } from './pod-containers.ts';
import { type Annotations, gitSync, podOf } from './pod-manifests.ts';
import { deleteRegistration } from './registration.ts';
import { describeWithApiServer, describeWithControllers, eventually, kubectl, reinstall } from './suite.ts';
import { createNamespace, type TestNamespace } from './test-namespace.ts';
import { workloadOf } from './workload-manifests.ts';

const guard = "ValidatingAdmissionPolicy 'sidecar-injector-namespace-guard'";
const logs: Annotations = { 'sidecar.io/logs': 'true' };
const sentence = (key: string, namespace: string) =>
  `annotation ${key} of namespace ${namespace} asks for a sidecar, and sidecar-injector has put none into the pod, ` +
  'so it would run without one; create the pod again, and where that is refused too ' +
  'see that MutatingWebhookConfiguration "sidecar-injector", or the policy in its place, is as it was installed, ' +
  `or set annotation ${key}.inject: "false" to run the pod without this sidecar`;

describeWithApiServer('with the webhook configuration deleted, the guard of labelled namespaces', () => {
  let labelled: TestNamespace;
  beforeAll(async () => {
    await deleteRegistration();
    labelled = await refusingNamespace(
      { ...logs, 'sidecar.io/logs.level': '3', 'example.com/a': 'b' },
      guard,
    );
  });
  afterAll(reinstall);

  it('refuses a bare pod, with the annotation, the namespace, the reason and what to do', async () => {
    expect(await labelled.refusalOf(podOf('web'))).toContain(
      `pods "web" is forbidden: ${guard} with binding 'sidecar-injector-namespace-guard' denied request: ` +
        sentence('sidecar.io/logs', labelled.name),
    );
  });

  const sidecar = '{"mode":"native","containers":["logs"],"volumes":[],"from":"namespace shop"}';

  it.each<PodCase>([
    ['inject: true', { 'sidecar.io/inject': 'true' }],
    ['parameters of its own', { 'sidecar.io/logs.inject': 'true' }],
    ['another instance left out', { 'sidecar.io/logs_b.inject': 'false' }],
    ['another instance off', { 'sidecar.io/logs_b': 'false' }],
    ['an empty status', { 'sidecar.io/status': '{}' }],
    ['a status that nobody can read', { 'sidecar.io/status': 'logs' }],
    ['a status of what the pod does not have', { 'sidecar.io/status': `{"logs":${sidecar}}` }],
    [
      'a status that names it in a text only',
      { 'sidecar.io/status': String.raw`{"b":{"c":"\"logs\":{"}}` },
      { initContainers: [{ name: 'logs', image: 'nginx:1.29' }] },
    ],
    ['a container of the name alone', {}, { initContainers: [{ name: 'logs', image: 'nginx:1.29' }] }],
    ['another system', {}, { os: { name: 'linux' } }],
    [
      'Linux for Windows nodes',
      {},
      { os: { name: 'linux' }, nodeSelector: { 'kubernetes.io/os': 'windows' } },
    ],
  ])('refuses a pod with %s', async (_what, annotations, spec) => {
    expect(
      await labelled.refusalOf(podOf('web', annotations as Annotations, spec as Partial<V1PodSpec>)),
    ).toContain(guard);
  });

  it('leaves what a pod asks for itself to the other guard', async () => {
    // Of two that refuse, the API server names one.
    const own = { ...gitSync, 'sidecar.io/logs.inject': 'false' };
    expect(await labelled.refusalOf(podOf('web', own))).toContain(
      "ValidatingAdmissionPolicy 'sidecar-injector-guard'",
    );
  });

  const withLogs = { initContainers: [{ name: 'logs', image: 'nginx:1.29' }] };

  it.each<PodCase>([
    ['is opted out', { 'sidecar.io/inject': 'false' }],
    ['leaves this one out', { 'sidecar.io/logs.inject': 'false' }],
    ['has switched it off', { 'sidecar.io/logs': 'false' }],
    ['the kubelet shows', { 'kubernetes.io/config.mirror': 'x' }, { nodeName: 'node-1' }],
    ['is for Windows', {}, { os: { name: 'windows' } }],
    ['is for nodes with Windows', {}, { nodeSelector: { 'kubernetes.io/os': 'windows' } }],
    ['has it, as its status says', { 'sidecar.io/status': `{"logs":${sidecar}}` }, withLogs],
    [
      'was injected when the namespace asked for another',
      { 'sidecar.io/status': `{"metrics":${sidecar}}` },
      { initContainers: [{ name: 'metrics', image: 'nginx:1.29' }] },
    ],
    ['has it left to others', { 'sidecar.io/status': '{"logs":{"leftToOthers":true}}' }],
  ])('lets a pod pass that %s', async (_what, annotations, spec) => {
    await labelled.createPod(
      podOf('web', annotations as Annotations, spec as Partial<V1PodSpec>),
      '--dry-run=server',
    );
  });

  it.each<readonly [what: string, annotations: Annotations]>([
    ['asks for nothing', {}],
    ['has annotations of others only', { 'example.com/sidecar.io': 'x' }],
    ['switches off', { 'sidecar.io/logs': 'false' }],
    ['has parameters alone', { 'sidecar.io/logs.level': '3', 'sidecar.io/logs_b.level': '3' }],
    ['leaves out again what it asks for', { ...logs, 'sidecar.io/logs.inject': 'false' }],
    ['leaves its pods out', { ...logs, 'sidecar.io/inject': 'false' }],
    ['carries what injectors write', { 'sidecar.io/status': '{}', 'sidecar.io/propagated': '{}' }],
  ])('lets bare pods pass where the namespace %s', async (_what, annotations) => {
    const namespace = await refusingNamespace({ 'sidecar.io/probe': 'x' }, guard);
    for (const [key, value] of Object.entries(annotations))
      await kubectl(['annotate', 'namespace', namespace.name, '--overwrite', `${key}=${value}`]);
    await kubectl(`annotate namespace ${namespace.name} sidecar.io/probe-`);
    await untilTaken(namespace);
    await namespace.createPod(podOf('web'));
  });

  it('takes the word of a pod before that of its namespace', async () => {
    const namespace = await refusingNamespace(logs, guard);
    await kubectl(
      `annotate namespace ${namespace.name} sidecar.io/inject=false sidecar.io/other.inject=false`,
    );
    await untilTaken(namespace);
    expect(await namespace.refusalOf(podOf('web', { 'sidecar.io/inject': 'true' }))).toContain(guard);
    await kubectl(`annotate namespace ${namespace.name} sidecar.io/inject- sidecar.io/logs.inject=false`);
    await untilTaken(namespace);
    expect(await namespace.refusalOf(podOf('web', { 'sidecar.io/logs.inject': 'true' }))).toContain(guard);
  });

  it('names the first of several, and refuses for one that is not left out', async () => {
    const namespace = await refusingNamespace({ ...logs, 'sidecar.io/a_b': 'x' }, guard);
    expect(await namespace.refusalOf(podOf('web'))).toContain(sentence('sidecar.io/a_b', namespace.name));
    const leftOut = { 'sidecar.io/a_b.inject': 'false' };
    expect(await namespace.refusalOf(podOf('web', leftOut))).toContain(
      sentence('sidecar.io/logs', namespace.name),
    );
  });

  it('asks a namespace with a thousand annotations about a pod with as many', async () => {
    const keys = (ending: string) =>
      Array.from({ length: 1000 }, (_, index) => [
        `sidecar.io/sidecar-of-a-long-name-${index}${ending}`,
        'false',
      ]);
    const namespace = await createNamespace(
      { 'sidecar.io/inject': 'enabled' },
      {
        ...Object.fromEntries(keys('').map(([key]) => [key, 'x'])),
      },
    );
    await untilRefused(namespace, guard);
    await namespace.createPod(podOf('web', Object.fromEntries(keys('.inject'))));
  });

  it('does not look into other namespaces, whatever they carry', async () => {
    for (const labels of [{}, { 'sidecar.io/inject': 'disabled' }, { 'sidecar.io/inject': 'true' }]) {
      const namespace = await createNamespace(labels, logs);
      await namespace.createPod(podOf('web'));
    }
  });

  it('lets bare pods pass as soon as the label is taken away, or disabled is set', async () => {
    for (const change of ['sidecar.io/inject-', 'sidecar.io/inject=disabled']) {
      const namespace = await refusingNamespace(logs, guard);
      await kubectl(`label --overwrite namespace ${namespace.name} ${change}`);
      await untilTaken(namespace);
    }
  });
});

describeWithApiServer('with the webhook configuration deleted, the guard of annotated pods', () => {
  beforeAll(deleteRegistration);
  afterAll(reinstall);

  it.each<readonly [what: string, annotations: Annotations]>([
    ['that leaves out what nobody asks for', { 'sidecar.io/logs.inject': 'false' }],
    ['that says inject of a sidecar and asks for nothing', { 'sidecar.io/logs.inject': 'true' }],
    [
      'that leaves out what it asks for',
      { ...logs, 'sidecar.io/logs.inject': 'false', 'sidecar.io/logs.a': 'x' },
    ],
    [
      'whose parameters alone are left out',
      { 'sidecar.io/logs_b.level': '3', 'sidecar.io/logs_b.inject': 'false' },
    ],
  ])('lets a pod pass %s', async (_what, annotations) => {
    await (await createNamespace()).createPod(podOf('web', annotations));
  });

  it.each<readonly [what: string, annotations: Annotations, key: string]>([
    ['another value', { ...logs, 'sidecar.io/logs.inject': 'no' }, 'sidecar.io/logs'],
    ['another instance left out', { ...logs, 'sidecar.io/logs_b.inject': 'false' }, 'sidecar.io/logs'],
    ['a longer key', { 'sidecar.io/logs.inject.b': 'false' }, 'sidecar.io/logs.inject.b'],
    ['true', { ...logs, 'sidecar.io/logs.inject': 'true' }, 'sidecar.io/logs'],
  ])('refuses a pod that asks, and has .inject with %s', async (_what, annotations, key) => {
    const refusal = await (await createNamespace()).refusalOf(podOf('web', annotations));
    expect(refusal).toContain(`annotation ${key} asks for a sidecar`);
  });

  it('lets a pod pass that its labelled namespace leaves out, unless it takes that back', async () => {
    const namespace = await refusingNamespace({ 'sidecar.io/probe': 'x' }, guard);
    await kubectl(`annotate namespace ${namespace.name} sidecar.io/probe- sidecar.io/logs.inject=false`);
    await untilTaken(namespace);
    await eventually(() => namespace.createPod(podOf('web', logs)));
    const back = { ...logs, 'sidecar.io/logs.inject': 'true' };
    expect(await namespace.refusalOf(podOf('back', back))).toContain("'sidecar-injector-guard'");
    await kubectl(`annotate namespace ${namespace.name} sidecar.io/inject=false`);
    await eventually(() => namespace.createPod(podOf('all', gitSync), '--dry-run=server'));
    const all = { ...gitSync, 'sidecar.io/inject': 'true' };
    expect(await namespace.refusalOf(podOf('all', all))).toContain("'sidecar-injector-guard'");
  });

  it('gives nothing for what a namespace without the label says', async () => {
    const namespace = await createNamespace(
      {},
      { 'sidecar.io/logs.inject': 'false', 'sidecar.io/inject': 'false' },
    );
    expect(await namespace.refusalOf(podOf('web', logs))).toContain("'sidecar-injector-guard'");
  });
});

describeWithControllers('a Deployment of a labelled namespace with the webhook configuration deleted', () => {
  beforeAll(deleteRegistration);
  afterAll(reinstall);

  it('has no pods, says why in its events, and gets them when the label is taken away', async () => {
    const namespace = await refusingNamespace(logs, guard);
    await namespace.kubectl('create -f -', workloadOf('Deployment'));
    await eventually(async () => {
      expect(await namespace.warningEvents()).toContain(sentence('sidecar.io/logs', namespace.name));
    }, waiting);
    expect(firstInitContainers(await namespace.pods('app=web'))).toEqual([]);
    await kubectl(`label namespace ${namespace.name} sidecar.io/inject-`);
    await eventually(async () => {
      expect(firstInitContainers(await namespace.pods('app=web'))).toEqual([undefined]);
    }, waiting);
  });
});

type PodCase = readonly [what: string, annotations: Annotations, spec?: Partial<V1PodSpec>];

const waiting = { withinMs: 60_000 };
