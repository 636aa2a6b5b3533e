import { describe, expect, it } from 'vitest';
import type { PodSpec } from '../../../../src/kubernetes/pod.ts';
import { at, decide, podAfter, podWith, sidecarsOf, told } from '../../../injection-fixture.ts';

const sidecars = sidecarsOf({
  slow: {
    parameters: { seconds: { type: 'integer', default: 5 } },
    modes: ['native', 'classic', 'init'],
    container: {
      image: 'a:1',
      lifecycle: { preStop: { sleep: { seconds: '${seconds}' } } },
    },
  },
});
const podOf = (spec: Partial<PodSpec>, mode = 'native') =>
  podWith({ 'sidecar.io/slow': 'true', 'sidecar.io/slow.mode': mode }, spec);
const lifecycleIn = (spec: Partial<PodSpec>) =>
  at(podAfter(podOf(spec), { sidecars }), 'spec', 'initContainers', 0, 'lifecycle');
const said = (spec: Partial<PodSpec>, mode?: string) => told(decide(podOf(spec, mode), { sidecars }));

describe('the sleep before the end of a sidecar', () => {
  it.each<[Partial<PodSpec>]>([
    [{}],
    [{ terminationGracePeriodSeconds: null }],
    [{ terminationGracePeriodSeconds: 30 }],
    [{ terminationGracePeriodSeconds: 5 }],
  ])('is as its definition says in a pod with %j', spec => {
    expect(lifecycleIn(spec)).toEqual({ preStop: { sleep: { seconds: 5 } } });
    expect(said(spec)).toEqual([]);
  });

  it('is as long as the pod may take to end, where that is less, and a warning says so', () => {
    expect(lifecycleIn({ terminationGracePeriodSeconds: 4 })).toEqual({ preStop: { sleep: { seconds: 4 } } });
    expect(said({ terminationGracePeriodSeconds: 4 })).toEqual([
      'wait-shortened: sidecar.io/slow: waits 4 s before its end, not 5; terminationGracePeriodSeconds is less',
    ]);
  });

  it.each([0, -1])('is left out of a pod that ends at once: %i', terminationGracePeriodSeconds => {
    expect(lifecycleIn({ terminationGracePeriodSeconds })).toBeUndefined();
  });

  it('is not spoken of in mode init, where there is none', () => {
    expect(said({ terminationGracePeriodSeconds: 1 }, 'init')).toEqual([]);
    expect(said({ terminationGracePeriodSeconds: 1 }, 'classic')).toHaveLength(1);
  });

  it('leaves the other hooks alone', () => {
    const postStart = { exec: { command: ['true'] } };
    const both = sidecarsOf({
      slow: { container: { image: 'a:1', lifecycle: { postStart, preStop: { sleep: { seconds: 5 } } } } },
    });
    const pod = podWith({ 'sidecar.io/slow': 'true' }, { terminationGracePeriodSeconds: 0 });
    expect(at(podAfter(pod, { sidecars: both }), 'spec', 'initContainers', 0, 'lifecycle')).toEqual({
      postStart,
    });
  });
});
