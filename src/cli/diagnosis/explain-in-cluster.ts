import { isWorthTelling } from '../../diagnosis/explanation/is-worth-telling.ts';
import { namespaceOf } from '../../written-objects/namespace-of.ts';
import type { EngineChoice } from '../load-engine.ts';
import { findManifests } from '../manifests/find-manifests.ts';
import { type Explained, explainedObject, writtenObjects } from './explain-files.ts';
import { ExplainingCluster } from './explaining-cluster.ts';
import type { ExplainedObject } from './explanation-text.ts';
import { type ClusterChoice, connectToCluster } from './look-at-cluster.ts';

/** Explains the objects of manifests as they would be in a cluster. */
export async function explainFilesInCluster(
  paths: readonly string[],
  choice: ClusterChoice & EngineChoice,
): Promise<Explained> {
  const { cluster, context, namespace } = await connect(choice);
  const objects: ExplainedObject[] = [];
  for await (const written of writtenObjects(await findManifests(paths))) {
    const place = namespaceOf(written.value) ?? namespace;
    const { explanation, unknown } = await cluster.explainManifest(written.value, place);
    if (isWorthTelling(written.value, explanation, cluster.workloadKinds)) {
      objects.push(explainedObject({ ...written, unknown }, explanation, place));
    }
  }
  return { context, definitions: cluster.definitions, objects };
}

/** Explains one object that a cluster has. */
export async function explainObject(
  { kind, name }: { readonly kind: string; readonly name: string },
  choice: ClusterChoice & EngineChoice,
): Promise<Explained> {
  const { cluster, context, namespace } = await connect(choice);
  const value = await cluster.read(kind, name, namespace);
  const { explanation, unknown } = await cluster.explainStored(value, namespace);
  const objects = [explainedObject({ value, unknown }, explanation, namespace)];
  return { context, definitions: cluster.definitions, objects };
}

async function connect(choice: ClusterChoice & EngineChoice) {
  const cluster = await connectToCluster(choice);
  const { context, namespace } = cluster;
  return { cluster: await ExplainingCluster.connect(cluster, choice), context: context.name, namespace };
}
