import { describe, expect, it } from 'vitest';
import type { PodSpec, VolumeMount } from '../../../../src/kubernetes/pod.ts';
import {
  at,
  codes,
  decide,
  podAfter,
  podWith,
  sidecarsOf,
  told,
  writtenBySomebody,
} from '../../../injection-fixture.ts';

const sidecars = sidecarsOf({
  tail: {
    value: 'directory',
    parameters: { directory: { type: 'path', required: true } },
    volumes: [{ name: '${volume}', emptyDir: {}, shared: true, at: '${directory}' }],
    container: {
      image: 'a:1',
      volumeMounts: [{ name: '${volume}', mountPath: '${directory}', readOnly: true }],
    },
    mount: { readOnly: false },
  },
});

const volumes = ['a', 'b'].map(name => ({ name, emptyDir: {} }));
const app = (...volumeMounts: readonly VolumeMount[]) => ({ name: 'app', volumeMounts });
const withApp = (...mounts: readonly VolumeMount[]): Partial<PodSpec> => ({
  containers: [app(...mounts)],
  volumes,
});
const podOf = (spec: Partial<PodSpec>, parameters: Readonly<Record<string, string>> = {}) =>
  podWith(
    {
      'sidecar.io/tail': '/var/log/app',
      ...Object.fromEntries(
        Object.entries(parameters).map(([name, text]) => [`sidecar.io/tail.${name}`, text]),
      ),
    },
    spec,
  );
/** How the sidecar mounts the shared volume. */
const mountIn = (spec: Partial<PodSpec>, parameters: Readonly<Record<string, string>> = {}) =>
  at(podAfter(podOf(spec, parameters), { sidecars }), 'spec', 'initContainers', 0, 'volumeMounts', 0);
const own = { name: 'tail', mountPath: '/var/log/app', readOnly: true };

describe('a shared volume that is known by its place in the app', () => {
  it.each<[string, Partial<PodSpec>, object]>([
    [
      'mounted there',
      withApp({ name: 'a', mountPath: '/var/log/app' }),
      { name: 'a', mountPath: '/var/log/app' },
    ],
    ['mounted above', withApp({ name: 'a', mountPath: '/var' }), { name: 'a', mountPath: '/var' }],
    [
      'mounted with a slash behind',
      withApp({ name: 'a', mountPath: '/var/log/' }),
      { name: 'a', mountPath: '/var/log/' },
    ],
    ['mounted at the root', withApp({ name: 'a', mountPath: '/' }), { name: 'a', mountPath: '/' }],
    [
      'mounted with subPath',
      withApp({ name: 'a', mountPath: '/var/log', subPath: 'logs' }),
      { name: 'a', mountPath: '/var/log', subPath: 'logs' },
    ],
    [
      'the nearest of two',
      withApp({ name: 'a', mountPath: '/var' }, { name: 'b', mountPath: '/var/log' }),
      { name: 'b', mountPath: '/var/log' },
    ],
    [
      'mounted by the second container',
      { containers: [{ name: 'x' }, app({ name: 'a', mountPath: '/var/log' })], volumes },
      { name: 'a', mountPath: '/var/log' },
    ],
  ])('is the one %s', (_where, spec, expected) => {
    expect(mountIn(spec)).toEqual({ ...expected, readOnly: true });
    expect(told(decide(podOf(spec), { sidecars }))).toEqual([]);
  });

  it.each<[string, Partial<PodSpec>]>([
    ['nothing', withApp()],
    ['a neighbour of it', withApp({ name: 'a', mountPath: '/var/log/app2' })],
    ['something below it', withApp({ name: 'a', mountPath: '/var/log/app/x' })],
    ['something that the app cannot write', withApp({ name: 'a', mountPath: '/var/log', readOnly: true })],
    [
      'something in an init container only',
      {
        containers: [app()],
        volumes,
        initContainers: [{ name: 'init', volumeMounts: [{ name: 'a', mountPath: '/var' }] }],
      },
    ],
  ])('is one of its own where the app mounts %s', (_what, spec) => {
    expect(mountIn(spec)).toEqual(own);
    expect(codes(decide(podOf(spec), { sidecars }))).toEqual(['volume-not-mounted']);
  });

  it('is mounted in both at the path that an annotation says, and the app can write', () => {
    const after = podAfter(podOf(withApp(), { mount: '/var/log' }), { sidecars });
    expect(at(after, 'spec', 'initContainers', 0, 'volumeMounts', 0)).toEqual({
      ...own,
      mountPath: '/var/log',
    });
    expect(at(after, 'spec', 'containers', 0, 'volumeMounts', 0)).toEqual({
      name: 'tail',
      mountPath: '/var/log',
    });
  });

  it('is refused at a path that does not lead there', () => {
    expect(told(decide(podOf(withApp(), { mount: '/var/lo' }), { sidecars }))).toEqual([
      'invalid-value: annotation sidecar.io/tail.mount: got "/var/lo"; use /var/log/app or a directory above it',
    ]);
  });

  const two: Partial<PodSpec> = {
    containers: [
      app({ name: 'a', mountPath: '/var' }),
      { ...app({ name: 'b', mountPath: '/var' }), name: 'other' },
    ],
    volumes,
  };

  it('is refused where two containers mount different ones', () => {
    expect(codes(decide(podOf(two), { sidecars }))[0]).toBe('volume-ambiguous');
  });

  it('is the one of the app where another injector mounts something else there', () => {
    const pod = writtenBySomebody(podOf(two), ['app']);
    expect(told(decide(pod, { sidecars }))).toEqual([]);
    expect(at(podAfter(pod, { sidecars }), 'spec', 'initContainers', 0, 'volumeMounts', 0)).toEqual({
      name: 'a',
      mountPath: '/var',
      readOnly: true,
    });
  });

  const twice = (first: Partial<VolumeMount>, second: Partial<VolumeMount>): Partial<PodSpec> => ({
    containers: [first, second].map((mount, index) => ({
      ...app({ name: 'a', mountPath: '/var/log', ...mount }),
      name: `app-${index}`,
    })),
    volumes,
  });

  it.each([
    ['another directory of it', twice({ subPath: 'logs' }, { subPath: 'other' })],
    ['the whole of it', twice({ subPath: 'logs' }, {})],
  ])('is refused where a second container mounts %s at the same path', (_what, spec) => {
    expect(told(decide(podOf(spec), { sidecars }))).toEqual([
      'volume-ambiguous: sidecar.io/tail: containers app-0 and app-1 mount different things over /var/log/app; name the volume with sidecar.io/tail.volume',
      'volume-not-mounted: set sidecar.io/tail.mount to a path: no container mounts the volume "tail"',
    ]);
  });

  it.each([
    ['the same directory of it', twice({ subPath: 'logs' }, { subPath: 'logs' }), { subPath: 'logs' }],
    ['the whole of it, in other words', twice({ subPath: '' }, {}), {}],
  ])('is the one of two containers that mount %s', (_what, spec, place) => {
    expect(mountIn(spec)).toEqual({ name: 'a', mountPath: '/var/log', ...place, readOnly: true });
  });

  it('is the one that an annotation names', () => {
    expect(mountIn(two, { volume: 'b' })).toEqual({ name: 'b', mountPath: '/var', readOnly: true });
  });

  it('is refused where only the app knows which directory of it', () => {
    const spec = withApp({ name: 'a', mountPath: '/var/log', subPathExpr: '$(POD)' });
    expect(codes(decide(podOf(spec), { sidecars }))[0]).toBe('volume-ambiguous');
  });

  it('may be read by two instances', () => {
    const pod = podWith(
      { 'sidecar.io/tail_a': '/var/log/app', 'sidecar.io/tail_b': '/var/log/app' },
      withApp({ name: 'a', mountPath: '/var/log' }),
    );
    expect(told(decide(pod, { sidecars }))).toEqual([]);
  });
});
