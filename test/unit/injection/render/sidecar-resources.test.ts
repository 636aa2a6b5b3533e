import { describe, expect, it } from 'vitest';
import type { PodSpec } from '../../../../src/kubernetes/pod.ts';
import { at, codes, decide, injected, podWith, sidecarsOf, told } from '../../../injection-fixture.ts';

const sidecars = sidecarsOf({
  usual: {
    container: containerWith({ requests: { cpu: '20m', memory: '64Mi' }, limits: { memory: '512Mi' } }),
    guaranteed: { cpu: '100m' },
  },
  nothing: {},
  own: {
    parameters: { 'cpu-limit': { type: 'string', default: 'slow' } },
    container: { ...containerWith({ limits: { cpu: '1' } }), args: ['--speed=${cpu-limit}'] },
  },
  limited: { container: containerWith({ limits: { cpu: '200m', memory: '128Mi' } }) },
  requesting: { container: containerWith({ requests: { cpu: '50m', memory: '32Mi' } }) },
  cores: { container: containerWith({ requests: { cpu: '50m' }, limits: { cpu: '1', memory: '1Gi' } }) },
  storing: {
    container: containerWith({
      limits: { cpu: '1', memory: '1Gi', 'ephemeral-storage': '1Gi' },
      claims: [{ name: 'gpu' }],
    }),
  },
});

function containerWith(resources: object): object {
  return { image: 'example.com/x:v1', resources };
}

function resourcesOf(
  name: string,
  parameters: Readonly<Record<string, string>>,
  spec: Partial<PodSpec> = {},
): unknown {
  const decision = injected(podFor(name, parameters, spec), { sidecars });
  return at(decision.sidecars, 0, 'initContainers', 0, 'resources');
}

function podFor(name: string, parameters: Readonly<Record<string, string>>, spec: Partial<PodSpec> = {}) {
  const entries = Object.entries(parameters).map(([key, value]) => [`sidecar.io/${name}.${key}`, value]);
  return podWith({ [`sidecar.io/${name}`]: 'true', ...Object.fromEntries(entries) }, spec);
}

function saidOf(name: string, parameters: Readonly<Record<string, string>>, spec: Partial<PodSpec> = {}) {
  return told(decide(podFor(name, parameters, spec), { sidecars }));
}

describe('the resources of a sidecar', () => {
  it.each([
    ['usual', {}, { requests: { cpu: '20m', memory: '64Mi' }, limits: { memory: '512Mi' } }],
    ['nothing', {}, undefined],
    ['limited', {}, { limits: { cpu: '200m', memory: '128Mi' } }],
    [
      'usual',
      { cpu: '1', memory: '128Mi', 'memory-limit': '1Gi' },
      { requests: { cpu: '1', memory: '128Mi' }, limits: { memory: '1Gi' } },
    ],
    [
      'usual',
      { memory: '512Mi' },
      { requests: { cpu: '20m', memory: '512Mi' }, limits: { memory: '512Mi' } },
    ],
    [
      'usual',
      { 'memory-limit': '64Mi' },
      { requests: { cpu: '20m', memory: '64Mi' }, limits: { memory: '64Mi' } },
    ],
    ['nothing', { cpu: '50m' }, { requests: { cpu: '50m' } }],
    ['nothing', { 'cpu-limit': '50m' }, { limits: { cpu: '50m' } }],
    [
      'usual',
      { 'cpu-limit': '1' },
      { requests: { cpu: '20m', memory: '64Mi' }, limits: { cpu: '1', memory: '512Mi' } },
    ],
    ['cores', { 'cpu-limit': '2' }, { requests: { cpu: '50m' }, limits: { cpu: '2', memory: '1Gi' } }],
    ['nothing', { 'memory-limit': '50Mi' }, { limits: { memory: '50Mi' } }],
    [
      'storing',
      {},
      { limits: { cpu: '1', memory: '1Gi', 'ephemeral-storage': '1Gi' }, claims: [{ name: 'gpu' }] },
    ],
  ])('are those of the definition, changed by the annotations: %s with %j', (name, parameters, expected) => {
    expect(resourcesOf(name, parameters)).toEqual(expected);
  });

  it.each([
    ['usual', { memory: '1Gi' }],
    ['usual', { memory: '513Mi' }],
    ['usual', { 'memory-limit': '32Mi' }],
    ['usual', { memory: '2Gi', 'memory-limit': '1Gi' }],
    ['cores', { cpu: '2' }],
  ])('are refused where a request is above its limit: %s with %j', (name, parameters) => {
    expect(codes(decide(podFor(name, parameters), { sidecars }))).toEqual(['request-above-limit']);
  });

  it('name both amounts where a request is above its limit', () => {
    expect(saidOf('usual', { memory: '1Gi' })[0]).toContain('the request 1Gi is above the limit 512Mi');
  });

  it('compare amounts and not texts', () => {
    expect(saidOf('usual', { memory: '524288Ki' })).toEqual([]);
    expect(saidOf('usual', { memory: '0.5Gi' })).toEqual([]);
    expect(saidOf('usual', { memory: '1e9', 'memory-limit': '1000M' })).toEqual([]);
  });

  it.each([
    ['cores', { cpu: '2' }, 'cpu: the request 2 is above the limit 1; set sidecar.io/cores.cpu-limit too'],
    [
      'usual',
      { 'cpu-limit': '10m' },
      'cpu-limit: the request 20m is above the limit 10m; set sidecar.io/usual.cpu too',
    ],
    ['own', { cpu: '2' }, 'cpu: the request 2 is above the limit 1'],
  ])('name only annotations that exist: %s with %j', (name, parameters, message) => {
    expect(saidOf(name, parameters)).toEqual([
      `request-above-limit: annotation sidecar.io/${name}.${message}`,
    ]);
  });

  it('have the limit that the operator sets by default, unless an annotation sets another', () => {
    const container = containerWith({ requests: { cpu: '20m' } });
    const set = sidecarsOf({ usual: { container } }, { usual: { 'cpu-limit': '500m' } });
    const limitOf = (parameters: Readonly<Record<string, string>>) =>
      at(
        injected(podFor('usual', parameters), { sidecars: set }).sidecars,
        ...[0, 'initContainers', 0, 'resources', 'limits', 'cpu'],
      );
    expect([limitOf({}), limitOf({ 'cpu-limit': '1' })]).toEqual(['500m', '1']);
  });

  it('leave a parameter cpu-limit to the definition that has its own', () => {
    expect(resourcesOf('own', { 'cpu-limit': 'fast' })).toEqual({ limits: { cpu: '1' } });
    const container = at(
      injected(podFor('own', { 'cpu-limit': 'fast' }), { sidecars }).sidecars,
      ...[0, 'initContainers', 0],
    );
    expect(container).toMatchObject({ args: ['--speed=fast'] });
  });

  it.each([
    [
      { memory: '1Gi' },
      'memory: the request 1Gi is above the limit 512Mi; set sidecar.io/usual.memory-limit too',
    ],
    [
      { 'memory-limit': '32Mi' },
      'memory-limit: the request 64Mi is above the limit 32Mi; set sidecar.io/usual.memory too',
    ],
  ])('name the annotation that is to blame, and the other one: %j', (parameters, message) => {
    expect(saidOf('usual', parameters)).toEqual([
      `request-above-limit: annotation sidecar.io/usual.${message}`,
    ]);
  });
});

describe('the resources of a sidecar in a Guaranteed pod', () => {
  const guaranteed = { containers: [{ name: 'app', resources: { limits: { cpu: '1', memory: '1Gi' } } }] };
  const equal = (cpu: string, memory: string) => ({ requests: { cpu, memory }, limits: { cpu, memory } });

  it.each([
    ['usual', {}, equal('100m', '512Mi'), []],
    ['usual', { cpu: '2' }, equal('2', '512Mi'), []],
    ['usual', { 'memory-limit': '1Gi' }, equal('100m', '1Gi'), []],
    ['usual', { 'cpu-limit': '1' }, equal('1', '512Mi'), []],
    ['usual', { 'cpu-limit': '1', cpu: '500m' }, equal('1', '512Mi'), ['cpu-raised']],
    ['usual', { 'cpu-limit': '1', cpu: '1000m' }, equal('1', '512Mi'), []],
    ['usual', { memory: '256Mi' }, equal('100m', '512Mi'), ['memory-raised']],
    ['usual', { memory: '0.5Gi' }, equal('100m', '512Mi'), []],
    ['limited', {}, equal('200m', '128Mi'), []],
    ['cores', {}, equal('1', '1Gi'), []],
    ['requesting', {}, equal('50m', '32Mi'), []],
    ['requesting', { memory: '64Mi' }, equal('50m', '64Mi'), []],
    ['nothing', { cpu: '1', 'memory-limit': '1Gi' }, equal('1', '1Gi'), []],
    ['nothing', { cpu: '1' }, { requests: { cpu: '1' } }, ['no-longer-guaranteed']],
    ['nothing', {}, undefined, ['no-longer-guaranteed']],
  ])('are equal: %s with %j', (name, parameters, expected, warnings) => {
    expect(resourcesOf(name, parameters, guaranteed)).toEqual(expected);
    expect(codes(decide(podFor(name, parameters, guaranteed), { sidecars }))).toEqual(warnings);
  });

  it('are both refused and told of where a request is above its limit', () => {
    expect(codes(decide(podFor('usual', { memory: '1Gi' }, guaranteed), { sidecars }))).toContain(
      'request-above-limit',
    );
  });

  it('keep other resources as they are', () => {
    expect(resourcesOf('storing', {}, guaranteed)).toEqual({
      requests: { cpu: '1', memory: '1Gi' },
      limits: { cpu: '1', memory: '1Gi', 'ephemeral-storage': '1Gi' },
      claims: [{ name: 'gpu' }],
    });
  });

  it('name what would keep it so', () => {
    expect(saidOf('nothing', {}, guaranteed)[0]).toContain('sidecar.io/nothing.cpu');
    expect(saidOf('nothing', { cpu: '1' }, guaranteed)[0]).toContain('sidecar.io/nothing.memory');
  });
});

describe('the resources of a sidecar in a pod that has resources of its own', () => {
  it.each([
    [{ requests: { cpu: '1' } }, { requests: { memory: '64Mi' }, limits: { memory: '512Mi' } }],
    [{ limits: { memory: '1Gi' } }, { requests: { cpu: '20m' } }],
    [{ requests: { cpu: '1', memory: '1Gi' } }, undefined],
    [
      { requests: { 'hugepages-2Mi': '1Gi' } },
      { requests: { cpu: '20m', memory: '64Mi' }, limits: { memory: '512Mi' } },
    ],
  ])('leave to the pod what it sets: %j', (resources, expected) => {
    expect(resourcesOf('usual', {}, { resources })).toEqual(expected);
  });

  it('are warned of where an annotation has no effect', () => {
    const resources = { requests: { memory: '1Gi' } };
    const all = { cpu: '1', 'cpu-limit': '2', memory: '100Mi', 'memory-limit': '1Gi' };
    const lines = saidOf('usual', all, { resources });
    expect(lines.map(line => line.split(':').slice(0, 2).join(':'))).toEqual([
      'resources-of-pod: sidecar.io/usual.memory',
      'resources-of-pod: sidecar.io/usual.memory-limit',
    ]);
    expect(resourcesOf('usual', all, { resources })).toEqual({
      requests: { cpu: '1' },
      limits: { cpu: '2' },
    });
    const cpuOfPod = saidOf('usual', all, { resources: { limits: { cpu: '4' } } });
    expect(cpuOfPod.map(line => line.split(':')[1])).toEqual([
      ' sidecar.io/usual.cpu',
      ' sidecar.io/usual.cpu-limit',
    ]);
  });
});
