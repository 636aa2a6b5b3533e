import { clusterDefinitions } from '../cluster-definitions.ts';
import { failure, ok } from '../diagnosis.ts';
import { isKnown, unknown } from '../fact.ts';
import { type InstallationCheck, unread } from '../installation-check.ts';
import { compareDefinitions, differencesInWords } from '../versions/compare-definitions.ts';
import type { DefinitionInForce, InjectorReading } from '../versions/injector-version.ts';
import { answered, nameOf } from '../versions/told-versions.ts';

export const definitionsInForce: InstallationCheck = {
  name: 'definitions-in-force',
  category: 'definitions',
  title: 'the replicas have the definitions of the ConfigMap in force',
  judge: installation => {
    const { definitions, versions, namespace } = installation;
    if (!isKnown(definitions)) return unread('definitions in the ConfigMap', definitions, 'warning');
    const silent = versions === undefined ? unknown('nobody has asked') : silentOf(versions);
    if (versions === undefined || silent !== undefined) {
      return unread('what the replicas have in force', silent ?? unknown('nobody has asked'), 'warning');
    }
    const { sidecars, next } = clusterDefinitions(installation);
    const wanted = [...sidecars.values(), ...next.values()].map(
      ({ name, version, hash }): DefinitionInForce => ({
        ...{ sidecar: name, hash, file: '' },
        ...(version === undefined ? {} : { version }),
      }),
    );
    const replicas = answered(versions);
    for (const replica of replicas) {
      const differences = compareDefinitions(wanted, hashesOf(replica.version.definitions));
      const words = differencesInWords(differences, ['in the ConfigMap', 'in force']);
      if (words === undefined) continue;
      return failure(
        'definition-not-in-force',
        `${nameOf(replica)} in namespace ${namespace}: ${words}`,
        'wait two minutes, which the kubelet takes to bring it; then see the logs of the replica',
      );
    }
    return ok(`${replicas.length} ${replicas.length === 1 ? 'replica' : 'replicas'}`);
  },
};

/** Why a replica, or all of them, did not answer. */
export function silentOf({ replicas }: InjectorReading) {
  if (!isKnown(replicas)) return replicas;
  if (replicas.value.length === 0) return unknown('there is no replica to ask');
  return replicas.value.map(({ version }) => version).find(version => !isKnown(version));
}

/** Without the images: those of a mirror are another registry's. */
function hashesOf(definitions: readonly DefinitionInForce[]): readonly DefinitionInForce[] {
  return definitions.map(({ image: _image, ...definition }) => definition);
}
