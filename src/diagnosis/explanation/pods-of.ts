import { shownName } from '../../injection/shown-value.ts';
import { isGoing, type RunningPod } from '../../kubernetes/running-pod.ts';
import { surveyPod } from '../../running-pods/survey-pod.ts';
import { sourcesOfPod } from '../inheriting.ts';
import type { Circumstances } from './circumstances.ts';
import type { ExplainedPod, Explanation, Told } from './explanation.ts';
import { judgeRunningPod } from './judge-running-pod.ts';

/** The pods that something has now, beside what new ones of it get. */
export function podsOf(next: Explanation, circumstances: Circumstances): readonly ExplainedPod[] {
  const running = circumstances.family.pods.filter(pod => !isGoing(pod));
  return running.map(pod => explainPod(pod, next, circumstances));
}

function explainPod(pod: RunningPod, next: Explanation, circumstances: Circumstances): ExplainedPod {
  const { name } = pod.metadata;
  const { engine } = circumstances;
  const { sidecars, problems, reason } = judgeRunningPod(pod, circumstances);
  if (reason === 'not-requested') {
    const isLate = next.verdict === 'would-be-injected';
    return { name, state: 'not-requested', problems: isLate ? [ofEarlierTemplate(name)] : [] };
  }
  const states = surveyPod(pod, engine.planFor, sourcesOfPod(engine, pod)).map(({ state }) => state);
  const state = statesOfPods.find(candidate => states.includes(candidate));
  return { name, state: state ?? (sidecars.length > 0 ? 'injected' : 'not-requested'), problems };
}

/** The worst first. */
const statesOfPods = ['bare', 'outdated'] as const;

function ofEarlierTemplate(name: string): Told {
  return {
    code: 'pod-older',
    where: `pod ${shownName(name)}`,
    message: 'it was made from an earlier template, which did not ask for a sidecar',
    advice: 'wait for the rollout, or delete the pod: its successor gets the sidecar',
  };
}

/** The problems of pods, each told once with the number of pods that have it. */
export function podProblems(pods: readonly ExplainedPod[]): readonly Told[] {
  const all = pods.flatMap(({ name, problems }) => problems.map(told => ({ name, told })));
  const groups = Map.groupBy(all, ({ told: { code, advice } }) => `${code}\n${advice}`);
  return [...groups.values()].flatMap(group => {
    const [first] = group;
    if (first === undefined) return [];
    const names = new Set(group.map(({ name }) => name));
    const others = names.size > 1 ? ` (and ${names.size - 1} more)` : '';
    const message = `pod ${shownName(first.name)}${others}: ${first.told.message}`;
    return [{ ...first.told, where: `pod ${shownName(first.name)}`, message }];
  });
}
