/** That policies keep what stands behind a choice, where the engine changes what a definition says. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/kubernetes/json.ts';
import { compilePolicies } from '../../src/policies/compile-policies.ts';
import { at, defaultPolicy, podAfter, podWith, sidecarsOf } from '../injection-fixture.ts';
import { isInstalled } from '../installed.ts';
import { startPolicyEvaluator } from '../policy-evaluator.ts';
import { policyPodOf } from './evaluated-policies.ts';

const fast = { when: 'fast.true' };

const sidecars = sidecarsOf({
  logs: {
    parameters: {
      fast: { type: 'boolean', default: 'false', description: 'Whether it is fast.' },
      tag: { type: 'name', default: 'v1', description: 'Which version.' },
    },
    volumes: [
      {
        name: '${volume}',
        shared: true,
        emptyDir: { ...fast, value: { medium: 'Memory' }, else: { sizeLimit: '1Gi' } },
      },
    ],
    container: {
      image: { ...fast, value: 'localhost/fast:${tag}', else: 'quay.io:443/org/logs:${tag}' },
      resources: {
        ...fast,
        value: { requests: { cpu: '2', memory: '1Gi' }, limits: { memory: '1Gi' } },
        else: { requests: { ...fast, value: {}, else: { cpu: '100m', memory: '64Mi' } } },
      },
      securityContext: {
        ...fast,
        value: { runAsUser: 1000, runAsGroup: 1000 },
        else: { runAsNonRoot: true, runAsUser: 2000 },
      },
      volumeMounts: [{ name: '${volume}', mountPath: '/logs' }],
    },
  },
});
const policy = { ...defaultPolicy, imageRegistry: 'registry.example.com/mirror' };
const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'apps' } };

describe.skipIf(!isInstalled('go'))('choices in policies', () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ['neither', {}],
    ['the first', { fast: 'true' }],
    ['the second', { fast: 'false' }],
    ['the first, with annotations', { fast: 'true', tag: 'v2', cpu: '3', size: '5Gi', 'run-as-user': '7' }],
    ['the second, without a user', { fast: 'false', 'memory-limit': '2Gi', 'run-as-user': 'none' }],
  ])('are made as in the engine: %s', async (_what, parameters) => {
    const annotations = {
      'sidecar.io/logs': 'true',
      ...Object.fromEntries(
        Object.entries(parameters).map(([name, value]) => [`sidecar.io/logs.${name}`, value]),
      ),
    };
    const expected = podAfter(podWith(annotations), { sidecars, policy });
    const { objects } = compilePolicies([...sidecars.sidecars.values()], policy);
    const evaluator = await startPolicyEvaluator(objects);
    try {
      const pod = policyPodOf('nginx:1.29', annotations);
      const { object, errors, denied } = await evaluator.evaluate({ object: pod, namespace });
      expect([errors, denied]).toEqual([[], []]);
      expect(partsOf(object)).toEqual(partsOf(expected as unknown as JsonObject));
    } finally {
      evaluator.stop();
    }
  });
});

/** What the choices are about. */
function partsOf(pod: JsonObject | null): object {
  const container = at(pod, 'spec', 'initContainers', 0);
  const parts = ['image', 'resources', 'securityContext'].map(key => [key, at(container, key)] as const);
  const volumes = (at(pod, 'spec', 'volumes') ?? []) as readonly JsonObject[];
  return { ...Object.fromEntries(parts), volumes: volumes.map(({ emptyDir }) => emptyDir) };
}
