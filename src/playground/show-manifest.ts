/** What the page shows of a manifest: pure, and by the functions that the command `inject` uses. */

import { explainManifest } from '../diagnosis/explanation/explain-manifest.ts';
import type { ExplainedSidecar, Explanation, Told } from '../diagnosis/explanation/explanation.ts';
import { isWorthTelling } from '../diagnosis/explanation/is-worth-telling.ts';
import { toldOf } from '../diagnosis/explanation/judgement.ts';
import { inheriting } from '../diagnosis/inheriting.ts';
import { inNamespace } from '../injection/in-namespace.ts';
import type { AnnotationSource } from '../injection/inheritance/annotation-source.ts';
import { type Refusal, skipReasons, type Warning } from '../injection/reason.ts';
import { switchKey } from '../injection/request/annotation-keys.ts';
import { shownKey } from '../injection/shown-value.ts';
import type { JsonObject } from '../kubernetes/json.ts';
import type { Labels } from '../kubernetes/label-selector.ts';
import type { ManifestObject } from '../manifests/edit-manifests.ts';
import type { ManifestProblem } from '../manifests/manifest-problem.ts';
import type { Stretch } from '../manifests/place-in.ts';
import type { TextEdit } from '../manifests/text-edit.ts';
import { sourcesAmong } from '../namespaces/sources-of.ts';
import { editManifest } from '../written-objects/edited-manifest.ts';
import { injectObject, type ObjectInjection } from '../written-objects/inject-object.ts';
import { namespaceOf } from '../written-objects/namespace-of.ts';
import { shownObject, warningsOf } from '../written-objects/object-report.ts';
import { type PodMakerKind, podLabelsIn, podMakerKindOf } from '../written-objects/pod-maker.ts';
import { type CountingAnnotation, countingAnnotations } from './counting-annotations.ts';
import type { PlaygroundEngine } from './engine.ts';
import { type NamespacesInText, namespacesInText } from './namespaces-in-text.ts';

/** A manifest, and what becomes of it. */
export interface ShownManifest {
  /** With what is added to the objects that are not refused. */
  readonly after: string;
  readonly edits: readonly TextEdit[];
  /** The pods and workloads in it, and what else there is something to tell of. */
  readonly objects: readonly ShownObject[];
  /** Why the text cannot be read or edited. */
  readonly problems: readonly ManifestProblem[];
}

/** A pod, a workload, or something else of which there is something to tell. */
export interface ShownObject {
  readonly object: JsonObject;
  /** As kubectl names it: `deployment/web`. */
  readonly name: string;
  /** Its namespace and name, and which of this name it is: the same while others come and go around it. */
  readonly id: string;
  readonly line: number;
  /** Absent where it makes no pods. */
  readonly making?: { readonly kind: PodMakerKind; readonly decision: ObjectInjection };
  /** In a word: for a style, and for who reads on. */
  readonly outcome: 'injected' | 'refused' | 'skipped' | 'noted';
  /** The same in a sentence. */
  readonly sentence: string;
  readonly sidecars: readonly ExplainedSidecar[];
  readonly findings: readonly ShownFinding[];
  readonly annotations: readonly ShownAnnotation[];
}

/** Something that is wrong, or that a person should know. */
export interface ShownFinding extends Told {
  readonly kind: 'problem' | 'warning';
  /** Where in the text what it is about stands, or the object where that cannot be told. */
  readonly place: Stretch;
}

export type ShownAnnotation = CountingAnnotation & { readonly place: Stretch | undefined };

/** Decides about all objects of a text. */
export function showManifest(text: string, engine: PlaygroundEngine): ShownManifest {
  const written = namespacesInText(text);
  const sourcesOf = sourcesAmong(written.namespaces, engine.rules);
  const objects: ShownObject[] = [];
  const counts = new Map<string, number>();
  let left = maxObjects;
  const edited = editManifest('manifest', text, (object, { line, placeOf }) => {
    if (left-- <= 0) return undefined;
    const home = namespaceOf(object) ?? 'default';
    const there: Place = { placeOf, written, sourcesOf: labels => sourcesOf(home, labels) };
    const shown = showObject(object, engineIn(home, engine), there);
    if (shown !== undefined) {
      const named = `${home} ${shown.name}`;
      const count = (counts.get(named) ?? 0) + 1;
      counts.set(named, count);
      objects.push({ ...shown, id: `${named} ${count}`, line });
    }
    return shown?.making?.decision;
  });
  return {
    after: edited.problems.length > 0 ? text : edited.edited,
    edits: edited.problems.length > 0 ? [] : edited.edits,
    objects,
    problems: [...written.problems, ...(left < 0 ? [tooMany] : []), ...edited.problems],
  };
}

/** More than a browser shows at once; a link could carry a hundred thousand. */
const maxObjects = 1000;

/** The text can be used all the same. */
export const tooMany: ManifestProblem = {
  line: 1,
  message: `this page shows the first ${maxObjects} objects; "sidecar-injector inject" takes any number`,
};

/** Where an object stands. */
interface Place extends Pick<ManifestObject, 'placeOf'> {
  readonly written: NamespacesInText;
  readonly sourcesOf: (podLabels: Labels) => readonly AnnotationSource[];
}

function engineIn(home: string, engine: PlaygroundEngine): PlaygroundEngine {
  const { injector, explaining } = engine;
  return {
    ...engine,
    injector: inNamespace(injector, home),
    explaining: { ...explaining, injector: inNamespace(explaining.injector, home) },
  };
}

function showObject(
  object: JsonObject,
  { injector, workloadKinds, explaining }: PlaygroundEngine,
  { placeOf, written, sourcesOf }: Place,
): Omit<ShownObject, 'id' | 'line'> | undefined {
  const kind = podMakerKindOf(object, workloadKinds);
  const options = { injector, workloadKinds, annotations: {}, extent: 'all', inherited: sourcesOf } as const;
  const decision = kind && injectObject(object, options);
  const engine = inheriting(explaining, ({ metadata }) => sourcesOf(metadata.labels ?? {}));
  const explanation = explainManifest(object, engine);
  if (decision === undefined && !isWorthTelling(object, explanation, workloadKinds)) return undefined;
  const counting = kind ? countingAnnotations(object, kind, sourcesOf(podLabelsIn(object, kind))) : [];
  const placeOfCounting = (found: CountingAnnotation) => placeOfAnnotation(found, placeOf, written);
  const byShownKey = new Map(counting.map(found => [shownKey(found.key), found]));
  const placeOfFinding = (where: string) => {
    // The annotation that a finding speaks of, else the one that asks for its sidecar, else what is at that path.
    const found = byShownKey.get(where) ?? byShownKey.get(switchKey(where));
    return (found && placeOfCounting(found)) ?? placeOfPath(where, placeOf);
  };
  return {
    object,
    name: shownObject(object),
    ...(kind && decision ? { making: { kind, decision } } : {}),
    outcome: outcomeOf(decision, explanation),
    sentence: sentenceOf(decision, explanation),
    sidecars: explanation.sidecars,
    findings: findingsOf(decision, explanation).map(found => ({
      ...found,
      place: placeOfFinding(found.where),
    })),
    annotations: counting
      .slice(0, maxAnnotations)
      .map(found => ({ ...found, place: placeOfCounting(found) })),
  };
}

/** A pod carries a few dozen in earnest. */
const maxAnnotations = 500;

/** Nobody reads more of them, and each has a place that is looked for. */
const maxFindings = 100;

function outcomeOf(decision: ObjectInjection | undefined, { problems }: Explanation): ShownObject['outcome'] {
  // What is left as it is although something is wrong with it speaks by its findings.
  if (decision === undefined || (decision.outcome === 'skipped' && problems.length > 0)) return 'noted';
  return decision.outcome === 'annotated' ? 'injected' : decision.outcome;
}

function sentenceOf(
  decision: ObjectInjection | undefined,
  { problems, warnings, leftOut = [] }: Explanation,
): string {
  if (decision === undefined)
    return warnings
      .filter(isNews)
      .map(({ message }) => message)
      .join('; ');
  switch (decision.outcome) {
    case 'refused':
      return 'is refused';
    case 'skipped': {
      if (problems.length > 0) return '';
      const out = leftOut.map(({ annotation, on }) => `${annotation} on ${on} is "false"`);
      return `stays as it is: ${out.length > 0 ? out.join(', ') : skipReasons[decision.reason]}`;
    }
    default:
      return `gets ${decision.sidecars.join(', ')}`;
  }
}

/** What is to come is told by the sentence of the object. */
function isNews({ code }: Told): boolean {
  return code === 'pods-change';
}

/** What `inject` says of it, and what `explain` has to say beyond that; each thing once. */
function findingsOf(
  decision: ObjectInjection | undefined,
  { problems, warnings }: Explanation,
): readonly Omit<ShownFinding, 'place'>[] {
  const refusals = decision?.outcome === 'refused' ? decision.refusals : [];
  const ownWarnings = decision ? warningsOf(decision) : [];
  const few = (own: readonly (Refusal | Warning)[], others: readonly Told[]) =>
    [...own.slice(0, maxFindings).map(toldOf), ...others].slice(0, 2 * maxFindings);
  const all = [
    ...few(refusals, problems).map(told => ({ ...told, kind: 'problem' as const })),
    ...few(ownWarnings, warnings).map(told => ({ ...told, kind: 'warning' as const })),
  ];
  const identity = ({ code, where, message }: Told) => JSON.stringify([code, where, message]);
  const once = new Map(all.toReversed().map(told => [identity(told), told]));
  return [...once.values()]
    .toReversed()
    .filter(told => !isNews(told))
    .slice(0, maxFindings);
}

function placeOfAnnotation(
  { key, from, path }: CountingAnnotation,
  placeOf: ManifestObject['placeOf'],
  { places }: NamespacesInText,
): Stretch | undefined {
  return path === undefined ? places.get(from)?.get(key) : placeOf(path);
}

/** What is at a path as messages name it, else the object. */
function placeOfPath(where: string, placeOf: ManifestObject['placeOf']): Stretch {
  return (
    placeOf(['metadata', 'annotations', where]) ??
    placeOf(keysOf(where)) ??
    placeOf(['metadata', 'name']) ??
    placeOf([]) ?? { start: 0, end: 0 }
  );
}

/** The keys of a path as messages write it: `Pod.spec.containers[0].image`, or without the kind. */
function keysOf(where: string): readonly string[] {
  const keys = where.split(/[.[\]]/).filter(key => key !== '');
  return /^[A-Z]/.test(where) ? keys.slice(1) : keys;
}
