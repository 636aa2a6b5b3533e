/** What the page shows of a manifest: pure, and by the functions that the command `inject` uses. */
import { type Refusal, skipReasons, type Warning } from '../injection/reason.ts';
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
  /** The pods and workloads in it. */
  readonly objects: readonly ShownObject[];
  /** Why the text cannot be read or edited. */
  readonly problems: readonly ManifestProblem[];
}

/** A pod or a workload. */
export interface ShownObject {
  readonly object: JsonObject;
  readonly kind: PodMakerKind;
  /** As kubectl names it: `deployment/web`. */
  readonly name: string;
  readonly line: number;
  readonly decision: ObjectInjection;
  /** In a few words. */
  readonly outcome: string;
  readonly findings: readonly ShownFinding[];
  readonly annotations: readonly ShownAnnotation[];
}

export type ShownFinding = (Refusal | Warning) & {
  /** Where in the text what it is about stands, or the object where that cannot be told. */
  readonly place: Stretch;
};

export type ShownAnnotation = CountingAnnotation & { readonly place: Stretch | undefined };

/** Decides about all objects of a text. */
export function showManifest(text: string, engine: PlaygroundEngine): ShownManifest {
  const written = namespacesInText(text);
  const sourcesOf = sourcesAmong(written.namespaces, engine.rules);
  const objects: Omit<ShownObject, 'line'>[] = [];
  const { injector, workloadKinds } = engine;
  const edited = editManifest('manifest', text, (object, placeOf) => {
    const kind = podMakerKindOf(object, workloadKinds);
    if (kind === undefined) return undefined;
    const inherited = (labels: Labels) => sourcesOf(namespaceOf(object) ?? 'default', labels);
    const options = { injector, workloadKinds, annotations: {}, extent: 'all', inherited } as const;
    const decision = injectObject(object, options);
    if (decision === undefined) return undefined;
    const counting = countingAnnotations(object, kind, inherited(podLabelsIn(object, kind)));
    const annotations = counting.map(found => ({
      ...found,
      place: placeOfAnnotation(found, placeOf, written),
    }));
    const findings = findingsOf(decision, { annotations, placeOf });
    const shown = { name: shownObject(object), outcome: outcomeOf(decision), findings, annotations };
    objects.push({ object, kind, decision, ...shown });
    return decision;
  });
  return {
    after: edited.problems.length > 0 ? text : edited.edited,
    edits: edited.problems.length > 0 ? [] : edited.edits,
    objects: objects.map((shown, index) => ({ ...shown, line: edited.objects[index]?.line ?? 1 })),
    problems: [...written.problems, ...edited.problems],
  };
}

function outcomeOf(decision: ObjectInjection): string {
  switch (decision.outcome) {
    case 'refused':
      return 'refused';
    case 'skipped':
      return `left as it is: ${skipReasons[decision.reason]}`;
    default:
      return `gets ${decision.sidecars.join(', ')}`;
  }
}

function placeOfAnnotation(
  { key, from, path }: CountingAnnotation,
  placeOf: ManifestObject['placeOf'],
  { placeIn }: NamespacesInText,
): Stretch | undefined {
  return path === undefined ? placeIn(from, ['metadata', 'annotations', key]) : placeOf(path);
}

interface Around {
  readonly annotations: readonly ShownAnnotation[];
  readonly placeOf: ManifestObject['placeOf'];
}

function findingsOf(decision: ObjectInjection, around: Around): readonly ShownFinding[] {
  const refusals = decision.outcome === 'refused' ? decision.refusals : [];
  return [...refusals, ...warningsOf(decision)].map(told => {
    const { kind, code, where, message } = told;
    return { kind, code, where, message, place: placeOfFinding(where, around) } as ShownFinding;
  });
}

/** The annotation that a finding speaks of, else the one that asks for its sidecar, else what is at that path. */
function placeOfFinding(where: string, { annotations, placeOf }: Around): Stretch {
  const exact = annotations.find(({ key }) => shownKey(key) === where);
  const asking = annotations.findLast(({ key }) => where.startsWith(`${shownKey(key)}.`));
  return (
    (exact ?? asking)?.place ??
    placeOf(keysOf(where)) ??
    placeOf(['metadata', 'name']) ?? { start: 0, end: 0 }
  );
}

/** The keys of a path as messages write it: `Pod.spec.containers[0].image`, or without the kind. */
function keysOf(where: string): readonly string[] {
  const keys = where.split(/[.[\]]/).filter(key => key !== '');
  return /^[A-Z]/.test(where) ? keys.slice(1) : keys;
}
