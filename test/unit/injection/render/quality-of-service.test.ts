import { describe, expect, it } from 'vitest';
import { guaranteedOf } from '../../../../src/injection/render/quality-of-service.ts';
import type { Container, PodSpec, ResourceRequirements } from '../../../../src/kubernetes/pod.ts';
import { codes, decide, gitSync, podAfter, podWith, sidecarsOf, told } from '../../../injection-fixture.ts';
import { qualityOfService } from '../../../quality-of-service.ts';

const equal: ResourceRequirements = { limits: { cpu: '1', memory: '1Gi' } };
const ownCpu: ResourceRequirements = { limits: { cpu: '1' } };
const memory: ResourceRequirements = { limits: { memory: '1Gi' } };
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
    ['by its own limits', true, { resources: equal, containers: [container()] }],
    [
      'by its own limits, which its containers request too',
      true,
      {
        resources: { limits: { cpu: '300m', memory: '1Gi' } },
        containers: Array(3).fill(container({ requests: { cpu: '0.1' } })),
      },
    ],
    [
      'not by its own limits where its containers request less',
      false,
      { resources: equal, containers: [container({ requests: { cpu: '1m' } })] },
    ],
    [
      'not by its own limits where it requests less',
      false,
      { resources: { ...equal, requests: { cpu: '1m' } }, containers: [container()] },
    ],
    [
      'not by its own limit of zero',
      false,
      { resources: { limits: { cpu: '0', memory: '1Gi' } }, containers: [container()] },
    ],
    [
      'by its own cpu and the memory of its containers',
      true,
      {
        resources: ownCpu,
        containers: [container(memory), container(memory)],
        initContainers: [container(memory)],
      },
    ],
    [
      'not by its own cpu and unequal memory of its containers',
      false,
      { resources: ownCpu, containers: [container({ ...memory, requests: { memory: '1Mi' } })] },
    ],
    [
      'not by its own cpu where a container has no memory',
      false,
      { resources: ownCpu, containers: [container(memory), container()] },
    ],
    [
      'by a request for which every container has a limit',
      true,
      { resources: { requests: { cpu: '2' } }, containers: [container(equal), container(equal)] },
    ],
    [
      'not by a request that the limits of its containers exceed',
      false,
      { resources: { requests: { cpu: '1' } }, containers: [container(equal), container(equal)] },
    ],
    [
      'by a request that the limits of its init containers do not exceed',
      true,
      {
        resources: { requests: { cpu: '1' } },
        containers: [container(equal)],
        initContainers: [container(equal)],
      },
    ],
    [
      'not by a request that its native sidecars exceed',
      false,
      {
        resources: { requests: { cpu: '1' } },
        containers: [container(equal)],
        initContainers: [{ ...container(equal), restartPolicy: 'Always' }],
      },
    ],
    [
      'not by a request for which a container has no limit',
      false,
      { resources: { requests: { cpu: '9' } }, containers: [container(equal), container(memory)] },
    ],
    [
      'not by an amount that is none',
      false,
      { containers: [container({ limits: { cpu: 'x', memory: '1Gi' } })] },
    ],
  ])('%s', (_when, expected, spec) => {
    expect(guaranteedOf(spec).isSo).toBe(expected);
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

  it.each<[string, PodSpec, readonly string[], ResourceRequirements | undefined]>([
    ['all resources', { resources: equal }, [], undefined],
    [
      'only its cpu',
      { resources: ownCpu, containers: [container(memory)] },
      [],
      { requests: { memory: '512Mi' }, limits: { memory: '512Mi' } },
    ],
    [
      'only its memory',
      { resources: memory, containers: [container(ownCpu)] },
      [],
      { requests: { cpu: '100m' }, limits: { cpu: '100m' } },
    ],
    // Its limit is made of the containers' limits, of which the sidecar would add one that the request does not cover.
    [
      'only its requests',
      { resources: { requests: { cpu: '1' } }, containers: [container(equal)] },
      [
        'no-longer-guaranteed: sidecar.io/git-sync: from Kubernetes 1.37 on not Guaranteed; give resources of the pod a cpu limit too',
      ],
      { requests: { memory: '64Mi' }, limits: { memory: '512Mi' } },
    ],
  ])(
    'that sets %s for all its containers stays so, or says that it does not',
    (_what, spec, said, resources) => {
      const pod = podWith(gitSync({ mount: '/site' }), spec);
      expect(qualityOfService(pod.spec)).toBe('Guaranteed');
      expect(told(decide(pod))).toEqual(said);
      const after = podAfter(pod);
      expect(qualityOfService(after.spec)).toBe(said.length > 0 ? 'Burstable' : 'Guaranteed');
      expect(after.spec.initContainers?.[0]?.resources).toEqual(resources);
    },
  );
});
