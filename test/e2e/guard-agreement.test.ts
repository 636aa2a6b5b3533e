/**
 * The engine says what a pod is to have, and the guards what a pod must not be without. They are written in two languages
 * and have to agree: what the engine lets pass, or has put sidecars into, the guards admit, and the same pod without them
 * they refuse. Random pods in namespaces with random annotations; no injector is asked.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type InjectionDecision, inject } from '../../src/injection/inject.ts';
import { applyPatch } from '../../src/injection/patch/apply-patch.ts';
import type { Pod } from '../../src/kubernetes/pod.ts';
import { sourcesFor } from '../../src/namespaces/sources-for.ts';
import { defaultPolicy, podWith, sidecarsOf } from '../injection-fixture.ts';
import { ApiClient } from './api-client.ts';
import { inLanes } from './dry-run.ts';
import { deleteRegistration } from './registration.ts';
import { controlPlane, describeWithApiServer, kubectl, reinstall } from './suite.ts';

type Annotations = Readonly<Record<string, string>>;

const seed = 20_261_127;
const namespaceCount = 40;
const podCount = 20;

const sidecars = sidecarsOf({
  logs: { parameters: { level: { type: 'integer', description: 'Level.' } } },
  audit: {},
});

/** Little is said of each sidecar, so that all combinations come about. */
const annotations: fc.Arbitrary<Annotations> = fc
  .record(
    {
      logs: fc.constantFrom('true', 'true', 'false'),
      'logs.inject': fc.constantFrom('true', 'false'),
      'logs.level': fc.constant('1'),
      logs_b: fc.constantFrom('true', 'false'),
      'logs_b.inject': fc.constantFrom('true', 'false'),
      audit: fc.constant('true'),
      'audit.inject': fc.constantFrom('true', 'false'),
      inject: fc.constantFrom('true', 'true', 'false'),
    },
    { requiredKeys: [] },
  )
  .map(entries =>
    Object.fromEntries(Object.entries(entries).map(([key, value]) => [`sidecar.io/${key}`, value])),
  );

const anyPod = fc.record({
  own: fc.option(annotations, { nil: {}, freq: 3 }),
  /** What another namespace had put in, where the pod is a copy. */
  earlier: fc.option(annotations, { nil: undefined, freq: 3 }),
  /** Whether that was written into a manifest by the command line. */
  isWritten: fc.boolean(),
  /** Whether somebody has taken that out again. */
  hasLost: fc.nat(4).map(number => number === 0),
  isForWindows: fc.nat(9).map(number => number === 0),
  isMirror: fc.nat(19).map(number => number === 0),
});

describeWithApiServer('engine and guards', () => {
  beforeAll(deleteRegistration);
  afterAll(reinstall);

  it('agree about pods at random', async () => {
    const api = new ApiClient(controlPlane());
    const namespaces = fc.sample(annotations, { seed, numRuns: namespaceCount });
    const nameOf = (index: number) => `agreement-${index}`;
    await kubectl('apply --server-side -f -', {
      apiVersion: 'v1',
      kind: 'List',
      items: namespaces.flatMap((own, index) => [
        {
          apiVersion: 'v1',
          kind: 'Namespace',
          metadata: { name: nameOf(index), labels: { 'sidecar.io/inject': 'enabled' }, annotations: own },
        },
        { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: nameOf(index) } },
      ]),
    });
    const refusal = async (pod: Pod, namespace: string) => {
      const path = `/api/v1/namespaces/${namespace}/pods?dryRun=All`;
      const answer = await api.ask<{ readonly message?: string }>({ method: 'POST', path, body: pod });
      return answer.status === 201 ? undefined : `${answer.status} ${answer.body.message}`;
    };
    const sums = { injected: 0, skipped: 0, marked: 0, refused: 0 };
    const problems: string[] = [];
    const cases = namespaces.flatMap((inherited, index) =>
      fc
        .sample(anyPod, { seed: seed + index, numRuns: podCount })
        .map(entry => ({ pod: podOf(entry), inherited, name: nameOf(index) })),
    );
    await inLanes(cases, async ({ pod, inherited, name }) => {
      const facts = { name, labels: { 'sidecar.io/inject': 'enabled' }, annotations: inherited };
      const decision = inject(pod, sidecars, defaultPolicy, sourcesFor(facts, {}, []));
      sums[kindOf(decision)] += 1;
      const found = await disagreement(pod, decision, tried => refusal(tried, name));
      if (found !== undefined) problems.push(`${found}: ${inWords(pod, inherited)}`);
    });
    api.close();
    expect(problems.slice(0, 5), `${problems.length} of ${cases.length}, seed ${seed}`).toEqual([]);
    // Otherwise nothing was tried.
    expect(Math.min(sums.injected, sums.skipped), JSON.stringify(sums)).toBeGreaterThan(100);
    expect(sums.marked, JSON.stringify(sums)).toBeGreaterThan(10);
  }, 300_000);
});

/** Has the guards judge a pod as the engine leaves it, and without what the engine puts in. */
async function disagreement(
  pod: Pod,
  decision: InjectionDecision,
  refusal: (pod: Pod) => Promise<string | undefined>,
): Promise<string | undefined> {
  if (decision.outcome === 'refused') return undefined;
  const whole = await refusal(applyPatch(pod, decision.operations ?? []));
  if (whole !== undefined) return `${whole}, but ${decision.outcome}`;
  if (decision.outcome === 'skipped' || isLeftOutBefore(pod)) return undefined;
  return (await refusal(pod)) === undefined ? 'let in bare' : undefined;
}

function kindOf(decision: InjectionDecision): 'injected' | 'skipped' | 'marked' | 'refused' {
  return decision.outcome === 'skipped' && decision.operations ? 'marked' : decision.outcome;
}

function inWords({ metadata, spec }: Pod, inherited: Annotations): string {
  return JSON.stringify({ inherited, own: metadata.annotations, containers: spec.initContainers });
}

/** The status says that another namespace left out what the pod asks for, and the guards believe it. */
function isLeftOutBefore({ metadata }: Pod): boolean {
  return metadata.annotations?.['sidecar.io/status']?.includes('leftToOthers') === true;
}

/** A valid pod; what an earlier namespace put in it has. */
function podOf({
  own,
  earlier,
  isWritten,
  hasLost,
  isForWindows,
  isMirror,
}: {
  readonly own: Annotations;
  readonly earlier: Annotations | undefined;
  readonly isWritten: boolean;
  readonly hasLost: boolean;
  readonly isForWindows: boolean;
  readonly isMirror: boolean;
}): Pod {
  const mirror = isMirror ? { 'kubernetes.io/config.mirror': 'x' } : {};
  const pod = podWith(
    { ...own, ...mirror },
    {
      ...(isForWindows ? { os: { name: 'windows' } } : {}),
      ...(isMirror ? { nodeName: 'node' } : {}),
      ...(isMirror ? { automountServiceAccountToken: false } : {}),
    },
  );
  if (earlier === undefined) return pod;
  const policy = isWritten ? ({ ...defaultPolicy, by: 'inject' } as const) : defaultPolicy;
  const decision = inject(pod, sidecars, policy, [{ from: 'namespace other', annotations: earlier }]);
  if (decision.outcome !== 'injected') return pod;
  const after = applyPatch(pod, decision.operations);
  return hasLost ? { ...after, spec: { ...after.spec, initContainers: [] } } : after;
}
