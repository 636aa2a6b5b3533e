import { InjectorError } from '../injector-error.ts';
import { editManifests, type ManifestObject } from '../manifests/edit-manifests.ts';
import type { ManifestProblem } from '../manifests/manifest-problem.ts';
import type { Stretch } from '../manifests/place-in.ts';
import type { NamespaceFacts } from '../namespaces/namespace-facts.ts';
import { originOf } from '../namespaces/sources-for.ts';
import type { KnownNamespaces } from '../namespaces/sources-of.ts';
import { isNamespace, storedFacts } from '../written-objects/written-namespaces.ts';

/** The Namespaces among the documents of a text; of one that stands there twice the last counts. */
export interface NamespacesInText {
  readonly namespaces: KnownNamespaces;
  /** Those that are none of the Kubernetes API. */
  readonly problems: readonly ManifestProblem[];
  /** Where their annotations stand, by origin and key. */
  readonly places: ReadonlyMap<string, ReadonlyMap<string, Stretch>>;
}

/** Reads them. What cannot be read at all is told by who reads the text next. */
export function namespacesInText(text: string): NamespacesInText {
  const namespaces = new Map<string, NamespaceFacts>();
  const places = new Map<string, ReadonlyMap<string, Stretch>>();
  const problems: ManifestProblem[] = [];
  const read = ({ value, line, placeOf }: ManifestObject) => {
    if (!isNamespace(value)) return [];
    try {
      const facts = storedFacts(value, `line ${line}`);
      namespaces.set(facts.name, facts);
      places.set(originOf(facts.name), placesOf(facts, placeOf));
    } catch (error) {
      if (!(error instanceof InjectorError)) throw error;
      problems.push({ line, message: error.message });
    }
    return [];
  };
  // Most manifests have none, and need not be read for that.
  if (text.includes('Namespace')) editManifests(text, read);
  return { namespaces, problems, places };
}

function placesOf(
  { annotations }: NamespaceFacts,
  placeOf: ManifestObject['placeOf'],
): ReadonlyMap<string, Stretch> {
  const keys = Object.keys(annotations);
  return new Map(
    keys.flatMap(key => {
      const place = placeOf(['metadata', 'annotations', key]);
      return place === undefined ? [] : [[key, place]];
    }),
  );
}
