import type { JsonObject } from '../kubernetes/json.ts';
import { editManifests, type ManifestObject } from '../manifests/edit-manifests.ts';
import type { ManifestProblem } from '../manifests/manifest-problem.ts';
import type { TextEdit } from '../manifests/text-edit.ts';
import { type ObjectDecision, type ObjectReport, operationsOf } from './object-report.ts';

/** The text of a manifest, what becomes of it, and of the objects in it. */
export interface EditedManifest {
  /** As messages name it. */
  readonly name: string;
  readonly before: string;
  /** The same where nothing of it is written. */
  readonly after: string;
  /** The same with all that is done to the objects that are not refused, and where. */
  readonly edited: string;
  readonly edits: readonly TextEdit[];
  readonly objects: readonly ObjectReport[];
  /** Why the text cannot be read or edited, each with its line. */
  readonly problems: readonly ManifestProblem[];
  /** Nothing of it is written: it has a problem, or an object in it is refused. */
  readonly isRefused: boolean;
}

/** Decides about an object; undefined where the object is of no interest. */
export type DecideObject = (object: JsonObject, found: ManifestObject) => ObjectDecision | undefined;

/** Has all objects of a text decided about, and edits it. */
export function editManifest(name: string, before: string, decide: DecideObject): EditedManifest {
  const objects: ObjectReport[] = [];
  const { text, edits, problems } = editManifests(before, found => {
    const { value: object, line } = found;
    const decision = decide(object, found);
    if (decision === undefined) return [];
    objects.push({ object, line, decision });
    return operationsOf(decision);
  });
  const isRefused = problems.length > 0 || objects.some(({ decision }) => decision.outcome === 'refused');
  return {
    name,
    before,
    after: isRefused ? before : text,
    ...{ edited: text, edits, objects, problems },
    isRefused,
  };
}
