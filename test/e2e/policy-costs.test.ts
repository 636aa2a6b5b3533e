/** What the expressions of compiled policies cost, by the API server's own count, and how large the pods are that pass. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/kubernetes/json.ts';
import { compilePolicies } from '../../src/policies/compile-policies.ts';
import { goldenCases } from '../golden/golden-case.ts';
import { defaultPolicy, shippedSidecars } from '../injection-fixture.ts';
import { type Evaluation, type PolicyEvaluator, startPolicyEvaluator } from '../policy-evaluator.ts';
import { podOf } from './pod-manifests.ts';

const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default', labels: {} } };
const timeoutMs = 300_000;
const repository = 'https://github.com/org/site.git';

describe('policies of the definitions that ship', () => {
  let evaluator: PolicyEvaluator;
  beforeAll(async () => {
    const policy = { ...defaultPolicy, maximumSidecars: 100 };
    evaluator = await startPolicyEvaluator(
      compilePolicies([...shippedSidecars.sidecars.values()], policy).objects,
    );
  }, timeoutMs);
  afterAll(() => evaluator?.stop());

  function evaluate(pod: object): Promise<Evaluation> {
    const { metadata, ...others } = pod as JsonObject & { readonly metadata: JsonObject };
    const named = { name: 'web', ...metadata, namespace: 'default' };
    return evaluator.evaluate({
      object: { apiVersion: 'v1', kind: 'Pod', ...others, metadata: named },
      namespace,
    });
  }

  it(
    'take a small part of what an expression may cost, for every golden pod',
    async () => {
      const dearest = new Map<string, number>();
      for (const { pod, sidecars } of goldenCases()) {
        if (sidecars.sidecars.size !== shippedSidecars.sidecars.size) continue;
        const { costs, reinvoked } = await evaluate(pod);
        expect(reinvoked).toEqual([]);
        for (const { policy, place, share } of costs) {
          const key = `${policy} ${place}`;
          dearest.set(key, Math.max(dearest.get(key) ?? 0, share));
        }
      }
      const sorted = [...dearest].toSorted(([, a], [, b]) => b - a);
      console.info(
        ['share of the limit, the dearest first:', ...sorted.slice(0, 15).map(inWords)].join('\n'),
      );
      expect(sorted[0]?.[1]).toBeLessThan(0.1);
    },
    timeoutMs,
  );

  it.each<readonly [what: string, least: number, most: number, podWith: (count: number) => object]>([
    ['instances of git-sync', 16, 128, count => podOf('web', instances(count))],
    [
      'instances that mount their content into one app',
      8,
      64,
      count =>
        podOf('web', {
          ...instances(count),
          ...Object.fromEntries(
            Array.from({ length: count }, (_, index) => [
              `sidecar.io/git-sync_n${index}.mount`,
              `/site/${index}`,
            ]),
          ),
        }),
    ],
    [
      'containers beside git-sync',
      100,
      1600,
      count => ({
        ...podOf('web', { 'sidecar.io/git-sync': repository }),
        spec: {
          containers: Array.from({ length: count }, (_, index) => ({
            name: `app-${index}`,
            image: 'nginx',
            volumeMounts: [{ name: 'data', mountPath: '/data' }],
          })),
          volumes: [{ name: 'data', emptyDir: {} }],
        },
      }),
    ],
    [
      'volumes and mounts of the app',
      100,
      1600,
      count => ({
        ...podOf('web', { 'sidecar.io/git-sync': repository, 'sidecar.io/git-sync.mount': '/site' }),
        spec: {
          containers: [
            {
              name: 'app',
              image: 'nginx',
              volumeMounts: Array.from({ length: count }, (_, index) => ({
                name: `data-${index}`,
                mountPath: `/data/${index}`,
              })),
            },
          ],
          volumes: Array.from({ length: count }, (_, index) => ({ name: `data-${index}`, emptyDir: {} })),
        },
      }),
    ],
    [
      'annotations of others',
      1000,
      8000,
      count =>
        podOf('web', {
          'sidecar.io/git-sync': repository,
          ...Object.fromEntries(
            Array.from({ length: count }, (_, index) => [`example.com/key-${index}`, 'x']),
          ),
        }),
    ],
    [
      'kilobytes of an annotation of another',
      128,
      250,
      count =>
        podOf('web', { 'sidecar.io/git-sync': repository, 'example.com/large': 'x'.repeat(count * 1024) }),
    ],
  ])(
    'pass a pod with many %s',
    async (what, least, most, podWith) => {
      let passed = 0;
      let dearest = '';
      for (let count = Math.min(least, most); count <= most; count *= 2) {
        const { errors, denied, mutated, costs } = await evaluate(podWith(count));
        if (errors.some(({ ignored }) => !ignored) || denied.length > 0) break;
        expect(mutated).toContain('git-sync.sidecar.io');
        passed = count;
        dearest = inWords(
          costs
            .map(({ policy, place, share }) => [`${policy} ${place}`, share] as const)
            .toSorted(([, a], [, b]) => b - a)[0] ?? ['', 0],
        );
      }
      console.info(`${what}: ${passed}${passed * 2 > most ? ' and more' : ''}; dearest ${dearest}`);
      expect(passed).toBeGreaterThanOrEqual(least);
    },
    timeoutMs,
  );

  it(
    'refuse what costs too much, and never let it through bare',
    async () => {
      const { denied, errors } = await evaluate(podOf('web', instances(3000)));
      expect(denied.length + errors.filter(({ ignored }) => !ignored).length).toBeGreaterThan(0);
    },
    timeoutMs,
  );
});

function instances(count: number): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`sidecar.io/git-sync_n${index}`, repository]),
  );
}

function inWords([place, share]: readonly [string, number]): string {
  return `${(100 * share).toFixed(2)} % ${place}`;
}
