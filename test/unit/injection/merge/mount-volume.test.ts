import { describe, expect, it } from 'vitest';
import type { Container, PodSpec } from '../../../../src/kubernetes/pod.ts';
import {
  codes,
  containersIn,
  decide,
  gitSync,
  injected,
  podAfter,
  podWith,
  repository,
  sidecarsOf,
  told,
  writtenBySomebody,
} from '../../../injection-fixture.ts';

const app: Container = { name: 'app' };
const web: Container = { name: 'web' };
const proxy: Container = { name: 'istio-proxy' };
const ours = { name: 'git-sync', mountPath: '/site', readOnly: true };

/** The containers that got the mount. */
function mountedIn(
  parameters: Readonly<Record<string, string>>,
  spec: Partial<PodSpec>,
  others = {},
): readonly string[] {
  const after = podAfter(podWith({ ...gitSync({ mount: '/site', ...parameters }), ...others }, spec));
  const isMounted = ({ volumeMounts }: Container) =>
    volumeMounts?.some(({ name }) => name === 'git-sync') ?? false;
  return containersIn(after)
    .filter(isMounted)
    .map(({ name }) => name);
}

const preset = { 'kubectl.kubernetes.io/default-container': 'web' };

describe('the container that gets the mount', () => {
  it('is the only one', () => {
    expect(mountedIn({}, { containers: [app] })).toEqual(['app']);
  });

  it('is the only one beside a mesh proxy', () => {
    expect(mountedIn({}, { containers: [proxy, app] })).toEqual(['app']);
  });

  it('is the default container', () => {
    expect(mountedIn({}, { containers: [app, web] }, preset)).toEqual(['web']);
    expect(mountedIn({}, { containers: [web] }, preset)).toEqual(['web']);
  });

  it('is every one that is named, before the default container', () => {
    expect(mountedIn({ containers: 'web,app' }, { containers: [app, proxy, web] }, preset)).toEqual([
      'app',
      'web',
    ]);
    expect(mountedIn({ containers: 'app,app' }, { containers: [app, web] })).toEqual(['app']);
  });

  it.each([
    ['app', [[ours], []]],
    ['app,app', [[ours], []]],
    ['web,app,web,app', [[ours], [ours]]],
  ])('gets one mount however often it is named, in a patch that applies: %s', (containers, mounts) => {
    const pod = podWith(gitSync({ mount: '/site', containers }), { containers: [app, web] });
    expect(told(decide(pod))).toEqual([]);
    expect(containersIn(podAfter(pod)).map(({ volumeMounts }) => volumeMounts ?? [])).toEqual(mounts);
  });

  it('is complained about once where it is not there, however often it is named', () => {
    const pod = podWith(gitSync({ mount: '/site', containers: 'b,b,app,b,c' }), { containers: [app, web] });
    expect(told(decide(pod))).toEqual([
      'mount-container-unknown: annotation sidecar.io/git-sync.containers: no container "b"; the pod has app, web',
      'mount-container-unknown: annotation sidecar.io/git-sync.containers: no container "c"; the pod has app, web',
    ]);
  });

  it('is not looked for among more than anybody writes', () => {
    const containers = Array.from({ length: 501 }, (_, index) => ({ name: `container-${index}` }));
    const adviceFor = (name: string) =>
      told(decide(podWith(gitSync({ mount: '/site', containers: name }), { containers })))[0];
    expect(adviceFor('container-499x')).toContain('did you mean "container-499"?');
    expect(adviceFor('container500')).not.toContain('container-500');
  });

  it('is found among many, which are not all told', () => {
    const containers = Array.from({ length: 600 }, (_, index) => ({ name: `container-${index}` }));
    const [line = ''] = told(decide(podWith(gitSync({ mount: '/site' }), { containers })));
    expect(line).toContain('set sidecar.io/git-sync.containers to one or more of container-0,container-1,');
    expect(line).toMatch(/,container-4\d and 55\d more$/);
  });

  it('is told once what takes its path, however often it is named', () => {
    const volumeMounts = [{ name: 'html', mountPath: '/site' }];
    const pod = podWith(gitSync({ mount: '/site', containers: 'app,app' }), {
      containers: [{ name: 'app', volumeMounts }, web],
      volumes: [{ name: 'html' }],
    });
    expect(told(decide(pod))).toEqual([
      'mount-path-taken: annotation sidecar.io/git-sync.mount: container app mounts "html" at /site already; choose another path, or set sidecar.io/git-sync.volume to html',
    ]);
  });

  it('may be the proxy, where that is named', () => {
    expect(mountedIn({ containers: 'istio-proxy' }, { containers: [app, proxy] })).toEqual(['istio-proxy']);
  });

  it('is never an injected one', () => {
    const first = podAfter(
      podWith({ 'sidecar.io/git-sync_docs': repository, 'sidecar.io/git-sync_docs.mode': 'classic' }),
    );
    const annotations = { ...first.metadata.annotations, ...gitSync({ mount: '/site' }) };
    const second = podAfter({ ...first, metadata: { ...first.metadata, annotations } });
    const mounts = containersIn(second).map(({ volumeMounts }) =>
      (volumeMounts ?? []).some(({ mountPath }) => mountPath === '/site'),
    );
    expect(mounts).toEqual([true, false]);
  });

  it('has to be named where there are several', () => {
    const pod = podWith(gitSync({ mount: '/site' }), { containers: [app, proxy, web] });
    expect(told(decide(pod))).toEqual([
      'mount-container-ambiguous: annotation sidecar.io/git-sync.mount: which container? set sidecar.io/git-sync.containers to one or more of app,web',
    ]);
  });

  it.each([
    ['ap', /no container "ap"; did you mean "app"\?$/],
    ['worker', /no container "worker"; the pod has app, web, setup$/],
  ])('has to be in the pod: %s', (containers, message) => {
    const pod = podWith(gitSync({ mount: '/site', containers }), {
      containers: [app, web],
      initContainers: [{ name: 'setup' }],
    });
    const lines = told(decide(pod));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^mount-container-unknown: annotation sidecar\.io\/git-sync\.containers: /);
    expect(lines[0]).toMatch(message);
  });

  it.each(['native', 'classic', 'init'])('may be an init container that is named, in mode %s', mode => {
    const pod = podWith(gitSync({ mount: '/site', containers: 'setup,app', mode }), {
      containers: [app, web],
      initContainers: [{ name: 'other' }, { name: 'setup', volumeMounts: [] }],
    });
    expect(told(decide(pod))).toEqual([]);
    const { initContainers, containers } = podAfter(pod).spec;
    const mounted = [...(initContainers ?? []), ...(containers ?? [])].filter(({ volumeMounts }) =>
      volumeMounts?.some(mount => mount.mountPath === '/site'),
    );
    expect(mounted.map(({ name, volumeMounts }) => [name, volumeMounts])).toEqual([
      ['setup', [ours]],
      ['app', [ours]],
    ]);
    const status = JSON.parse(podAfter(pod).metadata.annotations?.['sidecar.io/status'] ?? '');
    expect(status['git-sync'].mounts).toEqual(['setup:/site', 'app:/site']);
    expect(decide(podAfter(pod))).toMatchObject({ outcome: 'skipped', reason: 'already-injected' });
  });

  it('is no init container where the default container is meant, nor one of a sidecar', () => {
    const asDefault = { 'kubectl.kubernetes.io/default-container': 'setup' };
    const pod = podWith(
      { ...gitSync({ mount: '/site' }), ...asDefault },
      { initContainers: [{ name: 'setup' }] },
    );
    expect(codes(decide(pod))).toEqual(['mount-container-unknown']);
    const first = podAfter(podWith({ 'sidecar.io/git-sync_docs': repository }));
    const asked = gitSync({ mount: '/site', containers: 'git-sync-docs' });
    const annotations = { ...first.metadata.annotations, ...asked };
    expect(codes(decide({ ...first, metadata: { ...first.metadata, annotations } }))).toContain(
      'mount-container-unknown',
    );
  });

  const proxyThatStays = { name: 'istio-proxy', restartPolicy: 'Always' };
  it.each<readonly [what: string, parameters: Readonly<Record<string, string>>, names: string]>([
    ['the proxy that it waits for', { containers: 'first,app,second' }, 'first'],
    ['the app alone', { containers: 'first,second', mode: 'classic', wait: 'false' }, 'first, second'],
  ])('is told to find nothing where it runs before the sidecar, which comes after %s', (_, more, names) => {
    const pod = podWith(gitSync({ mount: '/site', ...more }), {
      initContainers: [{ name: 'first' }, proxyThatStays, { name: 'second' }],
    });
    expect(told(decide(pod))).toEqual([
      `mount-before-content: sidecar.io/git-sync.containers: ${names} runs before git-sync and finds the volume empty`,
    ]);
    const where = podAfter(pod).spec.initContainers?.filter(({ volumeMounts }) =>
      volumeMounts?.some(({ mountPath }) => mountPath === '/site'),
    );
    expect(where?.map(({ name }) => name)).toEqual(
      (more['containers'] ?? '').split(',').filter(n => n !== 'app'),
    );
  });

  it('may run before a sidecar for which it writes', () => {
    const sidecars = sidecarsOf({
      cache: { volumes: [{ name: '${volume}', emptyDir: {}, shared: true }], mount: { readOnly: false } },
    });
    const annotations = {
      'sidecar.io/cache': 'true',
      'sidecar.io/cache.mount': '/cache',
      'sidecar.io/cache.containers': 'first',
    };
    const pod = podWith(annotations, { initContainers: [{ name: 'first' }, proxyThatStays] });
    expect(told(decide(pod, { sidecars }))).toEqual([]);
  });

  it('has to be in the pod where the default container is meant', () => {
    const lines = told(decide(podWith({ ...gitSync({ mount: '/site' }), ...preset }, { containers: [app] })));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /^mount-container-unknown: annotation kubectl\.kubernetes\.io\/default-container: no container "web"/,
    );
  });

  // The value is not ours, so nothing has looked at it before.
  it('is named in one line where the default container is not in the pod', () => {
    const annotations = { ...gitSync({ mount: '/site' }), 'kubectl.kubernetes.io/default-container': 'a\nb' };
    expect(told(decide(podWith(annotations))).join('')).not.toMatch(/\n/);
  });

  it('is asked for only together with a path', () => {
    const pod = podWith(gitSync({ containers: 'app' }));
    expect(codes(decide(pod))).toEqual(['containers-without-mount', 'volume-not-mounted']);
  });
});

describe('a container that another injector added', () => {
  const agent: Container = { name: 'agent' };
  const asked = gitSync({ mount: '/site' });
  const defaultContainer = 'kubectl.kubernetes.io/default-container';
  /** The containers that get the mount in a pod of which somebody wrote these. */
  const chosen = (
    pod: ReturnType<typeof podWith>,
    written: readonly string[],
    annotations?: readonly string[],
  ) =>
    containersIn(podAfter(writtenBySomebody(pod, written, annotations)))
      .filter(({ volumeMounts }) => volumeMounts?.some(({ name }) => name === 'git-sync'))
      .map(({ name }) => name);

  it.each([[[agent, app]], [[app, agent]]])('is no candidate: %j', containers => {
    expect(chosen(podWith(asked, { containers }), ['app'])).toEqual(['app']);
  });

  it('is not offered where it is not clear which is meant', () => {
    const pod = podWith(asked, { containers: [agent, app, web] });
    expect(told(decide(writtenBySomebody(pod, ['web', 'app'])))).toEqual([
      'mount-container-ambiguous: annotation sidecar.io/git-sync.mount: which container? set sidecar.io/git-sync.containers to one or more of app,web',
    ]);
  });

  it('can be named', () => {
    const pod = podWith(gitSync({ mount: '/site', containers: 'agent' }), { containers: [app, agent] });
    expect(chosen(pod, ['app'])).toEqual(['agent']);
  });

  it('is told from what a proxy or an earlier pass put into a pod that was copied', () => {
    expect(chosen(podWith(asked, { containers: [proxy, app] }), ['istio-proxy', 'app'])).toEqual(['app']);
  });

  it('is the default container where the author says so, not where others do', () => {
    const pod = podWith({ ...asked, [defaultContainer]: 'agent' }, { containers: [app, agent] });
    expect(chosen(pod, ['app'])).toEqual(['app']);
    expect(chosen(pod, ['app'], [defaultContainer])).toEqual(['agent']);
  });

  it('leaves the choice that its injector makes among several of the app', () => {
    const pod = podWith({ ...asked, [defaultContainer]: 'web' }, { containers: [app, web, agent] });
    expect(chosen(pod, ['app', 'web'])).toEqual(['web']);
  });

  it.each<[string, unknown]>([
    ['absent', undefined],
    ['null', null],
    ['of another kind', 'x'],
    ['without entries', []],
    ['full of nonsense', [null, 1, 'x', [], {}, { fieldsV1: null }, { fieldsV1: { 'f:spec': [] } }]],
    ['of a status', [{ fieldsV1: { 'f:status': { 'f:containers': { 'k:{"name":"app"}': {} } } } }]],
    [
      'of containers that are not there',
      [{ fieldsV1: { 'f:spec': { 'f:containers': { 'k:{"name":"x"}': {} } } } }],
    ],
  ])('is a candidate like all others where the managed fields are %s', (_what, managedFields) => {
    const pod = podWith(asked, { containers: [app, agent] });
    expect(codes(decide({ ...pod, metadata: { ...pod.metadata, managedFields } }))).toEqual([
      'mount-container-ambiguous',
    ]);
  });

  it('is found in whatever entry of the managed fields names the app', () => {
    const pod = writtenBySomebody(podWith(asked, { containers: [app, web, agent] }), ['web']);
    const [entry] = pod.metadata.managedFields as readonly object[];
    const other = { fieldsV1: { 'f:spec': { 'f:containers': { 'k:{"name":"app"}': {} } } } };
    const managedFields = [other, entry];
    expect(told(decide({ ...pod, metadata: { ...pod.metadata, managedFields } })).join('')).toMatch(
      /one or more of app,web$/,
    );
  });
});

describe('the mount', () => {
  it('is read-only, unless the definition says otherwise', () => {
    expect(containersIn(podAfter(podWith(gitSync({ mount: '/site' }))))[0]?.volumeMounts).toEqual([ours]);
    const sidecars = sidecarsOf({
      cache: { volumes: [{ name: '${volume}', emptyDir: {}, shared: true }], mount: { readOnly: false } },
    });
    const pod = podWith({ 'sidecar.io/cache': 'true', 'sidecar.io/cache.mount': '/cache' });
    expect(containersIn(podAfter(pod, { sidecars }))[0]?.volumeMounts).toEqual([
      { name: 'cache', mountPath: '/cache' },
    ]);
  });

  it('comes after those that the container has', () => {
    const volumeMounts = [{ name: 'data', mountPath: '/data' }];
    const pod = podWith(gitSync({ mount: '/site' }), {
      containers: [{ name: 'app', volumeMounts }],
      volumes: [{ name: 'data' }],
    });
    expect(containersIn(podAfter(pod))[0]?.volumeMounts).toEqual([...volumeMounts, ours]);
  });

  it('loses the slash at the end of its path', () => {
    expect(containersIn(podAfter(podWith(gitSync({ mount: '/site/' }))))[0]?.volumeMounts).toEqual([ours]);
  });

  it.each(['/site', '/site/', '/site//'])(
    'is refused where the container mounts something at its path: %s',
    mountPath => {
      const volumeMounts = [{ name: 'html', mountPath }];
      const pod = podWith(gitSync({ mount: '/site' }), {
        containers: [{ name: 'app', volumeMounts }],
        volumes: [{ name: 'html' }],
      });
      expect(told(decide(pod))).toEqual([
        'mount-path-taken: annotation sidecar.io/git-sync.mount: container app mounts "html" at /site already; choose another path, or set sidecar.io/git-sync.volume to html',
      ]);
    },
  );

  it.each(['/sit', '/site-current', '/', '/Site'])(
    'may stand beside a mount at another path: %s',
    mountPath => {
      const volumeMounts = [{ name: 'html', mountPath }];
      const pod = podWith(gitSync({ mount: '/site' }), {
        containers: [{ name: 'app', volumeMounts }],
        volumes: [{ name: 'html' }],
      });
      expect(decide(pod)).toMatchObject({ outcome: 'injected' });
    },
  );

  it('is refused where the container has a device at its path, which the API server would do without a reason', () => {
    const volumeDevices = [{ name: 'disk', devicePath: '/site/' }];
    const pod = podWith(gitSync({ mount: '/site' }), {
      containers: [{ name: 'app', volumeDevices }],
      volumes: [{ name: 'disk', persistentVolumeClaim: { claimName: 'disk' } }],
    });
    expect(told(decide(pod))).toEqual([
      'mount-path-taken: annotation sidecar.io/git-sync.mount: container app has the device "disk" at /site already; choose another path',
    ]);
  });

  it('is not doubled where the app has it already', () => {
    const volumeMounts = [{ name: 'git-sync', mountPath: '/site/' }];
    const pod = podWith(gitSync({ mount: '/site' }), {
      containers: [{ name: 'app', volumeMounts }],
      volumes: [{ name: 'git-sync', emptyDir: {} }],
    });
    expect(containersIn(podAfter(pod))[0]?.volumeMounts).toEqual(volumeMounts);
  });

  it('is refused where two sidecars want one path', () => {
    const pod = podWith({
      ...gitSync({ mount: '/site' }),
      'sidecar.io/git-sync_docs': repository,
      'sidecar.io/git-sync_docs.mount': '/site',
    });
    expect(told(decide(pod))).toEqual([
      'mount-path-taken: annotation sidecar.io/git-sync_docs.mount: container app mounts "git-sync" at /site already; choose another path',
    ]);
  });

  it('is of the volume that the annotation names', () => {
    const after = podAfter(podWith(gitSync({ mount: '/site', volume: 'content' })));
    expect(containersIn(after)[0]?.volumeMounts).toEqual([{ ...ours, name: 'content' }]);
  });

  it('is added to no container where no annotation asks for it', () => {
    const { operations } = injected(podWith(gitSync()));
    expect(operations.filter(({ path }) => path.includes('volumeMounts'))).toEqual([]);
  });
});
