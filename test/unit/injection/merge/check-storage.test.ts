import { describe, expect, it } from 'vitest';
import type { Container, PodSpec } from '../../../../src/kubernetes/pod.ts';
import {
  at,
  codes,
  decide,
  gitSync,
  injected,
  podAfter,
  podWith,
  sidecarsOf,
  told,
} from '../../../injection-fixture.ts';

const storage = (limit: string) => ({ limits: { 'ephemeral-storage': limit } });
const app: Container = { name: 'app', resources: storage('1Gi') };
const limited = { containers: [app] };
const podFor = (parameters: Readonly<Record<string, string>>, spec: Partial<PodSpec> = limited) =>
  podWith(gitSync({ mount: '/site', containers: 'app', ...parameters }), spec);
const saidOf = (...args: Parameters<typeof podFor>) => told(decide(podFor(...args)));
const warningWith = (advice: string) =>
  `storage-limit-shared: sidecar.io/git-sync: what it writes counts against the app's ephemeral-storage limit; ${advice}`;

/** What the kubelet holds all emptyDirs and logs of a pod against: podEphemeralStorageLimitEviction. */
function limitOfPod({ initContainers, containers }: PodSpec): number {
  const limitOf = ({ resources }: Container) =>
    Number.parseFloat(String(resources?.limits?.['ephemeral-storage'] ?? 0));
  let [beside, most] = [0, 0];
  for (const container of initContainers ?? []) {
    most = Math.max(most, beside + limitOf(container));
    if (container.restartPolicy === 'Always') beside += limitOf(container);
  }
  return Math.max(
    most,
    (containers ?? []).reduce((sum, container) => sum + limitOf(container), beside),
  );
}

describe('the limit for ephemeral storage of a pod', () => {
  it.each(['native', 'classic'])('grows by the size of the checkout in mode %s', mode => {
    const pod = podFor({ size: '3Gi', mode });
    expect(saidOf({ size: '3Gi', mode })).toEqual([]);
    expect(limitOfPod(podAfter(pod).spec)).toBe(4);
    const { initContainers, containers } = podAfter(pod).spec;
    const sidecar = [...(initContainers ?? []), ...(containers ?? [])].find(
      ({ name }) => name === 'git-sync',
    );
    expect(at(sidecar, 'resources')).toEqual({
      requests: { 'ephemeral-storage': '0', cpu: '20m', memory: '64Mi' },
      limits: { 'ephemeral-storage': '3Gi', memory: '512Mi' },
    });
  });

  it.each<[string, Readonly<Record<string, string>>, Partial<PodSpec>, readonly string[]]>([
    ['without a size', {}, limited, [warningWith('set sidecar.io/git-sync.size')]],
    ['with a size of 0', { size: '0' }, limited, [warningWith('set sidecar.io/git-sync.size')]],
    [
      'of an init container alone, without a size',
      {},
      { containers: [{ name: 'app' }], initContainers: [{ ...app, name: 'setup' }] },
      [warningWith('set sidecar.io/git-sync.size')],
    ],
    // The limit of a container that ends is not added to those of the others.
    ['in mode init', { mode: 'init', size: '3Gi' }, limited, [warningWith('raise that limit')]],
    [
      'with a volume of its own',
      { volume: 'content' },
      { ...limited, volumes: [{ name: 'content', emptyDir: {} }] },
      [warningWith('raise that limit')],
    ],
    [
      'with a volume in memory',
      { volume: 'content' },
      { ...limited, volumes: [{ name: 'content', emptyDir: { medium: 'Memory' } }] },
      [],
    ],
    [
      'with a volume that is no local disk',
      { volume: 'content' },
      { ...limited, volumes: [{ name: 'content', nfs: { server: 'x', path: '/' } }] },
      [],
    ],
    ['with no limit', {}, { containers: [{ name: 'app' }] }, []],
    ['with other limits', {}, { containers: [{ name: 'app', resources: { limits: { cpu: '1' } } }] }, []],
  ])('is told of %s', (_what, parameters, spec, expected) => {
    expect(saidOf(parameters, spec)).toEqual(expected);
  });

  it.each<[string, Readonly<Record<string, string>>, Partial<PodSpec>]>([
    ['in a pod that has none', { size: '3Gi' }, { containers: [{ name: 'app' }] }],
    ['that ends', { size: '3Gi', mode: 'init' }, limited],
    ['without a size', {}, limited],
    ['with a size that is none', { size: '0' }, limited],
  ])('changes nothing about a sidecar %s', (_where, parameters, spec) => {
    const after = podAfter(podFor(parameters, spec));
    expect(after.spec.initContainers?.[0]?.resources).toEqual({
      requests: { cpu: '20m', memory: '64Mi' },
      limits: { memory: '512Mi' },
    });
  });

  it('is not looked at twice: a second pass says nothing of what the first has done', () => {
    expect(codes(decide(podAfter(podFor({ size: '3Gi' }))))).toEqual([]);
    expect(codes(decide(podAfter(podFor({}))))).toEqual([]);
  });

  it('is the business of the definition where that says something, and of the app that writes itself', () => {
    const volumes = [{ name: '${volume}', emptyDir: {}, shared: true }];
    const containerWith = (resources: object, readOnly = false) => ({
      image: 'example.com/x:v1',
      resources,
      volumeMounts: [{ name: '${volume}', mountPath: '/x', readOnly }],
    });
    const own = { requests: { 'ephemeral-storage': '2Gi' } };
    const sidecars = sidecarsOf({
      own: { volumes, container: containerWith(own) },
      full: { volumes, container: containerWith(storage('2Gi')) },
      reader: { volumes, container: containerWith({}, true) },
      memory: {
        volumes: [{ name: '${volume}', emptyDir: { medium: 'Memory' }, shared: true }],
        container: containerWith({}),
      },
    });
    const decided = (name: string) => {
      const annotations = { [`sidecar.io/${name}`]: 'true', [`sidecar.io/${name}.size`]: '1Gi' };
      const decision = injected(podWith({ ...annotations, [`sidecar.io/${name}.mount`]: '/x' }, limited), {
        sidecars,
      });
      return [codes(decision), at(decision.sidecars, 0, 'initContainers', 0, 'resources')];
    };
    expect(decided('own')).toEqual([['storage-limit-shared'], own]);
    expect(decided('full')).toEqual([[], storage('2Gi')]);
    expect(decided('reader')[0]).toEqual([]);
    expect(decided('memory')).toEqual([[], undefined]);
  });
});
