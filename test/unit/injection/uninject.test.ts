import { describe, expect, it } from 'vitest';
import { applyPatch } from '../../../src/injection/patch/apply-patch.ts';
import { uninject } from '../../../src/injection/uninject.ts';
import { type Pod, readPod } from '../../../src/kubernetes/pod.ts';
import { gitSync, injected, podWith } from '../../injection-fixture.ts';

const statusKey = 'sidecar.io/status';
const oldEntry = {
  definition: 'd',
  parameters: 'p',
  mode: 'native',
  containers: ['logs'],
  volumes: ['logs'],
  content: '/logs',
};

/** A pod with a status of these entries. */
function podOf(entries: object, spec: object, annotations: Readonly<Record<string, string>> = {}): Pod {
  return readPod({
    metadata: { name: 'web', annotations: { ...annotations, [statusKey]: JSON.stringify(entries) } },
    spec,
  });
}

function left(pod: Pod): Pod {
  const decision = uninject(pod);
  if (decision.outcome !== 'uninjected') throw new Error(JSON.stringify(decision));
  return applyPatch(pod, decision.operations);
}

const app = { name: 'app', image: 'nginx' };
const logs = { name: 'logs', image: 'logs' };

describe('taking out what a status names', () => {
  it('takes out all that was added, from the end of each list to its beginning', () => {
    const pod = podWith(gitSync({ mount: '/site' }));
    const after = applyPatch(pod, injected(pod).operations);
    expect(uninject(after)).toEqual({
      outcome: 'uninjected',
      sidecars: ['git-sync'],
      operations: [
        { op: 'remove', path: '/spec/containers/0/volumeMounts/0' },
        { op: 'remove', path: '/spec/initContainers/0' },
        { op: 'remove', path: '/spec/volumes/1' },
        { op: 'remove', path: '/spec/volumes/0' },
        {
          op: 'remove',
          path: '/metadata/annotations/cluster-autoscaler.kubernetes.io~1safe-to-evict-local-volumes',
        },
        { op: 'remove', path: '/metadata/annotations/sidecar.io~1status' },
      ],
    });
  });

  it('leaves a pod alone that has no status', () => {
    expect(uninject(podWith(gitSync()))).toEqual({ outcome: 'skipped', reason: 'not-injected' });
  });

  it.each(['', 'x', '[]', '{"logs":{"containers":["app"]}}'])(
    'refuses a status that nobody can read: %s',
    text => {
      const decision = uninject(podWith({ [statusKey]: text }));
      expect(decision).toMatchObject({ outcome: 'refused', refusals: [{ code: 'invalid-status' }] });
    },
  );

  it('takes out a mark that something is left to others, and nothing else', () => {
    const pod = podOf({ envoy: { leftToOthers: true } }, { containers: [app] }, { 'sidecar.io/envoy': 'x' });
    expect(left(pod)).toEqual({
      metadata: { name: 'web', annotations: { 'sidecar.io/envoy': 'x' } },
      spec: { containers: [app] },
    });
    expect(uninject(pod)).toMatchObject({ sidecars: [] });
  });

  it('does not look for what others have taken out since', () => {
    expect(left(podOf({ logs: oldEntry }, { containers: [app], volumes: [] })).spec).toEqual({
      containers: [app],
      volumes: [],
    });
  });

  it('leaves the mounts of a user whose own list of volumes left nothing else to say', () => {
    const own = { 'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes': 'git-sync-tmp,git-sync' };
    const mounting = { ...app, volumeMounts: [{ name: 'git-sync', mountPath: '/site' }] };
    const pod = podWith({ ...own, ...gitSync() }, { containers: [mounting] });
    expect(left(applyPatch(pod, injected(pod).operations)).spec.containers).toEqual([mounting]);
  });

  it('of the older form, which names no mounts, takes out those of a volume that goes, in every container', () => {
    const own = { name: 'own', mountPath: '/own' };
    const mounts = () => [{ name: 'logs', mountPath: '/var/log' }, own];
    const volumes = [
      { name: 'own', emptyDir: {} },
      { name: 'logs', emptyDir: {} },
    ];
    const pod = podOf(
      { logs: oldEntry },
      {
        initContainers: [{ ...app, name: 'first', volumeMounts: mounts() }, logs],
        containers: [{ ...app, volumeMounts: mounts() }],
        ephemeralContainers: [{ ...app, name: 'debug', volumeMounts: mounts() }],
        volumes,
      },
    );
    expect(left(pod).spec).toEqual({
      initContainers: [{ ...app, name: 'first', volumeMounts: [own] }],
      containers: [{ ...app, volumeMounts: [own] }],
      ephemeralContainers: [{ ...app, name: 'debug', volumeMounts: [own] }],
      volumes: [{ name: 'own', emptyDir: {} }],
    });
  });

  it('of the form of today leaves a mount that it does not name: the user wrote it', () => {
    const container = { ...app, volumeMounts: [{ name: 'logs', mountPath: '/var/log' }] };
    const entry = { ...oldEntry, by: 'inject' };
    const pod = podOf(
      { logs: entry },
      { containers: [container, logs], volumes: [{ name: 'logs', emptyDir: {} }] },
    );
    expect(left(pod).spec).toEqual({ containers: [container], volumes: [] });
  });

  it('takes the last of what stands twice: what was added is behind what was there', () => {
    const entry = { ...oldEntry, env: ['app:LEVEL'], appended: ['eks.amazonaws.com/skip-containers:logs'] };
    const [first, second] = [
      { name: 'LEVEL', value: '1' },
      { name: 'LEVEL', value: '2' },
    ];
    const pod = podOf(
      { logs: entry },
      {
        containers: [{ ...app, env: [first, second] }, { ...app, name: 'other', env: [first, second] }, logs],
      },
      { 'eks.amazonaws.com/skip-containers': 'logs,app,logs' },
    );
    const after = left(pod);
    expect(after.spec.containers).toEqual([
      { ...app, env: [first] },
      { ...app, name: 'other', env: [first, second] },
    ]);
    expect(after.metadata.annotations).toEqual({ 'eks.amazonaws.com/skip-containers': 'logs,app' });
  });

  it('keeps what others wrote behind a list of the user, and their own lists', () => {
    const key = 'azure.workload.identity/skip-containers';
    const entry = { ...oldEntry, appended: [`${key}:logs`], annotations: ['example.com/level'] };
    const annotations = { [key]: 'app;logs;proxy', 'example.com/level': '1', 'example.com/own': '1' };
    expect(left(podOf({ logs: entry }, { containers: [app] }, annotations)).metadata.annotations).toEqual({
      [key]: 'app;proxy',
      'example.com/own': '1',
    });
  });

  it('takes out secrets for pulling images that it names', () => {
    const pod = podOf(
      { logs: { ...oldEntry, imagePullSecrets: ['mirror'] } },
      { containers: [app], imagePullSecrets: [{ name: 'own' }, { name: 'mirror' }] },
    );
    expect(left(pod).spec).toEqual({ containers: [app], imagePullSecrets: [{ name: 'own' }] });
  });

  it('takes odd lists as they are', () => {
    const spec = { containers: [{ ...app, env: [null, 1, { name: 5 }] }], imagePullSecrets: 'x' };
    expect(left(podOf({ logs: { ...oldEntry, env: ['app:'] } }, spec)).spec).toEqual(spec);
  });
});
