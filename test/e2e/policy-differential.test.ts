/** That policies compiled from definitions make of a pod what the webhook makes of it, or the report says what is different. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Injector, inject } from '../../src/injection/inject.ts';
import type { JsonObject } from '../../src/kubernetes/json.ts';
import { losses } from '../../src/policies/losses.ts';
import type { GoldenCase } from '../golden/golden-case.ts';
import { shippedSidecars } from '../injection-fixture.ts';
import { type Comparison, compareAnswers } from '../policy-comparison.ts';
import { admissiblePod } from '../property/arbitrary-admissible-pod.ts';
import { ApiClient } from './api-client.ts';
import {
  createByDryRun,
  keepWebhookOff,
  makeNamespace,
  takeBackNamespaces,
} from './differential-namespaces.ts';
import { inLanes } from './dry-run.ts';
import { EngineWebhook } from './engine-webhook.ts';
import { byOrder, caseOfTwo, listedDifferences, shownElsewhere } from './listed-differences.ts';
import { createPolicy, deletePolicy, objectsOf, untilInForce } from './policies-in-force.ts';
import { type GoldenGroup, goldenGroups, names } from './policy-groups.ts';
import { deleteRegistration } from './registration.ts';
import { controlPlane, describeWithApiServer, reinstall, useWebhook } from './suite.ts';

type Annotations = Readonly<Record<string, string>>;

const groups = goldenGroups();
/** What the API server is asked to compile takes it a minute, and longer on a busy machine. */
const timeoutMs = 400_000;

const randomPods = 1000;
const seed = 20_261_129;

interface Compared extends Comparison {
  readonly golden: GoldenCase;
}

/** A case with its namespaces. */
interface Place {
  readonly golden: GoldenCase;
  readonly webhook: string;
  readonly policies: string;
}

describeWithApiServer('policies compiled from definitions', () => {
  useWebhook();
  const engines = new EngineWebhook();
  const applied: JsonObject[] = [];
  let api: ApiClient;

  beforeAll(async () => {
    api = new ApiClient(controlPlane());
    await keepWebhookOff();
    const [, ...others] = groups;
    await engines.start(new Map(others.map(group => [group.group, engineOf(group)])));
    const objects = groups.flatMap(group => objectsOf({ ...group, namespaces: namespacesOf(group) }));
    // One after the other: the API server compiles each, with all that it has.
    for (const object of objects) {
      applied.push(object);
      await createPolicy(api, object);
    }
  }, timeoutMs);
  afterAll(async () => {
    for (const object of applied) await deletePolicy(api, object);
    await engines.stop();
    await takeBackNamespaces();
    // Applied again it would keep what was patched into it.
    await deleteRegistration();
    await reinstall();
    api.close();
  }, timeoutMs);

  it(
    'make the same of the golden pods, but for what is listed',
    async () => {
      const compared: Compared[] = [];
      for (const group of groups) {
        await inLanes(await placesOf(group), async ({ golden, webhook, policies }) => {
          const pod = podOf(golden);
          const answer = await createByDryRun(api, webhook, pod);
          compared.push({ golden, ...compareAnswers(answer, await createByDryRun(api, policies, pod)) });
        });
      }
      tell(compared);
      const different = compared.filter(one => one.result === 'different' && !dependsOnOrder(one));
      const unlisted = different.filter(({ golden, loss }) => {
        const listed = listedDifferences[golden.name];
        return listed === undefined || (loss !== undefined && loss !== listed);
      });
      expect(unlisted.map(({ golden, details }) => ({ name: golden.name, details }))).toEqual([]);
      const found = different.map(({ golden }) => golden.name);
      expect(Object.keys(listedDifferences).filter(name => !found.includes(name))).toEqual([]);
      const alike = (sidecar: string) =>
        compared.filter(({ golden, result }) => names(golden, sidecar) && result !== 'different');
      expect(alike('git-sync').length).toBeGreaterThanOrEqual(85);
      const shown = new Set<string>([
        ...Object.values(listedDifferences),
        ...compared.flatMap(({ seen }) => seen),
        ...byOrder,
        ...Object.keys(shownElsewhere),
      ]);
      expect(Object.keys(losses).filter(code => !shown.has(code))).toEqual([]);
    },
    timeoutMs,
  );

  it(
    `make the same of ${randomPods} random pods`,
    async () => {
      const [first] = groups;
      if (first === undefined) throw new Error('there is no group');
      const { webhook, policies } = await makeBoth(first);
      await untilInForce(api, policies, first);
      const counts = { equal: 0, refused: 0, different: 0 };
      const faults: unknown[] = [];
      await inLanes(fc.sample(admissiblePod, { numRuns: randomPods, seed }), async pod => {
        const answer = await createByDryRun(api, webhook, pod);
        const comparison = compareAnswers(answer, await createByDryRun(api, policies, pod));
        counts[comparison.result] += 1;
        const isListed = comparison.loss === 'order-of-lists' || comparison.loss === 'validated-before';
        if (comparison.result === 'different' && !isListed)
          faults.push({ pod: JSON.stringify(pod), details: comparison.details });
      });
      console.info(`seed ${seed}: ${JSON.stringify(counts)}`);
      expect(faults).toEqual([]);
      expect(counts.equal).toBeGreaterThan(randomPods / 5);
    },
    timeoutMs,
  );

  /** Each case whose namespace says something has two of its own. Resolves when the policies are at work in all. */
  async function placesOf(group: GoldenGroup): Promise<readonly Place[]> {
    const plain = await makeBoth(group);
    const places: Place[] = [];
    if (namespacesOf(group) !== 'labelled') await untilInForce(api, plain.policies, group);
    if (namespacesOf(group) !== 'ordinary')
      await untilInForce(api, (await makeBoth(group, {})).policies, group);
    for (const golden of group.cases) {
      const annotations = namespaceAnnotations(golden);
      places.push({ golden, ...(annotations ? await makeBoth(group, annotations) : plain) });
    }
    return places;
  }

  async function makeBoth({ group }: GoldenGroup, annotations?: Annotations) {
    const side = group === 0 ? 'webhook' : 'engine';
    return {
      webhook: await makeNamespace(api, { group, side, annotations }),
      policies: await makeNamespace(api, { group, side: 'policies', annotations }),
    };
  }
});

/** Which of two policies comes first shows in the pod. */
function dependsOnOrder({ golden, loss }: Compared): boolean {
  return loss === 'order-of-lists' || golden.name === caseOfTwo;
}

function namespacesOf({ group, cases }: GoldenGroup): 'all' | 'ordinary' | 'labelled' {
  if (group === 0) return 'all';
  return cases.some(({ sources }) => sources.length > 0) ? 'labelled' : 'ordinary';
}

function namespaceAnnotations({ sources }: GoldenCase): Annotations | undefined {
  if (sources.length === 0) return undefined;
  return Object.assign(
    {},
    ...sources.filter(({ from }) => from.startsWith('namespace ')).map(({ annotations }) => annotations),
  );
}

function engineOf({ sidecars, policy, cases }: GoldenGroup): Injector {
  const sources = cases[0]?.sources;
  return pod => inject(pod, sidecars, policy, sources);
}

/** As a user would create it: into any namespace, and with a name. */
function podOf({ pod }: GoldenCase): JsonObject {
  const { metadata, ...others }: JsonObject = pod;
  const { namespace, ...kept } = metadata as JsonObject;
  return { apiVersion: 'v1', kind: 'Pod', ...others, metadata: { name: 'web', ...kept } };
}

/** Prints how many cases of each sidecar are equal, refused by both, or different. */
function tell(compared: readonly Compared[]): void {
  const counted = (list: readonly Compared[]) =>
    (['equal', 'refused', 'different'] as const)
      .map(result => `${list.filter(one => one.result === result).length} ${result}`)
      .join(', ');
  const ofSidecars = [...shippedSidecars.sidecars.keys()].map(sidecar => {
    const list = compared.filter(({ golden }) => names(golden, sidecar));
    return `${sidecar}: ${list.length} cases, ${counted(list)}`;
  });
  const seen = [...new Set(compared.flatMap(one => one.seen))].sort();
  console.info([`all: ${counted(compared)}`, ...ofSidecars, `seen besides: ${seen}`].join('\n'));
}
