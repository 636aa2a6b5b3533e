import { describe, expect, it } from 'vitest';
import { createInjector, inject } from '../../../../src/injection/inject.ts';
import { PlanMemory } from '../../../../src/injection/plan/plan-memory.ts';
import { defaultPolicy, gitSync, podWith, repository, shippedSidecars } from '../../../injection-fixture.ts';

describe('the memory of plans', () => {
  it('gives the same plan to pods that ask for the same, whatever else they are', () => {
    const memory = new PlanMemory(shippedSidecars, defaultPolicy);
    const first = memory.planFor(podWith(gitSync({ ref: 'main' })));
    const other = podWith({ ...gitSync({ ref: 'main' }), 'example.com/x': 'y' }, {
      containers: [{ name: 'web' }],
      hostNetwork: true,
    } as object);
    expect(memory.planFor(other)).toBe(first);
  });

  it('makes another for other annotations and for other traits', () => {
    const memory = new PlanMemory(shippedSidecars, defaultPolicy);
    const first = memory.planFor(podWith(gitSync()));
    expect(memory.planFor(podWith(gitSync({ ref: 'main' })))).not.toBe(first);
    expect(memory.planFor(podWith(gitSync(), { restartPolicy: 'Never' }))).not.toBe(first);
    expect(memory.planFor(podWith({ ...gitSync(), 'sidecar.io/status': '{}' }))).toBe(first);
  });

  it('forgets before it grows without end, and is right afterwards', () => {
    const memory = new PlanMemory(shippedSidecars, defaultPolicy);
    const podFor = (index: number) => podWith({ 'sidecar.io/git-sync': `${repository}/${index}` });
    const first = memory.planFor(podFor(0));
    for (let index = 1; index < 2000; index++) memory.planFor(podFor(index));
    const again = memory.planFor(podFor(0));
    expect(again).not.toBe(first);
    expect(again).toEqual(first);
  });

  it('keeps what is asked for again and again, however many others come', () => {
    const memory = new PlanMemory(shippedSidecars, defaultPolicy);
    const podFor = (index: number) => podWith({ 'sidecar.io/git-sync': `${repository}/${index}` });
    const first = memory.planFor(podFor(0));
    for (let index = 1; index < 2000; index++) {
      memory.planFor(podFor(index));
      expect(memory.planFor(podFor(0))).toBe(first);
    }
  });

  it('forgets sooner what takes more', () => {
    const keptOf = (sidecars: number) => {
      const memory = new PlanMemory(shippedSidecars, { ...defaultPolicy, maximumSidecars: 100 });
      const podFor = (index: number) => {
        const keys = Array.from({ length: sidecars }, (_, number) => `sidecar.io/git-sync_${number}`);
        return podWith(Object.fromEntries(keys.map(key => [key, `http://a/${index}`])));
      };
      const plans = Array.from({ length: 300 }, (_, index) => memory.planFor(podFor(index)));
      // From the last on: what is asked for is remembered anew.
      const known = plans
        .toReversed()
        .findIndex((plan, index) => memory.planFor(podFor(299 - index)) !== plan);
      return known < 0 ? plans.length : known;
    };
    expect(keptOf(1)).toBe(300);
    expect(keptOf(20)).toBeLessThan(150);
    expect(keptOf(20)).toBeGreaterThan(10);
  });

  it('does not keep what nobody writes in earnest, and is right about it all the same', () => {
    const memory = new PlanMemory(shippedSidecars, defaultPolicy);
    const podOfLength = (length: number) =>
      podWith({ 'sidecar.io/git-sync': `${repository}?${'x'.repeat(length)}` });
    const usual = memory.planFor(podOfLength(1000));
    expect(memory.planFor(podOfLength(1000))).toBe(usual);
    const long = memory.planFor(podOfLength(5000));
    expect(memory.planFor(podOfLength(5000))).not.toBe(long);
    expect(memory.planFor(podOfLength(5000))).toEqual(long);
  });

  it('is not emptied by them', () => {
    const memory = new PlanMemory(shippedSidecars, defaultPolicy);
    const first = memory.planFor(podWith(gitSync()));
    for (let index = 0; index < 600; index++) {
      memory.planFor(podWith({ [`sidecar.io/x${index}${'x'.repeat(5000)}`]: 'true' }));
    }
    expect(memory.planFor(podWith(gitSync()))).toBe(first);
  });

  it('does not let one pod decide about another', () => {
    const injector = createInjector(shippedSidecars, defaultPolicy);
    const plain = podWith(gitSync({ mount: '/site' }));
    const pods = [
      plain,
      podWith(gitSync({ mount: '/site' }), { containers: [{ name: 'a' }, { name: 'b' }] }),
      podWith(gitSync({ mount: '/site' }), { os: { name: 'windows' } }),
      podWith(gitSync({ mount: '/site' }), { volumes: [{ name: 'git-sync', configMap: {} }] }),
      podWith({ ...gitSync({ mount: '/site' }), 'sidecar.io/inject': 'maybe' }),
      podWith({ ...gitSync({ mount: '/site' }), 'sidecar.io/status': 'x' }),
      plain,
    ];
    for (const pod of pods) expect(injector(pod)).toEqual(inject(pod, shippedSidecars, defaultPolicy));
  });
});
