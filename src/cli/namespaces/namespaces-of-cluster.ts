import type { ApiClient } from '../../cluster/api-client.ts';
import { learn } from '../../cluster/installation/learn.ts';
import { namespacePages } from '../../cluster/namespace-objects.ts';
import type { Fact } from '../../diagnosis/fact.ts';
import { type NamespaceFacts, readFacts } from '../../namespaces/namespace-facts.ts';
import type { KnownNamespaces } from '../../namespaces/sources-of.ts';

/** What all namespaces of a cluster say, or the one of a name, or why nobody tells. Of each only that is kept. */
export function namespacesOfCluster(
  client: Pick<ApiClient, 'request'>,
  name: string | undefined,
): Promise<Fact<KnownNamespaces>> {
  return learn(read(client, name));
}

async function read(client: Pick<ApiClient, 'request'>, name: string | undefined): Promise<KnownNamespaces> {
  const known = new Map<string, NamespaceFacts>();
  for await (const page of namespacePages(client, name))
    for (const facts of page.map(object => readFacts(object, 'Namespace')))
      known.set(name ?? facts.name, facts);
  return known;
}
