import { applyPatch } from '../../injection/patch/apply-patch.ts';
import { skipReasons } from '../../injection/reason.ts';
import { isRequestKey } from '../../injection/request/annotation-keys.ts';
import { shownKey } from '../../injection/shown-value.ts';
import type { JsonObject } from '../../kubernetes/json.ts';
import { MalformedObjectError } from '../../kubernetes/malformed-object-error.ts';
import { readWorkload, type Workload } from '../../kubernetes/workload.ts';
import { decideWorkload, type WorkloadDecision } from '../../workloads/decide-workload.ts';
import { readPropagated } from '../../workloads/propagated-annotations.ts';
import { annotationsAfter, templatePod } from '../../workloads/template-pod.ts';
import type { Engine } from './engine.ts';
import type { Explanation, Told } from './explanation.ts';
import { judgeNamespaceObject } from './judge-namespace-object.ts';
import { explanationOf, type Judgement, judgePod, toldOf } from './judgement.ts';
import { type FoundTemplate, type ObjectRole, roleOf, shownPath } from './object-role.ts';
import { strayKeys } from './stray-keys.ts';
import { uncarriedAnnotations } from './unwatched-kinds.ts';

/** Explains what becomes of an object that is created as it is written, by what the engine and the object itself say. */
export function explainManifest(object: JsonObject, engine: Engine): Explanation {
  return orMalformed(() => {
    const role = roleOf(object, engine.workloadKinds);
    const judgement = judgeManifest(object, role, engine);
    return explanationOf(withStrays(judgement, straysIn(object, role, engine)), 'would-be-injected');
  });
}

/** Tells what is wrong with an object that is not what the Kubernetes API defines; nobody would get any further with it. */
export function orMalformed(explain: () => Explanation): Explanation {
  try {
    return explain();
  } catch (error) {
    if (!(error instanceof MalformedObjectError)) throw error;
    const { path, message } = error;
    const problems = [{ code: 'malformed-object', where: path, message }] as const;
    return explanationOf({ ...nothingAsked, problems }, 'would-be-injected');
  }
}

export function judgeManifest(object: JsonObject, role: ObjectRole, engine: Engine): Judgement {
  switch (role.role) {
    case 'pod':
      return judgePod(role.pod, engine, () => 'the pod');
    case 'workload':
      return judgeNewWorkload(role, engine);
    case 'unwatched':
      return withStrays(judgeTemplates(role.templates, engine), uncarriedAnnotations(object, role.templates));
    case 'namespace':
      return judgeNamespaceObject(object, engine);
    case 'other':
      return withStrays(nothingAsked, uncarriedAnnotations(object, []));
  }
}

const nothingAsked: Judgement = { reason: 'not-requested', sidecars: [], problems: [], warnings: [] };

/** What stands where nobody reads it is why there is no sidecar, or only worth a warning where there is one. */
export function withStrays(judgement: Judgement, strays: readonly Told[]): Judgement {
  const field = judgement.sidecars.length > 0 ? 'warnings' : 'problems';
  return { ...judgement, [field]: [...judgement[field], ...strays] };
}

/** Keys that look like ours and that nobody reads. */
export function straysIn(object: JsonObject, role: ObjectRole, { sidecars }: Engine): readonly Told[] {
  return strayKeys(object, { ...placesOf(role), sidecars });
}

function placesOf(role: ObjectRole): { metadata: readonly (readonly string[])[]; advice: string } {
  switch (role.role) {
    case 'pod':
      return { metadata: [[]], advice: 'write it in metadata.annotations' };
    case 'workload': {
      const { layers, templatePath, kind } = role.workload;
      const paths = layers.map(({ path }) => (path === '' ? [] : path.split('.')));
      return {
        metadata: [...paths, templatePath],
        advice: `write it in metadata.annotations of the ${kind}, or in ${templatePath.join('.')}.metadata.annotations`,
      };
    }
    case 'unwatched': {
      const [first] = role.templates;
      return {
        metadata: [[], ...role.templates.map(({ path }) => path)],
        advice: `write it in ${shownPath(first?.path ?? [])}.metadata.annotations`,
      };
    }
    case 'namespace':
      return { metadata: [[]], advice: 'write it in metadata.annotations of the Namespace' };
    case 'other':
      return { metadata: [[]], advice: 'annotate the Deployment that makes the pods, or the pod itself' };
  }
}

type WorkloadRole = ObjectRole & { readonly role: 'workload' };

/** A workload that is created, and the pods that it makes. */
export function judgeNewWorkload({ kind, workload }: WorkloadRole, engine: Engine): Judgement {
  const decision = decideWorkload({ workload }, engine.injector, engine.workloads);
  const warnings = decision.warnings.map(toldOf);
  if (decision.outcome === 'refused') {
    const problems = decision.refusals.map(toldOf);
    return { reason: problems[0]?.code ?? '', sidecars: [], problems, warnings };
  }
  const after = readWorkload(kind, patched(workload, decision));
  const pods = judgeTemplate(after, engine);
  const isBare = pods.sidecars.length === 0 && pods.problems.length === 0;
  return {
    reason: decision.outcome === 'skipped' ? decision.reason : decision.outcome,
    sidecars: pods.sidecars,
    problems: isBare ? notCarried(workload, decision) : pods.problems,
    warnings,
    ...(pods.leftOut === undefined ? {} : { leftOut: pods.leftOut }),
  };
}

/** What the operator does not want to be carried from a workload to its pods. */
function notCarried({ layers, templatePath }: Workload, decision: WorkloadDecision): readonly Told[] {
  const told = decision.warnings.filter(({ code }) => code === 'not-carried').map(toldOf);
  if (decision.outcome !== 'skipped' || decision.reason !== 'workloads-off') return told;
  const key = layers.flatMap(({ annotations }) => Object.keys(annotations)).find(isRequestKey);
  if (key === undefined) return [];
  const message = `${shownKey(key)}: ${skipReasons[decision.reason]}`;
  const advice = `write it in ${shownPath(templatePath)}.metadata.annotations`;
  return [{ code: decision.reason, where: shownKey(key), message, advice }];
}

function patched({ object }: Workload, decision: WorkloadDecision): JsonObject {
  return decision.outcome === 'propagated' ? applyPatch(object, decision.operations) : object;
}

/** The pods that a workload makes of its template as it is. */
export function judgeTemplate(workload: Workload, engine: Engine): Judgement {
  const pod = templatePod(workload, annotationsAfter(workload, new Map()));
  return judgePod(pod, engine, key => writtenOn(workload, key));
}

/** What a person wrote an annotation on that the template has. */
function writtenOn({ kind, metadata, layers, templatePath }: Workload, key: string): string {
  const carried = readPropagated(metadata.annotations ?? {});
  const layer = carried?.has(key)
    ? layers.findLast(({ annotations }) => Object.hasOwn(annotations, key))
    : undefined;
  if (layer === undefined) return `the pod template (${shownPath(templatePath)})`;
  return layer.path === '' ? `the ${kind}` : layer.path;
}

function judgeTemplates(templates: readonly FoundTemplate[], engine: Engine): Judgement {
  const judged = templates.map(({ workload }) => judgeTemplate(workload, engine));
  const [first = nothingAsked] = judged.filter(({ reason }) => reason !== 'not-requested');
  return {
    reason: first.reason,
    sidecars: judged.flatMap(({ sidecars }) => sidecars),
    problems: judged.flatMap(({ problems }) => problems),
    warnings: judged.flatMap(({ warnings }) => warnings),
  };
}
