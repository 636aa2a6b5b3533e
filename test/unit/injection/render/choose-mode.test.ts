import { describe, expect, it } from 'vitest';
import type { InjectionPolicy } from '../../../../src/injection/policy.ts';
import type { PodSpec } from '../../../../src/kubernetes/pod.ts';
import {
  at,
  codes,
  decide,
  gitSync,
  injected,
  podWith,
  sidecarsOf,
  told,
} from '../../../injection-fixture.ts';

const hash = '0123456789abcdef0123456789abcdef01234567';
const old: Partial<InjectionPolicy> = { areNativeSidecarsAvailable: false };

function modeOf(parameters: Readonly<Record<string, string>>, policy = {}, spec: Partial<PodSpec> = {}) {
  const pod = podWith(gitSync({ mount: '/site', ...parameters }), spec);
  return injected(pod, { policy }).sidecars[0]?.mode;
}

const container = { image: 'example.com/x:v1' };
const sidecars = sidecarsOf({
  'native-only': { container, modes: ['native'] },
  'classic-only': { container, modes: ['classic'] },
  'init-only': { container, modes: ['init'] },
  usual: { container },
});

describe('the mode of a sidecar', () => {
  it.each([
    [{}, {}, 'Always', 'native'],
    [{}, {}, 'OnFailure', 'native'],
    [{}, {}, 'Never', 'native'],
    [{}, {}, undefined, 'native'],
    [{}, old, 'Always', 'classic'],
    [{}, old, undefined, 'classic'],
    [{}, old, 'OnFailure', 'init'],
    [{}, old, 'Never', 'init'],
    [{ ref: hash }, {}, 'Always', 'init'],
    [{ ref: hash }, old, 'Always', 'init'],
    [{ mode: 'auto' }, {}, 'Always', 'native'],
    [{ mode: 'native' }, {}, 'Never', 'native'],
    [{ mode: 'native', ref: hash }, {}, 'Always', 'native'],
    [{ mode: 'classic' }, {}, 'Always', 'classic'],
    [{ mode: 'classic' }, {}, 'Never', 'classic'],
    [{ mode: 'classic', ref: hash }, old, 'Always', 'classic'],
    [{ mode: 'init' }, {}, 'Always', 'init'],
    [{ mode: 'init' }, old, 'Never', 'init'],
  ])('with %j, %j and restartPolicy %s is %s', (parameters, policy, restartPolicy, mode) => {
    expect(modeOf(parameters, policy, { restartPolicy })).toBe(mode);
  });

  it.each([
    ['native-only', {}, 'Always', ['native']],
    ['native-only', old, 'Always', ['native-unavailable']],
    ['classic-only', {}, 'Always', ['classic']],
    ['classic-only', {}, 'Never', ['classic', 'never-completes']],
    ['classic-only', old, 'Never', ['native-unavailable']],
    ['init-only', {}, 'Always', ['init']],
    ['init-only', old, 'Always', ['init']],
    ['usual', old, 'Always', ['classic']],
    ['usual', old, 'OnFailure', ['native-unavailable']],
  ])('is one that the definition allows: %s with %j and %s', (name, policy, restartPolicy, expected) => {
    const decision = decide(podWith({ [`sidecar.io/${name}`]: 'true' }, { restartPolicy }), {
      sidecars,
      policy,
    });
    const modes = decision.outcome === 'injected' ? decision.sidecars.map(({ mode }) => mode) : [];
    expect([...modes, ...codes(decision)]).toEqual(expected);
  });

  it('can only be set to one that the definition allows', () => {
    const pod = podWith({ 'sidecar.io/usual': 'true', 'sidecar.io/usual.mode': 'init' });
    expect(told(decide(pod, { sidecars }))).toEqual([
      'invalid-value: annotation sidecar.io/usual.mode: got "init"; use one of auto, native, classic',
    ]);
  });

  it('names the modes that are left where there are no native sidecars', () => {
    const pod = podWith(gitSync({ mode: 'native', mount: '/site' }));
    expect(told(decide(pod, { policy: old }))).toEqual([
      'native-unavailable: sidecar.io/git-sync: native sidecars are not available here (they need Kubernetes 1.29); set sidecar.io/git-sync.mode to classic or init',
    ]);
    const others = podWith({ 'sidecar.io/native-only': 'true' });
    expect(told(decide(others, { sidecars, policy: old }))[0]).toMatch(/no other mode$/);
  });
});

describe('a sidecar in a pod that should end', () => {
  it.each([
    ['OnFailure', ['never-completes']],
    ['Never', ['never-completes']],
    ['Always', []],
  ])('is warned of in mode classic: restartPolicy %s', (restartPolicy, expected) => {
    const pod = podWith(gitSync({ mode: 'classic', mount: '/site' }), { restartPolicy });
    expect(codes(decide(pod))).toEqual(expected);
  });
});

describe('waiting for a sidecar', () => {
  const containersOf = (parameters: Readonly<Record<string, string>>) => {
    const [sidecar] = injected(podWith(gitSync({ mount: '/site', ...parameters }))).sidecars;
    return { init: sidecar?.initContainers ?? [], plain: sidecar?.containers ?? [] };
  };
  const names = (containers: readonly { readonly name: string }[]) => containers.map(({ name }) => name);

  it('is a startup probe in mode native', () => {
    const { init, plain } = containersOf({});
    expect(at(init, 0, 'startupProbe', 'exec', 'command', 4)).toBe('/git/current/.');
    expect(plain).toEqual([]);
  });

  it('is an init container in mode classic', () => {
    const { init, plain } = containersOf({ mode: 'classic' });
    expect(names(init)).toEqual(['git-sync-init']);
    expect(names(plain)).toEqual(['git-sync']);
    for (const container of [...init, ...plain]) {
      expect(container).not.toHaveProperty('startupProbe');
      expect(container).not.toHaveProperty('restartPolicy');
    }
  });

  it('can be switched off in modes native and classic', () => {
    expect(containersOf({ wait: 'false' }).init[0]).not.toHaveProperty('startupProbe');
    const { init, plain } = containersOf({ wait: 'false', mode: 'classic' });
    expect(init).toEqual([]);
    expect(names(plain)).toEqual(['git-sync']);
  });

  it.each([
    ['asked for', { mode: 'init' }, {}],
    ['that a full hash brings', { ref: hash }, {}],
    ['that a Job on an old server gets', {}, old],
  ])('cannot be switched off in mode init, %s', (_why, parameters, policy) => {
    const pod = podWith(gitSync({ mount: '/site', wait: 'false', ...parameters }), {
      restartPolicy: 'OnFailure',
    });
    expect(codes(decide(pod, { policy }))).toEqual(['wait-impossible']);
  });

  it('is no matter of a definition that is never ready', () => {
    const sidecars = sidecarsOf({ plain: {} });
    const [sidecar] = injected(podWith({ 'sidecar.io/plain': 'true' }), { sidecars }).sidecars;
    expect(sidecar?.initContainers[0]).not.toHaveProperty('startupProbe');
    const pod = podWith({ 'sidecar.io/plain': 'true', 'sidecar.io/plain.wait': 'false' });
    expect(codes(decide(pod, { sidecars }))).toEqual(['unknown-parameter']);
  });
});

describe('a mesh that blocks the network until the app has started', () => {
  const native = (name: string) => ({ name, restartPolicy: 'Always' });

  it.each(['istio-validation', 'linkerd-network-validator', 'kuma-validation'])(
    'would make a waiting sidecar hang: %s',
    name => {
      for (const mode of ['native', 'classic', 'init']) {
        const pod = podWith(gitSync({ mode, mount: '/site' }), { initContainers: [{ name }] });
        const [line] = told(decide(pod));
        expect(line).toMatch(/^network-blocked: /);
        expect(line).toContain(name);
      }
    },
  );

  it.each([
    ['a native proxy', [{ name: 'istio-validation' }, native('istio-proxy')], {}],
    ['no waiting', [{ name: 'istio-validation' }], { wait: 'false' }],
    ['no waiting in mode classic', [{ name: 'istio-validation' }], { wait: 'false', mode: 'classic' }],
    ['rules that are set by an init container', [{ name: 'istio-init' }], {}],
  ])('is no matter with %s', (_what, initContainers, parameters) => {
    const pod = podWith(gitSync({ mount: '/site', ...parameters }), { initContainers });
    expect(decide(pod)).toMatchObject({ outcome: 'injected' });
  });

  it('is one although a proxy of the list has another role', () => {
    const pod = podWith(gitSync({ mount: '/site' }), {
      initContainers: [{ name: 'istio-validation' }, { name: 'istio-proxy' }],
    });
    expect(codes(decide(pod))).toEqual(['network-blocked']);
  });

  // Mode init always waits: who set .wait to "false" there would be refused again, with wait-impossible.
  it.each([
    ['native', ', or set sidecar.io/git-sync.wait to "false"'],
    ['classic', ', or set sidecar.io/git-sync.wait to "false"'],
    ['init', ''],
  ])('gives advice that helps in mode %s', (mode, advice) => {
    const pod = podWith(gitSync({ mode, mount: '/site' }), {
      initContainers: [{ name: 'istio-validation' }],
    });
    expect(told(decide(pod))).toEqual([
      `network-blocked: sidecar.io/git-sync: istio-validation means that there is no network before the app starts, so waiting for the sidecar would hang; run the mesh proxy as a native sidecar${advice}`,
    ]);
  });

  it('gives no advice that the definition does not know', () => {
    const pod = podWith({ 'sidecar.io/usual': 'true' }, { initContainers: [{ name: 'istio-validation' }] });
    expect(decide(pod, { sidecars })).toMatchObject({ outcome: 'injected' });
    const once = podWith(
      { 'sidecar.io/init-only': 'true' },
      { initContainers: [{ name: 'istio-validation' }] },
    );
    expect(told(decide(once, { sidecars }))[0]).toMatch(/ run the mesh proxy as a native sidecar$/);
  });
});
