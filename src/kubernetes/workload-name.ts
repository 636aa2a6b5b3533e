import type { ObjectMeta } from './pod.ts';

/**
 * The name of the workload that a pod belongs to, as far as the pod itself tells: it is the same for all replicas, after a
 * rollout, and for each run of a CronJob. Undefined for a pod that has no name yet and nobody who made it.
 */
export function workloadNameOf({
  name,
  generateName,
  labels,
  ownerReferences,
}: ObjectMeta): string | undefined {
  const owner = ownerReferences?.find(({ controller }) => controller);
  if (owner === undefined) return generateName ? generateName.replace(/-$/, '') : (name ?? undefined);
  if (owner.kind === 'Job') return owner.name.replace(/-\d{1,20}$/, '');
  const hash = templateHashLabels.map(label => labels?.[label]).find(value => value);
  return hash !== undefined && owner.name.endsWith(`-${hash}`)
    ? owner.name.slice(0, -hash.length - 1)
    : owner.name;
}

/** What a Deployment, and a Rollout of Argo, puts behind the names of its ReplicaSets. */
const templateHashLabels = ['pod-template-hash', 'rollouts-pod-template-hash'] as const;
