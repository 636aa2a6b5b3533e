import { InjectorError } from '../injector-error.ts';
import { type ManifestObject, readManifests } from '../manifests/edit-manifests.ts';
import type { ManifestProblem } from '../manifests/manifest-problem.ts';
import type { Stretch } from '../manifests/place-in.ts';
import type { NamespaceFacts } from '../namespaces/namespace-facts.ts';
import type { KnownNamespaces } from '../namespaces/sources-of.ts';
import { isNamespace, storedFacts } from '../written-objects/written-namespaces.ts';

/** The Namespaces among the documents of a text; of one that stands there twice the last counts. */
export interface NamespacesInText {
  readonly namespaces: KnownNamespaces;
  /** Those that are none of the Kubernetes API. */
  readonly problems: readonly ManifestProblem[];
  /** Where something stands in the Namespace that messages name so: `namespace shop`. */
  readonly placeIn: (from: string, path: readonly string[]) => Stretch | undefined;
}

/** Reads them. What cannot be read at all is told by who reads the text next. */
export function namespacesInText(text: string): NamespacesInText {
  const found = new Map<string, { facts: NamespaceFacts; placeOf: ManifestObject['placeOf'] }>();
  const problems: ManifestProblem[] = [];
  // Most manifests have none, and need not be read for that.
  const { objects } = text.includes('Namespace') ? readManifests(text) : { objects: [] };
  for (const { value, line, placeOf } of objects) {
    if (!isNamespace(value)) continue;
    try {
      const facts = storedFacts(value, `line ${line}`);
      found.set(facts.name, { facts, placeOf });
    } catch (error) {
      if (!(error instanceof InjectorError)) throw error;
      problems.push({ line, message: error.message });
    }
  }
  return {
    namespaces: new Map([...found].map(([name, { facts }]) => [name, facts])),
    problems,
    placeIn: (from, path) => found.get(from.replace(/^namespace /, ''))?.placeOf(path),
  };
}
