import { shownName } from '../../injection/shown-value.ts';
import type { NamespaceFacts } from '../../namespaces/namespace-facts.ts';
import type { KnownNamespaces } from '../../namespaces/sources-of.ts';
import { type WrittenNamespace, writtenNamespaces } from '../../written-objects/written-namespaces.ts';
import { tell } from '../print.ts';
import type { ManifestSource } from './find-manifests.ts';
import { isReadOnce, readManifest } from './read-manifest.ts';

/** Manifests, and the Namespaces that stand in them. */
export interface ManifestNamespaces {
  /** The same, of which nothing has to be read twice that cannot be. */
  readonly sources: readonly ManifestSource[];
  readonly namespaces: KnownNamespaces;
}

/**
 * Looks for Namespaces in manifests before anything is done with these. What cannot be read is told by who reads it next.
 * Of one that stands there twice the last counts, as for who applies them in this order.
 *
 * @throws InjectorError where a Namespace is none of the Kubernetes API.
 */
export async function namespacesAmong(found: readonly ManifestSource[]): Promise<ManifestNamespaces> {
  const sources: ManifestSource[] = [];
  const namespaces = new Map<string, WrittenNamespace>();
  for (const source of found) {
    const isOnce = await isReadOnce(source).catch(() => false);
    const reading = readManifest(source);
    const text = await reading.catch(() => '');
    sources.push(isOnce ? { ...source, reading } : source);
    if (!kindPattern.test(text)) continue;
    for (const written of writtenNamespaces(source.name, text).namespaces) {
      tellDifference(namespaces.get(written.facts.name), written);
      namespaces.set(written.facts.name, written);
    }
  }
  return { sources, namespaces: new Map([...namespaces].map(([name, { facts }]) => [name, facts])) };
}

/** Most manifests have none, and need not be read for that. */
const kindPattern = /\bkind["']?\s*:\s*["']?Namespace\b/;

function tellDifference(earlier: WrittenNamespace | undefined, { facts, place }: WrittenNamespace): void {
  if (earlier === undefined || inOrder(earlier.facts) === inOrder(facts)) return;
  tell(
    `namespace/${shownName(facts.name)} stands at ${earlier.place} and differently at ${place}: the last counts`,
  );
}

function inOrder({ labels, annotations }: NamespaceFacts): string {
  return JSON.stringify([labels, annotations].map(all => Object.entries(all).toSorted()));
}
