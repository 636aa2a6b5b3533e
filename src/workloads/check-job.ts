import type { InjectionDecision } from '../injection/inject.ts';
import { type Warning, warning } from '../injection/reason.ts';
import type { RenderedSidecar } from '../injection/render/render-sidecar.ts';
import { parameterKey } from '../injection/request/sidecar-instance.ts';
import { shownName } from '../injection/shown-value.ts';
import { defaultContainerAnnotation } from '../kubernetes/containers.ts';
import { isObject, type JsonObject } from '../kubernetes/json.ts';
import type { Workload } from '../kubernetes/workload.ts';
import { jobSpecOf } from './job-spec.ts';

/** Says where a Job, or those of a CronJob, would take what becomes of a sidecar for what becomes of the app. */
export function checkJob(workload: Workload, decision: InjectionDecision): readonly Warning[] {
  const spec = jobSpecOf(workload);
  if (spec === undefined || decision.outcome !== 'injected') return [];
  const { sidecars } = decision;
  return [...checkRestarts(workload, sidecars), ...checkExitCodes(workload, spec, sidecars)];
}

/**
 * The Job controller adds up the restarts of all containers, native sidecars among them, where the pods have
 * `restartPolicy: OnFailure`, and ends the Job with `BackoffLimitExceeded`. With `Never` it counts failed pods.
 * https://github.com/kubernetes/kubernetes/issues/58972
 */
function checkRestarts({ template }: Workload, sidecars: readonly RenderedSidecar[]): readonly Warning[] {
  if (template.spec.restartPolicy !== 'OnFailure') return [];
  const running = sidecars.filter(({ mode }) => mode !== 'init');
  return running.map(({ instance: { name, request, definition } }) => {
    const init = definition.modes.includes('init') ? `, or ${parameterKey(request, 'mode')}: init` : '';
    return warning(
      'restarts-count',
      request.shownKey,
      () => `restarts of ${shownName(name)} count against backoffLimit: use restartPolicy: Never${init}`,
    );
  });
}

/**
 * A rule on exit codes without a container's name takes those of every container of a failed pod. The sidecar ends with
 * the pod, and often not with 0: by a signal, or because it failed.
 * https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-failure-policy
 */
function checkExitCodes(
  { template }: Workload,
  { podFailurePolicy }: JsonObject,
  [sidecar]: readonly RenderedSidecar[],
): readonly Warning[] {
  const rules = isObject(podFailurePolicy) ? podFailurePolicy['rules'] : [];
  if (sidecar === undefined || !Array.isArray(rules)) return [];
  const lastEffect = rules.findLastIndex(rule => isObject(rule) && rule['action'] !== 'Count');
  const taking = rules.flatMap((rule, index) =>
    isObject(rule) && index <= lastEffect && doesTakeSidecars(rule) ? [index] : [],
  );
  const [first] = taking;
  if (first === undefined) return [];
  const { name } = sidecar.instance;
  const app = appContainer(template);
  const others = taking.length > 1 ? ` (and ${taking.length - 1} more)` : '';
  const place = `podFailurePolicy.rules[${first}].onExitCodes${others}`;
  return [
    warning(
      'exit-codes-shared',
      `podFailurePolicy.rules[${first}]`,
      () => `add containerName: ${shownName(app)} to ${place}: it takes ${shownName(name)}'s exit code too`,
    ),
  ];
}

/**
 * Whether a rule is one on the exit codes of any container, and one that a sidecar may end with is among them. What the
 * rule does is not asked: a Job that fails at once, an index that does, and a failure that is ignored are all wrong
 * where the app ended otherwise. Only `Count` is what happens anyway, where no rule of another kind follows.
 */
function doesTakeSidecars({ onExitCodes }: JsonObject): boolean {
  if (!isObject(onExitCodes) || (onExitCodes['containerName'] ?? '') !== '') return false;
  const values: readonly unknown[] = Array.isArray(onExitCodes['values']) ? onExitCodes['values'] : [];
  // No list has all the codes that a container may end with.
  if (onExitCodes['operator'] === 'NotIn') return true;
  return onExitCodes['operator'] === 'In' && values.some(isOfAnyProgram);
}

/**
 * The exit codes of programs in general: a failure, a crash as of Go programs, a container that could not be started, a
 * signal such as 137 and 143. What is between is what an app tells its Job, and no sidecar says it.
 */
function isOfAnyProgram(code: unknown): boolean {
  return typeof code === 'number' && (code === 1 || code === 2 || code >= 125);
}

/** The container whose exit codes a rule is most likely about. */
function appContainer({ metadata, spec }: Workload['template']): string {
  const names = (spec.containers ?? []).map(({ name }) => name);
  const chosen = metadata?.annotations?.[defaultContainerAnnotation];
  return names.find(name => name === chosen) ?? names[0] ?? '';
}
