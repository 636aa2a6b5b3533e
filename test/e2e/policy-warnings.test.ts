/** What the API server itself tells at the keyboard, of what silently does nothing. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createNode, deleteNode, startPod } from './kubelet.ts';
import { type Annotations, gitSync, mountedGitSync, podOf } from './pod-manifests.ts';
import { describeWithApiServer, describeWithControllers, eventually, kubectl, useWebhook } from './suite.ts';
import { createNamespace, namespaceNamed, useNamespace } from './test-namespace.ts';
import { unwatched, withMetadata } from './unwatched-manifests.ts';
import { workloadKinds, workloadOf } from './workload-manifests.ts';

const warning = (policy: string, text: string) =>
  `Warning: Validation failed for ValidatingAdmissionPolicy 'sidecar-injector-${policy}' ` +
  `with binding 'sidecar-injector-${policy}': ${text}\n`;

const wrongCase: Annotations = { 'Sidecar.io/git-sync': 'x' };
const label: Annotations = { 'sidecar.io/git-sync': 'x' };

describeWithApiServer('a pod that exists', () => {
  const namespace = useNamespace();
  const tells = (key: string, what = 'delete the pod and create it anew') =>
    warning(
      'running-pods',
      `annotation sidecar.io/${key} has no effect on pod "web": pods cannot get containers, or lose them, ` +
        `after their creation; ${what}`,
    );
  const annotate = async (text: string) => (await namespace().kubectl(`annotate pod web ${text}`)).stderr;
  beforeAll(async () => {
    await namespace().kubectl('create -f -', podOf('web'));
    // A policy is in force some moments after it is made.
    await eventually(async () => expect(await annotate('sidecar.io/a=b --dry-run=server')).not.toBe(''));
  });

  it('is annotated, changed, and loses the annotation: each is told', async () => {
    expect(await annotate('sidecar.io/git-sync=x')).toBe(tells('git-sync'));
    expect(await annotate('sidecar.io/git-sync=y --overwrite')).toBe(tells('git-sync'));
    expect(await annotate('sidecar.io/git-sync-')).toBe(tells('git-sync'));
    expect(await annotate('sidecar.io/git-sync.ref=v1 sidecar.io/git-sync=x')).toBe(tells('git-sync'));
    expect(await annotate('sidecar.io/inject=false')).toBe(tells('inject'));
  });

  it('is applied again with an annotation: it is told once', async () => {
    const apply = (annotations: Annotations) =>
      namespace().kubectl('apply -f -', podOf('other', annotations));
    await apply({});
    expect((await apply(gitSync)).stderr).toContain('pod "other": pods cannot get containers');
    expect((await apply(gitSync)).stderr).toBe('');
  });

  it('gets a status, annotations of others, labels and images without a word', async () => {
    expect(await annotate('sidecar.io/status={}')).toBe('');
    expect(await annotate('sidecar.io/status- example.com/sidecar.io=x')).toBe('');
    for (const change of ['label pod web tier=front', 'set image pod/web web=nginx:1.30'])
      expect((await namespace().kubectl(change)).stderr).toBe('');
  });

  it('is not looked at in kube-system and in namespaces that have opted out', async () => {
    const optedOut = await createNamespace({ 'sidecar.io/inject': 'disabled' });
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
    const kubeSystem = namespaceNamed('kube-system');
    await kubeSystem.kubectl('apply --server-side -f -', account);
    for (const other of [optedOut, kubeSystem]) {
      const { metadata, ...rest } = podOf('web', wrongCase);
      await other.kubectl('create -f -', { ...rest, metadata: { ...metadata, labels: label } });
      expect((await other.kubectl('annotate pod web sidecar.io/git-sync=x')).stderr).toBe('');
      await other.kubectl('delete pod web --now');
    }
  });
});

/** Every kind that has to do with pods, and from the object to each place in it that has annotations and labels. */
const kinds: readonly (readonly [kind: string, manifest: object, places: readonly (readonly string[])[]])[] =
  [
    ['Pod', podOf('web'), [[]]],
    ...workloadKinds.map(kind => {
      const jobTemplate = ['spec', 'jobTemplate'];
      const template = ['spec', 'template'];
      const places = kind === 'CronJob' ? [jobTemplate, [...jobTemplate, ...template]] : [template];
      return [kind, workloadOf(kind), [[], ...places]] as const;
    }),
    ['ReplicaSet', unwatched('ReplicaSet'), [[], ['spec', 'template']]],
    ['ReplicationController', unwatched('ReplicationController'), [[], ['spec', 'template']]],
    ['PodTemplate', unwatched('PodTemplate'), [[], ['template']]],
  ];

describeWithApiServer.each(
  kinds.flatMap(([kind, manifest, places]) =>
    places.map(place => [kind, place.join('.'), manifest, place] as const),
  ),
)('a %s at %j', (kind, _shown, manifest, place) => {
  const namespace = useNamespace();
  const create = async (metadata: object) => {
    const object = JSON.stringify(withMetadata(manifest, place, metadata));
    return (await namespace().kubectl('create --dry-run=server -f -', object)).stderr;
  };

  it('that has an annotation in the wrong case is told how to write it', async () => {
    const text =
      `annotation Sidecar.io/git-sync of ${kind} "web" has no effect; ` +
      'write it in small letters, as sidecar.io/git-sync';
    expect(await create({ annotations: { 'Sidecar.io/git-sync': 'x' } })).toBe(warning('wrong-case', text));
    expect(await create({ annotations: { 'SIDECAR.IO/Git-Sync.Mount': 'x' } })).toContain(
      `SIDECAR.IO/Git-Sync.Mount of ${kind} "web" has no effect; write it in small letters, as sidecar.io/git-sync.mount\n`,
    );
  });

  it('that has a label is told to make it an annotation', async () => {
    for (const key of ['sidecar.io/git-sync', 'sidecar.io/inject'])
      expect(await create({ labels: { [key]: 'x' } })).toBe(
        warning(
          'labels',
          `label ${key} of ${kind} "web" has no effect on sidecars; write it as an annotation`,
        ),
      );
  });

  it('that has neither is told nothing', async () => {
    const others = { 'example.com/Sidecar.io': 'x', 'app.sidecar.io/git-sync': 'x', SIDECAR: 'x' };
    expect(await create({ annotations: others, labels: others })).toBe('');
  });
});

describeWithApiServer.each(['ReplicaSet', 'ReplicationController', 'PodTemplate'] as const)('a %s', kind => {
  const namespace = useNamespace();
  const text = (key: string) =>
    warning(
      'unwatched-kinds',
      `annotation sidecar.io/${key} on ${kind} "web" itself has no effect; ` +
        'write it in its pod template, or use a Deployment',
    );
  const place = kind === 'PodTemplate' ? ['template'] : ['spec', 'template'];

  it('is told that nobody reads what is on it, when it is made and when it changes', async () => {
    const create = (metadata: object) =>
      namespace().kubectl('create -f -', withMetadata(unwatched(kind), [], metadata));
    expect((await create({ annotations: gitSync })).stderr).toBe(text('git-sync'));
    const annotate = async (change: string) =>
      (await namespace().kubectl(`annotate --overwrite ${kind} web ${change}`)).stderr;
    expect(await annotate('sidecar.io/git-sync.ref=v1')).toBe(text('git-sync'));
    expect(await annotate('sidecar.io/git-sync-')).toBe(text('git-sync.ref'));
    expect(await annotate('sidecar.io/git-sync.ref-')).toBe('');
    expect(await annotate('example.com/a=b')).toBe('');
  });

  it('is told nothing of what is in its template, or is ours, or comes from whatever controls it', async () => {
    const create = async (at: readonly string[], metadata: object) => {
      const manifest = withMetadata(withMetadata(unwatched(kind), at, metadata), [], { name: 'other' });
      return (await namespace().kubectl('create --dry-run=server -f -', manifest)).stderr;
    };
    expect(await create(place, { annotations: gitSync })).toBe('');
    const ours = { 'sidecar.io/propagated': '{}', 'sidecar.io/status': '{}' };
    expect(await create([], { annotations: ours })).toBe('');
    // Copied from one that a Deployment made.
    expect(await create([], { annotations: { ...gitSync, ...ours } })).toContain('sidecar.io/git-sync on');
    const ownerReferences = [ownedBy('Deployment', 'web')];
    const all = { annotations: { ...gitSync, ...wrongCase }, labels: label, ownerReferences };
    expect(await create([], all)).toBe('');
  });
});

describeWithApiServer('a Deployment that exists', () => {
  const namespace = useNamespace();
  beforeAll(async () => {
    await namespace().kubectl('create -f -', workloadOf('Deployment'));
  });
  const run = async (command: string) => (await namespace().kubectl(command)).stderr;

  it('is told at the key that is wrong, again with each change of what it says, and not by its scale', async () => {
    const wrong =
      'annotation Sidecar.io/git-sync of Deployment "web" has no effect; write it in small letters';
    expect(await run('annotate deployment web Sidecar.io/git-sync=x')).toContain(wrong);
    expect(await run('set image deployment/web web=nginx:1.30')).toContain(wrong);
    for (const other of ['scale deployment web --replicas=2', 'label deployment web tier=front'])
      expect(await run(other)).toBe('');
    expect(await run('annotate deployment web Sidecar.io/git-sync-')).toBe('');
    const labelled = 'label sidecar.io/git-sync of Deployment "web" has no effect on sidecars';
    expect(await run('label deployment web sidecar.io/git-sync=x')).toContain(labelled);
    expect(await run('annotate deployment web example.com/a=b')).toBe('');
    expect(await run('label deployment web sidecar.io/git-sync-')).toBe('');
  });

  it('is made and changed also where it is as large as can be, and full of mistakes', async () => {
    const keys = Array.from({ length: 7000 }, (_, index) => [`Sidecar.io/a${index}`, '0123456789']);
    const object = workloadOf('Deployment', { name: 'large', annotations: Object.fromEntries(keys) });
    const { metadata, ...rest } = object;
    const labels = Object.fromEntries(keys.map(([key = ''], index) => [key.toLowerCase(), `${index}`]));
    const { stderr } = await namespace().kubectl('create -f -', {
      ...rest,
      metadata: { ...metadata, labels },
    });
    expect(stderr).toContain('annotation Sidecar.io/a0 of Deployment "large" has no effect');
    expect(stderr).toContain('label sidecar.io/a0 of Deployment "large" has no effect');
    expect(await run('set image deployment/large web=nginx:1.30')).toContain('Sidecar.io/a0');
  });
});

describeWithControllers.each([
  ['Deployment', 'annotate its Deployment'],
  ['StatefulSet', 'annotate its StatefulSet "web"'],
  ['Job', 'annotate its Job "web"'],
] as const)('a pod of a %s', (kind, what) => {
  it('is told of what made it, which is the place for annotations', async () => {
    const namespace = await createNamespace();
    await namespace.kubectl('create -f -', workloadOf(kind));
    const [pod] = await eventually(async () => {
      const pods = await namespace.pods();
      expect(pods).toHaveLength(1);
      return pods;
    });
    const { stderr } = await namespace.kubectl(`annotate pod ${pod?.metadata?.name} sidecar.io/git-sync=x`);
    expect(stderr).toMatch(/^Warning: .* after their creation; .*\n$/);
    expect(stderr).toContain(`; ${what}\n`);
    const { stderr: wrong } = await namespace.kubectl('annotate pod --all Sidecar.io/git-sync=x');
    expect(wrong).toContain('write it in small letters');
  });
});

describeWithControllers('an annotated Deployment', () => {
  useWebhook();
  beforeAll(() => createNode());
  afterAll(() => deleteNode());

  it('is made, scaled, restarted, changed and rolled back without a warning of these policies', async () => {
    const namespace = await createNamespace();
    const manifest = workloadOf('Deployment', { annotations: mountedGitSync });
    const told = [(await namespace.kubectl('apply -f -', manifest)).stderr];
    const commands = [
      'scale deployment web --replicas=2',
      'rollout restart deployment/web',
      'set image deployment/web web=nginx:1.30',
      'rollout undo deployment/web',
      'annotate deployment web sidecar.io/git-sync.ref=v1',
      'annotate deployment web sidecar.io/git-sync.ref-',
      'autoscale deployment web --max=3',
      'label pods --all tier=front',
    ];
    for (const command of commands) {
      await eventually(async () => expect(await namespace.pods()).not.toEqual([]));
      told.push((await namespace.kubectl(command)).stderr);
    }
    expect(told.filter(stderr => stderr.includes('ValidatingAdmissionPolicy'))).toEqual([]);
    expect((await namespace.kubectl('annotate replicaset --all sidecar.io/git-sync.ref=v1')).stderr).toBe('');
  });

  it('has pods of which nobody is told, whoever makes them, runs them and writes what they are', async () => {
    const namespace = await createNamespace();
    const { pod } = await namespace.createPod(podOf('web', mountedGitSync));
    await startPod(namespace, 'web');
    const status = pod.metadata?.annotations?.['sidecar.io/status']?.replace('native', 'other');
    const patch = { metadata: { annotations: { 'sidecar.io/status': status } } };
    const { stderr } = await namespace.kubectl(['patch', 'pod', 'web', '--patch', JSON.stringify(patch)]);
    expect(stderr).toBe('');
    const report = { status: { message: 'x' } };
    const flags = ['--subresource=status', '--patch', JSON.stringify(report)];
    expect((await namespace.kubectl(['patch', 'pod', 'web', ...flags])).stderr).toBe('');
  });

  it('that is full of mistakes is told of them, and no controller is', async () => {
    const namespace = await createNamespace();
    const name = `noisy-${namespace.name}`;
    const before = await warningsGiven('wrong-case');
    const manifest = workloadOf('Deployment', { name, annotations: wrongCase, template: wrongCase });
    const { stderr } = await namespace.kubectl('create -f -', manifest);
    expect(stderr).toContain(`of Deployment "${name}" has no effect`);
    await eventually(async () => expect(await namespace.pods()).toHaveLength(1));
    await namespace.kubectl(`rollout restart deployment/${name}`);
    await eventually(async () => expect(await namespace.pods()).toHaveLength(2));
    expect(await warningsGiven('wrong-case')).toBe(before + 2);
  });
});

/** How often a policy has warned anybody, a controller too, as the API server counts. */
async function warningsGiven(policy: string): Promise<number> {
  const lines = (await kubectl('get --raw /metrics')).stdout.split('\n');
  const counts = lines.filter(
    line =>
      line.startsWith('apiserver_validating_admission_policy_check_total{') &&
      line.includes(`policy="sidecar-injector-${policy}"`),
  );
  return counts.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

/** A controller that is not there; nobody looks for it as long as a test takes. */
function ownedBy(kind: string, name: string) {
  const uid = '11111111-1111-1111-1111-111111111111';
  return { apiVersion: 'apps/v1', kind, name, uid, controller: true };
}
