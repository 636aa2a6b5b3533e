import type { ApiClient } from '../../cluster/api-client.ts';
import { learn } from '../../cluster/installation/learn.ts';
import { namespaceOfInjector } from '../../cluster/namespace-of-injector.ts';
import { readRegistration } from '../../cluster/registration.ts';
import { type Fact, isKnown } from '../../diagnosis/fact.ts';
import { isClusterWide } from '../../diagnosis/registration.ts';
import { excludedBeside } from '../../namespaces/excluded-namespaces.ts';
import type { InjectionRule } from '../../namespaces/injection-rule.ts';
import { type SourcesInCluster, sourcesInCluster } from '../../namespaces/sources-in-cluster.ts';
import type { KnownNamespaces } from '../../namespaces/sources-of.ts';
import { namespacesOfCluster } from './namespaces-of-cluster.ts';

type Client = Pick<ApiClient, 'request'>;

/** What counts for pods in a cluster beside their own annotations, and what could not be learnt of it, in words. */
export interface LearntSources {
  readonly sourcesIn: SourcesInCluster;
  readonly unknown: readonly string[];
}

/** Learns it of one namespace, or of all, and of these rules. */
export async function learnSources(
  client: Client,
  rules: readonly InjectionRule[],
  namespace: string | undefined,
): Promise<LearntSources> {
  const [namespaces, registration] = await Promise.all([
    namespacesOfCluster(client, namespace),
    learn(readRegistration(client)),
  ]);
  const sourcesIn = sourcesInCluster({
    ...{ namespaces: namespaces.value, rules },
    // Where nobody may read the registration, a rule is taken to reach what it names.
    isClusterWide: !isKnown(registration) || isClusterWide(registration.value),
    excluded: excludedBeside(namespaceOfInjector(registration.value)),
  });
  return { sourcesIn, unknown: unknownOf(namespaces) };
}

function unknownOf(namespaces: Fact<KnownNamespaces>): readonly string[] {
  return isKnown(namespaces)
    ? []
    : [`what namespaces ask for: ${namespaces.unknown}; taken: the annotations of the pods themselves`];
}
