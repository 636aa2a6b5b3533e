/**
 * What the injector says yes to, the API server says yes to. Pods at random, most of them valid, are created by dry run
 * through the webhook. Where one is refused by anybody but the injector, that counts against us unless the API server
 * refuses the same pod without sidecars too.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inject } from '../../src/injection/inject.ts';
import type { JsonObject } from '../../src/kubernetes/json.ts';
import { readPod } from '../../src/kubernetes/pod.ts';
import { defaultPolicy, shippedSidecars } from '../injection-fixture.ts';
import { admissiblePod } from '../property/arbitrary-admissible-pod.ts';
import { type ApiAnswer, ApiClient } from './api-client.ts';
import { controlPlane, describeWithApiServer, useWebhook } from './suite.ts';
import { useNamespace } from './test-namespace.ts';

/** A few hundred pods in the ordinary run; more where somebody has the time. */
const count = Number(process.env['SIDECAR_INJECTOR_ADMITTED_PODS'] ?? 900);
const seed = Number(process.env['SIDECAR_INJECTOR_ADMITTED_SEED'] ?? 20_261_126);

/** Those that the engine says yes to: the others tell nothing here. */
const injectablePod = admissiblePod.filter(
  pod => inject(readPod(pod), shippedSidecars, defaultPolicy).outcome === 'injected',
);

/** So many at once as keep the API server busy. */
const lanes = 6;

describeWithApiServer('every pod at random', () => {
  useWebhook();
  const namespace = useNamespace();
  let api: ApiClient;
  beforeAll(() => {
    api = new ApiClient(controlPlane());
  });
  afterAll(() => api.close());

  const create = (resource: 'pods' | 'deployments', body: object) => {
    const root = resource === 'pods' ? '/api/v1' : '/apis/apps/v1';
    const path = `${root}/namespaces/${namespace().name}/${resource}?dryRun=All`;
    return api.ask<Answer>({ method: 'POST', path, body });
  };
  const isInvalid = async (pod: JsonObject) => (await create('pods', withoutSidecars(pod))).status !== 201;

  it(
    'is admitted where the injector says yes to it',
    async () => {
      const sums = { injected: 0, refused: 0, invalid: 0 };
      const problems: object[] = [];
      await forEachInLanes(fc.sample(injectablePod, { seed, numRuns: count }), async pod => {
        const answer = await create('pods', pod);
        if (answer.status === 201) sums.injected += 1;
        else if (isOurs(answer)) sums.refused += 1;
        else if (await isInvalid(pod)) sums.invalid += 1;
        else problems.push({ message: answer.body.message, pod });
      });
      expect(problems.slice(0, 3), `${problems.length} of ${count}, seed ${seed}`).toEqual([]);
      // Otherwise nothing was tried.
      expect(sums.injected, JSON.stringify(sums)).toBeGreaterThan(count / 2);
    },
    timeoutMs,
  );

  it(
    'is admitted where the injector promises it to a Deployment',
    async () => {
      const sums = { promised: 0, refused: 0, invalid: 0 };
      const problems: object[] = [];
      const pods = fc.sample(injectablePod, { seed: seed + 1, numRuns: Math.ceil(count / 6) });
      await forEachInLanes(pods.map(asOfDeployment), async pod => {
        const deployment = await create('deployments', deploymentOf(pod));
        if (isOurs(deployment)) sums.refused += 1;
        else if (deployment.status !== 201 || (await isInvalid(pod))) sums.invalid += 1;
        else {
          sums.promised += 1;
          const made = await create('pods', pod);
          if (made.status !== 201) problems.push({ message: made.body.message, pod });
        }
      });
      expect(problems.slice(0, 3), `${problems.length} of ${pods.length}, seed ${seed + 1}`).toEqual([]);
      expect(sums.promised, JSON.stringify(sums)).toBeGreaterThan(pods.length / 4);
    },
    timeoutMs,
  );
});

const timeoutMs = 60_000 + 200 * count;

interface Answer {
  readonly message?: string;
}

function isOurs({ body }: ApiAnswer<Answer>): boolean {
  return body.message?.includes('.sidecar.io" denied the request') === true;
}

function withoutSidecars(pod: JsonObject): JsonObject {
  const metadata = pod['metadata'] as JsonObject;
  const annotations = { ...(metadata['annotations'] as JsonObject), 'sidecar.io/inject': 'false' };
  return { ...pod, metadata: { ...metadata, annotations } };
}

/** What a Deployment makes never ends. */
function asOfDeployment(pod: JsonObject): JsonObject {
  return { ...pod, spec: { ...(pod['spec'] as JsonObject), restartPolicy: 'Always' } };
}

function deploymentOf({ metadata, spec }: JsonObject): object {
  const { annotations } = metadata as { readonly annotations: object };
  const template = { metadata: { labels: { app: 'web' } }, spec };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', annotations },
    spec: { selector: { matchLabels: { app: 'web' } }, template },
  };
}

async function forEachInLanes<T>(list: readonly T[], work: (entry: T) => Promise<void>): Promise<void> {
  const rest = list[Symbol.iterator]();
  const lane = async () => {
    for (const entry of rest) await work(entry);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
