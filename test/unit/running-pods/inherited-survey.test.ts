import { describe, expect, it } from 'vitest';
import type { AnnotationSource } from '../../../src/injection/inheritance/annotation-source.ts';
import { createInjector } from '../../../src/injection/inject.ts';
import { applyPatch } from '../../../src/injection/patch/apply-patch.ts';
import { PlanMemory } from '../../../src/injection/plan/plan-memory.ts';
import { readPod } from '../../../src/kubernetes/pod.ts';
import { type RunningPod, readRunningPod } from '../../../src/kubernetes/running-pod.ts';
import { differenceInWords } from '../../../src/running-pods/difference.ts';
import { surveyPod } from '../../../src/running-pods/survey-pod.ts';
import type { SidecarSet } from '../../../src/sidecars/sidecar-set.ts';
import { byPolicy } from '../../by-policy.ts';
import { defaultPolicy, podWith, sidecarsOf } from '../../injection-fixture.ts';

const period = { type: 'duration', default: '2m', description: 'Pause.' };
const set = sidecarsOf({
  logs: { container: { image: 'example.com/logs:v1' }, parameters: { period } },
  proxy: { container: { image: 'example.com/proxy:v1' } },
});
const key = 'sidecar.io/logs';
const proxy = 'sidecar.io/proxy';

const shop = (annotations: AnnotationSource['annotations']): AnnotationSource => ({
  from: 'namespace shop',
  annotations,
});
const rule: AnnotationSource = { from: 'rule 1', annotations: { [proxy]: 'true' } };
const asking = shop({ [key]: 'true' });

type Annotations = Readonly<Record<string, string>>;

/** A pod with these annotations, created where these sources count. */
function createdIn(sources: readonly AnnotationSource[], annotations: Annotations = {}, spec: object = {}) {
  const pod = podWith(annotations);
  const plain = readPod({ ...pod, spec: { ...pod.spec, ...spec } });
  const decision = createInjector(set, defaultPolicy)(plain, sources);
  if (decision.outcome === 'refused') throw new Error(JSON.stringify(decision));
  return running(decision.operations ? applyPatch(plain, decision.operations) : plain);
}

function running(pod: object): RunningPod {
  const { metadata } = pod as { readonly metadata: object };
  return readRunningPod({
    ...pod,
    metadata: { ...metadata, name: 'web', namespace: 'shop', uid: 'uid-1' },
    status: { phase: 'Running' },
  });
}

/** What is said of each sidecar where these sources count now. */
function surveyed(
  pod: RunningPod,
  sources: readonly AnnotationSource[],
  { areAllKnown = true, definitions = set }: { areAllKnown?: boolean; definitions?: SidecarSet } = {},
) {
  const plans = new PlanMemory(definitions, defaultPolicy);
  const found = surveyPod(pod, (known, inheritance) => plans.planFor(known, inheritance), {
    sources,
    areAllKnown,
  });
  return found.map(sidecar => {
    const { container, state, difference } = sidecar;
    const words = difference === undefined ? '' : `: ${differenceInWords(difference, sidecar)}`;
    return `${container} ${state}${words}`;
  });
}

describe('a pod of a labelled namespace', () => {
  it.each<
    readonly [what: string, pod: RunningPod, now: readonly AnnotationSource[], said: readonly string[]]
  >([
    ['has what its namespace asks for', createdIn([asking]), [asking], ['logs injected']],
    [
      'was there before its namespace asked',
      createdIn([]),
      [asking],
      ['logs bare: namespace shop asks for it, and the pod has no such sidecar'],
    ],
    [
      'was created when its namespace asked otherwise',
      createdIn([asking]),
      [shop({ [key]: 'true', [`${key}.period`]: '5m' })],
      ['logs outdated: namespace shop asks for it otherwise than when the pod was created'],
    ],
    [
      'has what its namespace asked for, and asks for no more',
      createdIn([asking]),
      [],
      ['logs outdated: namespace shop asks for it no more'],
    ],
    [
      'has sidecars, and keeps them when its namespace asks for others',
      createdIn([asking]),
      [shop({ [key]: 'true', [proxy]: 'true' })],
      ['logs injected', 'proxy outdated: namespace shop asks for it since the pod was created'],
    ],
    [
      'has its own sidecar, and keeps it when its namespace asks for others',
      createdIn([], { [key]: 'true' }),
      [shop({ [proxy]: 'true' })],
      ['logs injected', 'proxy outdated: namespace shop asks for it since the pod was created'],
    ],
    [
      'asks for it itself, and inherits how',
      createdIn([shop({ [`${key}.period`]: '5m' })], { [key]: 'true' }),
      [shop({ [`${key}.period`]: '6m' })],
      ['logs outdated: namespace shop asks for it otherwise than when the pod was created'],
    ],
    [
      'asks for it itself, and inherited how',
      createdIn([shop({ [`${key}.period`]: '5m' })], { [key]: 'true' }),
      [],
      ['logs outdated: what it inherits was changed after the pod was created'],
    ],
    [
      'asks for it itself where its namespace does now too',
      createdIn([], { [key]: 'true' }),
      [asking],
      ['logs injected'],
    ],
    [
      'has by a policy what its namespace asks for',
      byPolicy(createdIn([asking]), asking),
      [asking],
      ['logs injected'],
    ],
    [
      'has by a policy what its namespace asked for otherwise',
      byPolicy(createdIn([asking]), asking),
      [shop({ [key]: 'true', [`${key}.period`]: '5m' })],
      ['logs outdated: namespace shop asks for it otherwise than when the pod was created'],
    ],
    [
      'gets the same from another place',
      createdIn([asking]),
      [{ ...asking, from: 'rule 2' }],
      ['logs injected'],
    ],
    [
      'lacks what a rule asks for',
      createdIn([]),
      [rule],
      ['proxy bare: rule 1 asks for it, and the pod has no such sidecar'],
    ],
    ['leaves out one', createdIn([], { [`${key}.inject`]: 'false' }), [asking, rule].slice(0, 1), []],
    ['leaves out all', createdIn([], { 'sidecar.io/inject': 'false' }), [asking], []],
    [
      'is left out by its namespace',
      createdIn([]),
      [shop({ [key]: 'true', 'sidecar.io/inject': 'false' })],
      [],
    ],
    ['is for Windows', createdIn([], {}, { os: { name: 'windows' } }), [asking], []],
    ['has parameters there that nobody asks with', createdIn([]), [shop({ [`${key}.period`]: '5m' })], []],
  ])('%s', (_what, pod, now, said) => {
    expect(surveyed(pod, now)).toEqual(said);
  });

  it('whose inherited sidecar somebody took out again is bare', () => {
    const pod = createdIn([asking]);
    const { initContainers: _gone, ...spec } = pod.spec;
    expect(surveyed(running({ ...pod, spec }), [asking])).toEqual([
      'logs bare: namespace shop asks for it, and the pod has no such sidecar',
    ]);
  });

  it('is taken as it is where nobody may read what it inherits', () => {
    expect(surveyed(createdIn([asking]), [], { areAllKnown: false })).toEqual(['logs injected']);
    const inheriting = createdIn([shop({ [`${key}.period`]: '5m' })], { [key]: 'true' });
    expect(surveyed(inheriting, [], { areAllKnown: false })).toEqual(['logs injected']);
    const withdrawn = createdIn([], { [key]: 'true' });
    const { [key]: _switch, ...annotations } = withdrawn.metadata.annotations ?? {};
    const changed = { ...withdrawn, metadata: { ...withdrawn.metadata, annotations } };
    expect(surveyed(changed, [], { areAllKnown: false })).toEqual([
      'logs outdated: no annotation asks for it any more',
    ]);
  });

  it('is outdated by the definition as any other pod', () => {
    const definitions = sidecarsOf({
      logs: { container: { image: 'example.com/logs:v2' }, parameters: { period } },
    });
    expect(surveyed(createdIn([asking]), [asking], { definitions })).toEqual([
      'logs outdated: the image differs',
    ]);
  });

  it('tells where what asks for it comes from, also where nothing differs', () => {
    const plans = new PlanMemory(set, defaultPolicy);
    const pod = createdIn([asking], { [proxy]: 'true' });
    const known = { sources: [asking], areAllKnown: true };
    const found = surveyPod(pod, (one, inheritance) => plans.planFor(one, inheritance), known);
    expect(found.map(({ container, from }) => [container, from])).toEqual([
      ['logs', 'namespace shop'],
      ['proxy', undefined],
    ]);
  });
});
