import { contentHash } from '../../content-hash.ts';
import type { ObjectMeta } from '../../kubernetes/pod.ts';
import { workloadNameOf } from '../../kubernetes/workload-name.ts';
import type { SidecarSet } from '../../sidecars/sidecar-set.ts';
import type { InjectionPolicy } from '../policy.ts';

/**
 * The sidecars whose next version the operator has a pod get. Namespace, workload and sidecar decide alone, so that all
 * replicas of a workload, each of its rollouts, and every replica of the injector agree; and a workload that a share of
 * ten percent takes in is in every greater share too.
 */
export function chosenVersions(
  metadata: ObjectMeta,
  { next }: Pick<SidecarSet, 'next'>,
  { versions }: Pick<InjectionPolicy, 'versions'>,
): readonly string[] {
  if (versions === undefined || next.size === 0) return none;
  const workload = workloadNameOf(metadata);
  if (workload === undefined) return none;
  const isChosen = (sidecar: string, percent: number) =>
    next.has(sidecar) && placeOf([metadata.namespace ?? '', sidecar, workload]) < percent;
  return Object.entries(versions).flatMap(([sidecar, rule]) => (isChosen(sidecar, rule.next) ? sidecar : []));
}

const none: readonly string[] = [];

/** A place from 0 up to 100, never 100 itself, that is the same for the same words. */
function placeOf(words: readonly string[]): number {
  const digits = 8;
  return (Number.parseInt(contentHash(JSON.stringify(words)).slice(0, digits), 16) / 16 ** digits) * 100;
}
