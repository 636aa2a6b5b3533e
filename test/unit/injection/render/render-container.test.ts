import { describe, expect, it } from 'vitest';
import type { Container, PodSpec } from '../../../../src/kubernetes/pod.ts';
import {
  at,
  codes,
  decide,
  gitSync,
  injected,
  podWith,
  type Setting,
  sidecarsOf,
  told,
} from '../../../injection-fixture.ts';

const probe = { tcpSocket: { port: 80 } };
const whole = {
  image: 'registry.example.com/team/x:v1',
  args: [{ when: 'run.once', value: 'once', else: 'always' }],
  livenessProbe: probe,
  readinessProbe: probe,
  lifecycle: { preStop: { sleep: { seconds: 1 } } },
  securityContext: { runAsUser: 1, runAsGroup: 2, runAsNonRoot: true, privileged: false },
};
const sidecars = sidecarsOf({
  whole: {
    container: whole,
    ready: { httpGet: { path: '/', port: 80 }, within: '90s' },
    modes: ['native', 'classic', 'init'],
  },
  root: { container: { image: 'x:v1' }, modes: ['native'] },
  nobody: { container: { image: 'x:v1', securityContext: { runAsNonRoot: true } } },
  zero: { container: { image: 'x:v1', securityContext: { runAsUser: 0 } } },
  free: { container: { image: 'x:v1', securityContext: { runAsNonRoot: false } } },
});

function render(parameters: Readonly<Record<string, string>>, name = 'whole', setting: Setting = {}) {
  const entries = Object.entries(parameters).map(([key, value]) => [`sidecar.io/${name}.${key}`, value]);
  const pod = podWith({ [`sidecar.io/${name}`]: 'true', ...Object.fromEntries(entries) });
  const [sidecar] = injected(pod, { sidecars, ...setting }).sidecars;
  return { init: sidecar?.initContainers ?? [], plain: sidecar?.containers ?? [] };
}

const { livenessProbe: _l, readinessProbe: _r, lifecycle: _h, ...without } = whole;

describe('the containers of a sidecar', () => {
  it('are in mode native one init container that keeps running, as the definition says', () => {
    const { init, plain } = render({});
    expect(init).toEqual([
      {
        name: 'whole',
        ...whole,
        args: ['always'],
        restartPolicy: 'Always',
        startupProbe: {
          httpGet: { path: '/', port: 80 },
          periodSeconds: 1,
          timeoutSeconds: 2,
          failureThreshold: 90,
        },
      },
    ]);
    expect(plain).toEqual([]);
  });

  it('are in mode init one that ends, without what only running ones may have', () => {
    expect(render({ mode: 'init' })).toEqual({
      init: [{ name: 'whole', ...without, args: ['once'] }],
      plain: [],
    });
  });

  it('are in mode classic one that ends and one that runs, the same but for that', () => {
    expect(render({ mode: 'classic' })).toEqual({
      init: [{ name: 'whole-init', ...without, args: ['once'] }],
      plain: [{ name: 'whole', ...whole, args: ['always'] }],
    });
  });

  it('are in mode classic only the running one where nothing can run once', () => {
    const set = sidecarsOf({ plain: { ready: { httpGet: { port: 1 }, within: '1s' }, modes: ['classic'] } });
    const [sidecar] = injected(podWith({ 'sidecar.io/plain': 'true' }), { sidecars: set }).sidecars;
    expect(sidecar?.initContainers).toEqual([]);
    expect(sidecar?.containers.map(({ name }) => name)).toEqual(['plain']);
  });

  it('never are plain init containers that would run for ever', () => {
    for (const mode of ['native', 'classic', 'init']) {
      for (const container of render({ mode }).init) {
        const args = at(container, 'args', 0);
        expect(container.restartPolicy === 'Always' ? 'always' : 'once').toBe(args);
      }
    }
  });

  it('have no resources where the definition has none', () => {
    expect(render({}).init[0]).not.toHaveProperty('resources');
  });
});

describe('the startup probe', () => {
  it.each([
    ['1s', 1],
    ['90s', 90],
    ['1h', 3600],
    ['1500ms', 2],
  ])('fails after the time that the definition gives: %s', (within, failureThreshold) => {
    const set = sidecarsOf({ slow: { ready: { tcpSocket: { port: 1 }, within } } });
    const [sidecar] = injected(podWith({ 'sidecar.io/slow': 'true' }), { sidecars: set }).sidecars;
    expect(at(sidecar?.initContainers, 0, 'startupProbe')).toMatchObject({
      periodSeconds: 1,
      timeoutSeconds: 2,
      failureThreshold,
    });
  });
});

describe('the startup probe of a definition that leaves it to the pod', () => {
  const sidecars = sidecarsOf({
    tunnel: {
      parameters: {
        port: { type: 'port', description: 'Port.' },
        within: { type: 'duration', default: '1m', description: 'How long it may take.' },
      },
      ready: { when: 'port', tcpSocket: { port: '${port}' }, within: '${within}' },
    },
  });
  const probeWith = (parameters: Readonly<Record<string, string>>) => {
    const keys = Object.entries(parameters).map(([name, value]) => [`sidecar.io/tunnel.${name}`, value]);
    const pod = podWith({ 'sidecar.io/tunnel': 'true', ...Object.fromEntries(keys) });
    return at(injected(pod, { sidecars }).sidecars[0]?.initContainers, 0, 'startupProbe');
  };

  it('is there where its condition holds', () => {
    expect(probeWith({})).toBeUndefined();
    expect(probeWith({ port: '22' })).toMatchObject({ tcpSocket: { port: 22 }, failureThreshold: 60 });
  });

  it('lasts as long as the annotation says, and tries at least once', () => {
    expect(probeWith({ port: '22', within: '10m' })).toMatchObject({ failureThreshold: 600 });
    expect(probeWith({ port: '22', within: '1ms' })).toMatchObject({ failureThreshold: 1 });
  });
});

describe('the startup probe of a command that waits by itself', () => {
  it.each([
    ['1h', '5m', { timeoutSeconds: 300, failureThreshold: 12 }],
    ['1h', '1h', { timeoutSeconds: 3600, failureThreshold: 1 }],
    ['10s', '4s', { timeoutSeconds: 4, failureThreshold: 3 }],
    ['10s', '2500ms', { timeoutSeconds: 3, failureThreshold: 4 }],
  ])('counts the time in its attempts: within %s, timeout %s', (within, timeout, expected) => {
    const set = sidecarsOf({ slow: { ready: { exec: { command: ['a'] }, within, timeout } } });
    const [sidecar] = injected(podWith({ 'sidecar.io/slow': 'true' }), { sidecars: set }).sidecars;
    expect(at(sidecar?.initContainers, 0, 'startupProbe')).toMatchObject({ periodSeconds: 1, ...expected });
  });
});

describe('the user of a sidecar', () => {
  const securityOf = (containers: readonly Container[]) =>
    containers.map(container => at(container, 'securityContext'));

  it('is the one of the definition', () => {
    expect(securityOf(render({}).init)).toEqual([whole.securityContext]);
  });

  it('is the one that an annotation sets, in every container', () => {
    const { init, plain } = render({ 'run-as-user': '1000', mode: 'classic' });
    const expected = { ...whole.securityContext, runAsUser: 1000 };
    expect(securityOf([...init, ...plain])).toEqual([expected, expected]);
  });

  it('is left to the cluster together with the group', () => {
    expect(securityOf(render({ 'run-as-user': 'none' }).init)).toEqual([
      { runAsNonRoot: true, privileged: false },
    ]);
  });

  it('is not root where the definition forbids it', () => {
    const pod = podWith({ 'sidecar.io/whole': 'true', 'sidecar.io/whole.run-as-user': '0' });
    expect(told(decide(pod, { sidecars }))).toEqual([
      'invalid-value: annotation sidecar.io/whole.run-as-user: got "0", but this sidecar must not run as root; use another UID',
    ]);
  });

  const saidIn = (
    securityContext: PodSpec['securityContext'],
    user: string | undefined,
    sidecar = 'whole',
  ) => {
    const annotations = user === undefined ? {} : { [`sidecar.io/${sidecar}.run-as-user`]: user };
    const pod = podWith({ [`sidecar.io/${sidecar}`]: 'true', ...annotations }, { securityContext });
    return told(decide(pod, { sidecars }));
  };

  it('is not the root of the pod where the definition or the pod forbids it', () => {
    expect(saidIn({ runAsUser: 0 }, 'none')).toEqual([
      'runs-as-root: annotation sidecar.io/whole.run-as-user: got "none", but runAsUser of the pod is 0, and this sidecar must not run as root; use a UID',
    ]);
    expect(saidIn({ runAsUser: 0 }, undefined, 'nobody')).toEqual([
      'runs-as-root: sidecar.io/nobody: runAsUser of the pod is 0, and this sidecar must not run as root; set sidecar.io/nobody.run-as-user to a UID',
    ]);
    expect(saidIn({ runAsUser: 0, runAsNonRoot: true }, undefined, 'root')).toEqual([
      'runs-as-root: sidecar.io/root: runAsUser of the pod is 0, and runAsNonRoot of the pod is true; set sidecar.io/root.run-as-user to a UID',
    ]);
    expect(saidIn({ runAsNonRoot: true }, '0', 'root')).toEqual([
      'invalid-value: annotation sidecar.io/root.run-as-user: got "0", but runAsNonRoot of the pod is true; use another UID',
    ]);
    expect(saidIn({ runAsNonRoot: true }, undefined, 'zero')).toEqual([
      'runs-as-root: sidecar.io/zero: its definition says UID 0, and runAsNonRoot of the pod is true; set sidecar.io/zero.run-as-user to a UID',
    ]);
  });

  it.each<[PodSpec['securityContext'], string | undefined, string]>([
    [{ runAsUser: 0 }, undefined, 'whole'],
    [{ runAsUser: 0 }, '1000', 'whole'],
    [{ runAsUser: 0 }, '1000', 'nobody'],
    [{ runAsUser: 1000 }, 'none', 'whole'],
    [{ runAsNonRoot: true }, 'none', 'whole'],
    [{ runAsNonRoot: false }, 'none', 'whole'],
    [{ runAsUser: 0 }, 'none', 'root'],
    [{ runAsUser: 0 }, '0', 'root'],
    [{ runAsUser: 0, runAsNonRoot: true }, undefined, 'free'],
    [{ runAsNonRoot: true }, undefined, 'root'],
    [null, 'none', 'nobody'],
  ])('may be what the kubelet starts: in %j with %s, %s', (securityContext, user, sidecar) => {
    expect(saidIn(securityContext, user, sidecar)).toEqual([]);
  });

  it('is that of the definition where only the operator left it to the cluster and the pod is root', () => {
    const set = sidecarsOf(
      { whole: { container: whole, modes: ['native', 'init'] } },
      { whole: { 'run-as-user': 'none' } },
    );
    const securityIn = (securityContext: PodSpec['securityContext']) => {
      const [sidecar] = injected(podWith({ 'sidecar.io/whole': 'true' }, { securityContext }), {
        sidecars: set,
      }).sidecars;
      return at(sidecar?.initContainers, 0, 'securityContext');
    };
    expect(securityIn({ runAsUser: 0 })).toEqual(whole.securityContext);
    expect(securityIn({})).toEqual({ runAsNonRoot: true, privileged: false });
    const zero = sidecarsOf(
      { whole: { container: whole, modes: ['native', 'init'] } },
      { whole: { 'run-as-user': '0' } },
    );
    expect(codes(decide(podWith({ 'sidecar.io/whole': 'true' }), { sidecars: zero }))).toEqual([
      'invalid-value',
    ]);
  });

  it('may be root where the definition does not forbid it', () => {
    expect(securityOf(render({ 'run-as-user': '0' }, 'root').init)).toEqual([{ runAsUser: 0 }]);
    expect(render({ 'run-as-user': 'none' }, 'root').init[0]).toMatchObject({ name: 'root' });
  });

  it.each(['-1', '2147483648', '1.5', 'root', '01'])('is a UID: not %s', user => {
    expect(codes(decide(podWith(gitSync({ mount: '/site', 'run-as-user': user }))))).toEqual([
      'invalid-value',
    ]);
  });
});

describe('the image that the operator names', () => {
  it.each<readonly [what: string, images: Readonly<Record<string, string>>, expected: string]>([
    ['takes the place of the one of the definition', { x: 'a.io/b@sha256:01' }, 'a.io/b@sha256:01'],
    ['for another sidecar does not count', { y: 'a.io/b:v2' }, 'mirror.io/x:v1'],
    ['is looked for among those that he wrote', Object.create({ x: 'a.io/b:v2' }), 'mirror.io/x:v1'],
  ])('%s', (_what, images, expected) => {
    const [sidecar] = injected(podWith({ 'sidecar.io/x': 'true' }), {
      sidecars: sidecarsOf({ x: { container: { image: 'x:v1' } } }),
      policy: { images, imageRegistry: 'mirror.io' },
    }).sidecars;
    expect(at(sidecar?.initContainers, 0, 'image')).toBe(expected);
  });
});

describe('the registry of an image', () => {
  it.each([
    ['registry.k8s.io/git-sync/git-sync:v4', 'mirror.io', 'mirror.io/git-sync/git-sync:v4'],
    ['registry.k8s.io/x:v1', 'mirror.io:5000/k8s', 'mirror.io:5000/k8s/x:v1'],
    ['localhost:5000/x:v1', 'mirror.io', 'mirror.io/x:v1'],
    ['localhost/x:v1', 'mirror.io', 'mirror.io/x:v1'],
    ['nginx:1.29', 'mirror.io', 'mirror.io/nginx:1.29'],
    ['library/nginx:1.29', 'mirror.io', 'mirror.io/library/nginx:1.29'],
    ['a.io/b/c@sha256:0123', 'mirror.io', 'mirror.io/b/c@sha256:0123'],
    ['a.io/b:v1', undefined, 'a.io/b:v1'],
  ])('of %s is replaced by %s', (image, imageRegistry, expected) => {
    const set = sidecarsOf({ x: { container: { image } } });
    const [sidecar] = injected(podWith({ 'sidecar.io/x': 'true' }), {
      sidecars: set,
      policy: { imageRegistry },
    }).sidecars;
    expect(at(sidecar?.initContainers, 0, 'image')).toBe(expected);
  });
});
