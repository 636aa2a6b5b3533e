import { describe, expect, it } from 'vitest';
import { isGuaranteed } from '../../../../src/injection/render/quality-of-service.ts';
import type { Container, PodSpec, ResourceRequirements } from '../../../../src/kubernetes/pod.ts';
import { codes, decide, gitSync, podAfter, podWith, sidecarsOf, told } from '../../../injection-fixture.ts';
import { qualityOfService } from '../../../quality-of-service.ts';

const equal: ResourceRequirements = { limits: { cpu: '1', memory: '1Gi' } };
const container = (resources?: ResourceRequirements | null): Container => ({ name: 'app', resources });

describe('a pod is Guaranteed', () => {
  it.each<[string, boolean, PodSpec]>([
    ['with limits for both', true, { containers: [container(equal)] }],
    [
      'with requests that are the limits, in another notation',
      true,
      {
        containers: [
          container({ limits: { cpu: '1.5', memory: '1Gi' }, requests: { cpu: '1500m', memory: '1024Mi' } }),
        ],
      },
    ],
    ['with one request written', true, { containers: [container({ ...equal, requests: { cpu: 1 } })] }],
    [
      'with init containers like that',
      true,
      { containers: [container(equal)], initContainers: [container(equal)] },
    ],
    ['with null lists', true, { containers: [container(equal)], initContainers: null }],
    [
      'with other resources besides',
      true,
      { containers: [container({ limits: { ...equal.limits, 'nvidia.com/gpu': 1 } })] },
    ],
    ['not without limits', false, { containers: [container()] }],
    ['not with null resources', false, { containers: [container(null)] }],
    ['not with null limits', false, { containers: [container({ limits: null, requests: null })] }],
    ['not with memory alone', false, { containers: [container({ limits: { memory: '1Gi' } })] }],
    ['not with cpu alone', false, { containers: [container({ limits: { cpu: '1' } })] }],
    [
      'not with a smaller request',
      false,
      { containers: [container({ ...equal, requests: { cpu: '500m' } })] },
    ],
    ['not with a limit of zero', false, { containers: [container({ limits: { cpu: '0', memory: '1Gi' } })] }],
    ['not when one of two is not', false, { containers: [container(equal), container()] }],
    [
      'not when an init container is not',
      false,
      { containers: [container(equal)], initContainers: [container()] },
    ],
    ['not without containers', false, { containers: [] }],
    [
      'not by an amount that is none',
      false,
      { containers: [container({ limits: { cpu: 'x', memory: '1Gi' } })] },
    ],
  ])('%s', (_when, expected, spec) => {
    expect(isGuaranteed(spec)).toBe(expected);
    const hasAmounts = !JSON.stringify(spec).includes('"x"');
    if (hasAmounts) expect(qualityOfService(spec) === 'Guaranteed').toBe(expected);
  });
});

describe('a Guaranteed pod', () => {
  const guaranteed = { containers: [{ name: 'app', resources: equal }] };

  it.each([
    ['native', {}],
    ['classic', {}],
    ['init', {}],
    ['native', { cpu: '2', memory: '100Mi' }],
    ['classic', { 'memory-limit': '1Gi' }],
  ])('stays so in mode %s with %j', (mode, parameters) => {
    const pod = podWith(gitSync({ mode, mount: '/site', ...parameters }), guaranteed);
    expect(qualityOfService(podAfter(pod).spec)).toBe('Guaranteed');
  });

  it('stays so with a sidecar that has limits of its own for both', () => {
    const resources = { limits: { cpu: '100m', memory: '64Mi' } };
    const sidecars = sidecarsOf({ plain: { container: { image: 'example.com/plain:v1', resources } } });
    const after = podAfter(podWith({ 'sidecar.io/plain': 'true' }, guaranteed), { sidecars });
    expect(qualityOfService(after.spec)).toBe('Guaranteed');
  });

  // Resources for the whole pod that name no resource are none: IsPodLevelResourcesSet of k8s.io/component-helpers.
  it('stays so where it carries an empty field for resources of the whole pod', () => {
    const pod = podWith(gitSync({ mount: '/site' }), { ...guaranteed, resources: {} });
    expect(qualityOfService(podAfter(pod).spec)).toBe('Guaranteed');
  });

  // An amount of zero does not count as a limit.
  it.each(['0', '0m', '0.0'])('says that it is no longer so where an annotation asks for no cpu: %s', cpu => {
    const pod = podWith(gitSync({ mount: '/site', cpu }), guaranteed);
    expect(told(decide(pod))).toEqual([
      'no-longer-guaranteed: sidecar.io/git-sync: the pod is no longer Guaranteed; set sidecar.io/git-sync.cpu to keep it so',
    ]);
    expect(qualityOfService(podAfter(pod).spec)).toBe('Burstable');
  });

  it('stays so, or says that it does not, where an annotation asks for no memory', () => {
    const pod = podWith(gitSync({ mount: '/site', memory: '0', 'memory-limit': '0' }), guaranteed);
    expect([qualityOfService(podAfter(pod).spec), ...codes(decide(pod))]).toEqual([
      'Burstable',
      'no-longer-guaranteed',
    ]);
  });
});
