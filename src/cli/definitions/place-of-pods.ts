import type { AnnotationSource } from '../../injection/inheritance/annotation-source.ts';
import type { InjectionPolicy } from '../../injection/policy.ts';
import { shownList } from '../../injection/shown-value.ts';
import { sourcesAmong } from '../../namespaces/sources-of.ts';
import type { SidecarSettings } from '../../sidecars/sidecar-set.ts';
import { loadConfiguration } from '../load-engine.ts';
import { policyOf } from '../policy-of.ts';
import { UsageError } from '../usage-error.ts';

/** Where pods are to be. */
export interface PodPlaceChoice {
  readonly namespaces?: string | undefined;
  readonly namespace?: string | undefined;
  readonly config?: string | undefined;
}

/** What counts for pods there. */
export interface PodPlace {
  readonly settings: SidecarSettings;
  readonly sources: readonly AnnotationSource[];
  readonly policy: InjectionPolicy;
}

/**
 * Reads what counts for pods in a place.
 *
 * @throws UsageError where it is not said which namespace is meant.
 */
export async function placeOfPods(choice: PodPlaceChoice): Promise<PodPlace> {
  const { namespaces: file, namespace, config: settings } = choice;
  const config = await loadConfiguration({ namespaces: file, config: settings });
  const { readNamespaces } = await import('../manifests/read-namespaces.ts');
  const known = await readNamespaces(config.namespaces);
  const [only = 'default', ...others] = known.keys();
  if (namespace === undefined && others.length > 0)
    throw new UsageError(`--namespaces has ${shownList([only, ...others])}; name one with -n`);
  const sources = sourcesAmong(known, config.inject)(namespace ?? only, {});
  return { settings: config, sources, policy: policyOf(config, config.nativeSidecars !== 'never') };
}
