/**
 * What becomes of a workload: its annotations are carried into its pod template, and the template is judged by the same
 * engine that will judge its pods, with what these inherit. Nothing that is inherited is ever written into the template: it
 * would stay there when the namespace changes. Pure, as the engine is: no clock, no files, no network.
 */
import type { AnnotationSource } from '../injection/inheritance/annotation-source.ts';
import type { Injector } from '../injection/inject.ts';
import { checkPatch } from '../injection/patch/check-patch.ts';
import type { PatchOperation } from '../injection/patch/patch-operation.ts';
import { promisedOfWorkload } from '../injection/patch/promised-paths.ts';
import { type LeftAsItIs, type Refusal, type Refused, type Warning, warning } from '../injection/reason.ts';
import type { Workload } from '../kubernetes/workload.ts';
import { oneLine } from '../shown-text.ts';
import { checkJob } from './check-job.ts';
import { copiedWarnings } from './copied-sidecars.ts';
import { patchWorkload } from './patch-workload.ts';
import { type EarlierJudgement, type Judgement, previewPods } from './preview-pods.ts';
import { leaveAnnotations, type Propagation, propagateAnnotations } from './propagate-annotations.ts';
import { type TemplateFreedom, templateFreedom } from './template-freedom.ts';
import { annotationsAfter, templatePod } from './template-pod.ts';
import { undeclaredVolumes } from './undeclared-volumes.ts';

/** What becomes of a workload. */
export type WorkloadDecision =
  | {
      readonly outcome: 'propagated';
      /** The names of the sidecars that its pods will get. */
      readonly sidecars: readonly string[];
      readonly operations: readonly PatchOperation[];
      readonly warnings: readonly Warning[];
    }
  | LeftAsItIs
  | Refused;

/** A workload that is created or updated, as it would be, and as it was before the update. */
export interface WorkloadChange {
  readonly workload: Workload;
  readonly before?: Workload | undefined;
  /** What counts for its pods beside their own annotations, the weakest first. */
  readonly sources?: readonly AnnotationSource[];
}

/** `propagate` carries and judges, `warn` only judges and refuses nothing, `off` looks at nothing. */
export type WorkloadMode = 'propagate' | 'warn' | 'off';

/**
 * Decides what becomes of a workload. It is only read.
 *
 * @throws UnappliablePatchError where the patch would not apply: a fault of ours.
 */
export function decideWorkload(
  change: WorkloadChange,
  injector: Injector,
  mode: WorkloadMode,
): WorkloadDecision {
  if (mode === 'off') return { outcome: 'skipped', reason: 'workloads-off', warnings: [] };
  const propagate = mode === 'propagate' ? propagateAnnotations : leaveAnnotations;
  // What stood before is judged by what counts now: a namespace that has changed since is no news of the workload.
  const judge: Injector = pod => injector(pod, change.sources);
  const now = planOf(change.workload, change.before, { propagate, injector: judge });
  const outlook = {
    change,
    now,
    stood: change.before && { workload: change.before, ...judged(change.before, judge) },
  };
  const refusals = refusalsOf(now);
  if (refusals.length === 0) return settle(outlook);
  // It was stored so: nothing of it is being created.
  const earlier = change.before && planOf(change.before, change.before, { propagate, injector: judge });
  return mode === 'warn' || (earlier && areKnown(refusals, refusalsOf(earlier)))
    ? tolerate(outlook, judge)
    : { outcome: 'refused', refusals, warnings: warningsOf(now) };
}

/** Whether an object had all its problems before it was changed. Nobody has hundreds of them in earnest. */
function areKnown(refusals: readonly Refusal[], earlier: readonly Refusal[]): boolean {
  if (refusals.length > maxCompared || earlier.length > maxCompared) return false;
  const known = new Set(earlier.map(({ message }) => message));
  return refusals.every(({ message }) => known.has(message));
}

const maxCompared = 500;

/** What would be done with a workload, and what the engine says of the template that comes of it. */
interface Plan {
  readonly propagation: Propagation;
  readonly judgement: Judgement;
}

/** A change, what would be done, and what the engine says of the template as it was before. */
interface Outlook {
  readonly change: WorkloadChange;
  readonly now: Plan;
  readonly stood: EarlierJudgement | undefined;
}

function planOf(
  workload: Workload,
  before: Workload | undefined,
  { propagate, injector }: { readonly propagate: typeof propagateAnnotations; readonly injector: Injector },
): Plan {
  const propagation = propagate(workload, before);
  return { propagation, judgement: judged(workload, injector, propagation.changes) };
}

function judged(
  workload: Workload,
  injector: Injector,
  changes: Propagation['changes'] = new Map(),
): Judgement {
  const pod = templatePod(workload, annotationsAfter(workload, changes));
  return { pod, decision: injector(pod) };
}

function refusalsOf({ judgement: { decision } }: Plan): readonly Refusal[] {
  return decision.outcome === 'refused' ? decision.refusals : [];
}

function warningsOf({ propagation, judgement }: Plan): readonly Warning[] {
  return [...propagation.warnings, ...copiedWarnings(judgement.pod), ...judgement.decision.warnings];
}

/**
 * A problem that the object had before is told and stops nothing, as with the API server's own validation: a stricter
 * release or an edited definition must not block the fix of something else. For the same reason nothing is carried that
 * would turn a template whose pods start into one whose pods do not.
 */
function tolerate(outlook: Outlook, injector: Injector): WorkloadDecision {
  const { change, now } = outlook;
  const isBroken = judged(change.workload, injector).decision.outcome === 'refused';
  const what = isBroken ? 'pods are refused' : 'not carried to the pods';
  const told = refusalsOf(now).map(problem =>
    warning(problem.code, problem.where, () => `${what}: ${problem.message}`),
  );
  const propagation = isBroken
    ? now.propagation
    : { ...now.propagation, changes: new Map(), memory: undefined };
  const plan = { ...now, propagation: { ...propagation, warnings: [...told, ...propagation.warnings] } };
  return settle({ ...outlook, now: plan });
}

/** Puts a plan that nothing stands against into a decision. */
function settle(outlook: Outlook): WorkloadDecision {
  const { change, now } = outlook;
  const { workload } = change;
  const { decision } = now.judgement;
  const freedom = templateFreedom(workload, change.before);
  const operations = operationsFor(change, now, freedom);
  if (freedom === 'nothing') {
    const fixed = operations.length > 0 ? [templateFixed(workload)] : [];
    return { outcome: 'skipped', reason: 'template-unchanged', warnings: [...fixed, ...warningsOf(now)] };
  }
  const warnings = [...(isMadeByController(change) ? [] : newsOf(outlook)), ...warningsOf(now)];
  if (operations.length === 0) {
    const reason = decision.outcome === 'skipped' ? decision.reason : 'template-unchanged';
    return { outcome: 'skipped', reason, warnings };
  }
  checkPatch(workload.object, operations, promisedOfWorkload(workload.templatePath));
  const sidecars = decision.outcome === 'injected' ? decision.sidecars : [];
  return {
    outcome: 'propagated',
    sidecars: sidecars.map(({ instance }) => instance.name),
    operations,
    warnings,
  };
}

/** What is to be told of the pods that was not so before. */
function newsOf({ change: { workload }, now, stood }: Outlook): readonly Warning[] {
  const known = new Set(stood ? checkJob(stood.workload, stood.decision).map(({ message }) => message) : []);
  const news = checkJob(workload, now.judgement.decision).filter(({ message }) => !known.has(message));
  return [...previewPods(workload, now.judgement, stood), ...news];
}

/** Then nobody is there to be told what is as it should be. */
function isMadeByController({ workload, before }: WorkloadChange): boolean {
  return (
    before === undefined && (workload.metadata.ownerReferences ?? []).some(({ controller }) => controller)
  );
}

function operationsFor(
  { workload, before }: WorkloadChange,
  { propagation, judgement: { decision } }: Plan,
  freedom: TemplateFreedom,
): readonly PatchOperation[] {
  if (propagation.memory === undefined) return [];
  const volumes = freedom === 'annotations' ? [] : undeclaredVolumes(workload, before, decision);
  return patchWorkload(workload, propagation, volumes);
}

function templateFixed({ kind, metadata }: Workload): Warning {
  const name = oneLine(metadata.name ?? 'it', maxNameLength);
  return warning(
    'template-fixed',
    kind,
    () => `the template of a ${kind} cannot change: delete ${name} and create it again`,
  );
}

const maxNameLength = 63;
