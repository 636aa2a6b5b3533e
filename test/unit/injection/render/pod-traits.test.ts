import { describe, expect, it } from 'vitest';
import { traitsKey, traitsOf } from '../../../../src/injection/render/pod-traits.ts';
import type { PodSpec } from '../../../../src/kubernetes/pod.ts';
import { defaultPolicy, podWith } from '../../../injection-fixture.ts';

const traits = (spec: Partial<PodSpec>) => traitsOf(podWith({}, spec), defaultPolicy.startAfter);
const guaranteed = { name: 'app', resources: { limits: { cpu: '1', memory: '1Gi' } } };

describe('the traits of a pod', () => {
  it('are few for a plain one', () => {
    expect(traits({})).toEqual({
      isEnding: false,
      guaranteed: { isSo: false, impliedLimit: undefined },
      podResources: [],
      isRoot: false,
      isNonRoot: false,
      isStorageLimited: false,
      gracePeriodSeconds: 30,
      networkBlocker: undefined,
    });
  });

  it.each([
    ['Always', false],
    ['OnFailure', true],
    ['Never', true],
    [null, false],
  ])('tell whether it should end: %s', (restartPolicy, isEnding) => {
    expect(traits({ restartPolicy })).toMatchObject({ isEnding });
  });

  it('tell its resources, its own or those of its containers', () => {
    const isSo = (spec: Partial<PodSpec>) => traits(spec).guaranteed.isSo;
    expect(traits({ containers: [guaranteed] })).toMatchObject({ podResources: [] });
    const resources = { requests: { cpu: '1' }, limits: { cpu: '2', memory: '1Gi' } };
    expect(traits({ resources })).toMatchObject({ podResources: ['cpu', 'memory'] });
    expect(isSo({ containers: [guaranteed] })).toBe(true);
    expect(isSo({ containers: [guaranteed], resources })).toBe(false);
    expect(isSo({ containers: [guaranteed], resources: null })).toBe(true);
  });

  it.each([
    [5, 5],
    [0, 0],
    [-1, 0],
    [null, 30],
  ])('tell how long it may take to end: %s', (terminationGracePeriodSeconds, gracePeriodSeconds) => {
    expect(traits({ terminationGracePeriodSeconds })).toMatchObject({ gracePeriodSeconds });
  });

  it.each([
    [null, false, false],
    [{}, false, false],
    [{ runAsUser: null, runAsNonRoot: null }, false, false],
    [{ runAsUser: 1000, runAsNonRoot: false }, false, false],
    [{ runAsUser: 0 }, true, false],
    [{ runAsNonRoot: true }, false, true],
  ])('tell whether it runs as root, and whether it must not: %j', (securityContext, isRoot, isNonRoot) => {
    expect(traits({ securityContext })).toMatchObject({ isRoot, isNonRoot });
  });

  it('tell what blocks its network', () => {
    const initContainers = [{ name: 'a' }, { name: 'istio-validation' }];
    expect(traits({ initContainers })).toMatchObject({ networkBlocker: 'istio-validation' });
    const proxy = { name: 'linkerd-proxy', restartPolicy: 'Always' };
    expect(traits({ initContainers: [...initContainers, proxy] }).networkBlocker).toBeUndefined();
    expect(traits({ containers: [{ name: 'istio-validation' }] }).networkBlocker).toBeUndefined();
  });
});

describe('the traits in one text', () => {
  it('are the same for equal traits and differ for different ones', () => {
    const all: readonly Partial<PodSpec>[] = [
      {},
      { restartPolicy: 'Never' },
      { terminationGracePeriodSeconds: 5 },
      { securityContext: { runAsUser: 0 } },
      { containers: [{ name: 'app', resources: { limits: { 'ephemeral-storage': '1Gi' } } }] },
      { securityContext: { runAsNonRoot: true } },
      { containers: [guaranteed] },
      { resources: { limits: { cpu: '1' } } },
      { resources: { limits: { memory: '1' } } },
      { resources: { limits: { cpu: '1', memory: '1' } } },
      { initContainers: [{ name: 'istio-validation' }] },
      { initContainers: [{ name: 'kuma-validation' }] },
    ];
    const keys = all.map(spec => traitsKey(traits(spec)));
    expect(new Set(keys).size).toBe(all.length);
    expect(all.map(spec => traitsKey(traits(spec)))).toEqual(keys);
  });

  // The API server refuses such a name, though only after the webhooks; until then it is part of what is remembered.
  it('differ however a resource is called', () => {
    const one = traits({ resources: { limits: { 'cpu,memory': '1' } } });
    const two = traits({ resources: { limits: { cpu: '1', memory: '1' } } });
    expect(traitsKey(one)).not.toBe(traitsKey(two));
  });
});
