import { describe, expect, it } from 'vitest';
import { createInjector } from '../../../src/injection/inject.ts';
import type { Pod } from '../../../src/kubernetes/pod.ts';
import { deepFreeze } from '../../deep-freeze.ts';
import {
  containersIn,
  decide,
  defaultPolicy,
  gitSync,
  injected,
  podAfter,
  podWith,
  shippedSidecars,
} from '../../injection-fixture.ts';

describe('a decision', () => {
  it('is one of three, and always says what to warn of', () => {
    expect(decide(podWith({}))).toEqual({ outcome: 'skipped', reason: 'not-requested', warnings: [] });
    expect(decide(podWith({ 'sidecar.io/x': '' }))).toMatchObject({ outcome: 'refused', warnings: [] });
    expect(decide(podWith(gitSync({ mount: '/site' })))).toMatchObject({ outcome: 'injected', warnings: [] });
  });

  it('keeps the warnings of a pod that is refused', () => {
    const pod = podWith({ ...gitSync({ depth: 'x' }), 'sidecar.io/git-sync': 'http://example.com/x' });
    expect(decide(pod)).toMatchObject({
      outcome: 'refused',
      refusals: [{ code: 'invalid-value' }],
      warnings: [{ code: 'unencrypted-url' }],
    });
  });

  it('is not-requested where nothing but a switch is there', () => {
    expect(decide(podWith({ 'sidecar.io/inject': 'true' }))).toMatchObject({ reason: 'not-requested' });
    expect(decide(podWith({ 'sidecar.io/propagated': '{}' }))).toMatchObject({ reason: 'not-requested' });
    expect(decide(podWith({ 'sidecar.io/status': '{}' }))).toMatchObject({ reason: 'not-requested' });
  });

  it('is the same for every call, and does not depend on calls before', () => {
    const pod = podWith(gitSync({ mount: '/site' }));
    const injector = createInjector(shippedSidecars, defaultPolicy);
    expect(injector(pod)).toEqual(injector(pod));
    expect(injector(pod)).toEqual(decide(pod));
  });

  it('cannot be spoilt by who gets it', () => {
    const injector = createInjector(shippedSidecars, defaultPolicy);
    const pod = podWith(gitSync({ mount: '/site' }));
    const before = JSON.stringify(injector(pod));
    deepFreeze(injector(pod));
    expect(JSON.stringify(injector(pod))).toBe(before);
  });

  it('copies nothing of the pod into the patch', () => {
    const secret = 'only-in-the-pod';
    const app = {
      name: 'app',
      env: [{ name: 'X', value: secret }],
      volumeMounts: [{ name: secret, mountPath: `/${secret}` }],
    };
    const pod = podWith({ ...gitSync({ mount: '/site' }), 'example.com/x': secret }, { containers: [app] });
    expect(JSON.stringify(injected(pod).operations)).not.toContain(secret);
  });

  it('puts the containers of the app into the pod after as they are, the same objects in the same order', () => {
    const containers = [
      { zebra: 1, name: 'a', image: 'x', alpha: { c: [3, 1, 2], b: null } },
      { name: 'b', image: 'y', env: [] },
    ] as unknown as Pod['spec']['containers'];
    const after = podAfter(podWith({ ...gitSync({ mode: 'classic' }) }, { containers }));
    expect(JSON.stringify(containersIn(after).slice(0, 2))).toBe(JSON.stringify(containers));
    expect(containersIn(after).map(({ name }) => name)).toEqual(['a', 'b', 'git-sync']);
  });
});
