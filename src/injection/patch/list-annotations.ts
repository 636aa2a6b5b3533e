import type { Pod, Volume } from '../../kubernetes/pod.ts';
import { isOnDisk } from '../../kubernetes/volume.ts';
import { containersOf } from '../merge/assembly.ts';
import { coversToken, givesRole, skipContainersOfEks } from '../merge/cloud-identity.ts';
import type { RenderedSidecar } from '../render/render-sidecar.ts';

/** A sidecar beside the volumes that are in the pod because of it. */
export interface WithVolumes {
  readonly sidecar: RenderedSidecar;
  readonly volumes: readonly Volume[];
}

/**
 * An annotation that others read as a list of names. Where the user wrote one, the names that a sidecar needs go behind
 * what is there; nothing else that the user wrote in an annotation is ever added to.
 */
export interface ListAnnotation {
  readonly key: string;
  readonly separator: ',' | ';';
  /** The names that a sidecar needs in it, in this pod. */
  readonly namesFor: (added: WithVolumes, pod: Pod) => readonly string[];
}

/**
 * An emptyDir keeps the cluster autoscaler from removing the node, unless the pod says that it may be lost. What a
 * sidecar puts there it can fetch again.
 * https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md
 */
export const safeToEvict: ListAnnotation = {
  key: 'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes',
  separator: ',',
  // A volume in memory does not count as local storage.
  namesFor: ({ volumes }) => volumes.filter(isOnDisk).map(({ name }) => name),
};

/**
 * The webhook of EKS gives the role of the pod's ServiceAccount to every container that it sees, and is called again once
 * a sidecar was added. Only what it left in the pod the first time tells that it acts on it.
 */
export const withoutRole: ListAnnotation = {
  key: skipContainersOfEks,
  separator: ',',
  namesFor: ({ sidecar }, { spec }) => (spec.volumes?.some(givesRole) ? namesWithoutIdentity(sidecar) : []),
};

/** Has Azure's webhook act on a pod. */
export const workloadIdentityLabel = 'azure.workload.identity/use';

/**
 * The same of Azure acts on pods with its label. It splits the list at semicolons.
 * https://azure.github.io/azure-workload-identity/docs/topics/service-account-labels-and-annotations.html
 */
export const withoutWorkloadIdentity: ListAnnotation = {
  key: 'azure.workload.identity/skip-containers',
  separator: ';',
  namesFor: ({ sidecar }, { metadata }) =>
    metadata.labels?.[workloadIdentityLabel] === 'true' ? namesWithoutIdentity(sidecar) : [],
};

function namesWithoutIdentity(sidecar: RenderedSidecar): readonly string[] {
  return containersOf(sidecar)
    .filter(coversToken)
    .map(({ name }) => name);
}

/** All of them; each is there for a program that would otherwise act against the promise. */
export const listAnnotations: readonly ListAnnotation[] = [safeToEvict, withoutRole, withoutWorkloadIdentity];

/** The names that stand in a list, exactly as they are read: with the spaces beside them. */
export function namesIn(list: string, { separator }: ListAnnotation): readonly string[] {
  return list.split(separator);
}

/** A list with names behind it, so that what was there stays in front byte for byte. */
export function withNames(
  list: string | undefined,
  names: readonly string[],
  { separator }: ListAnnotation,
): string {
  return [...(list ? [list] : []), ...names].join(separator);
}

/** Whether a text is a list with nothing done to it but names put behind it. */
export function continuesList(list: string, text: string, { separator }: ListAnnotation): boolean {
  return list === '' || text === list || text.startsWith(`${list}${separator}`);
}
