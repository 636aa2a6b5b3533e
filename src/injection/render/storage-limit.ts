import { ephemeralStorage } from '../../kubernetes/containers.ts';
import type { Quantity, ResourceRequirements } from '../../kubernetes/pod.ts';
import { parseQuantity } from '../../kubernetes/quantity.ts';
import { isOnDisk } from '../../kubernetes/volume.ts';
import type { SidecarInstance } from '../request/sidecar-instance.ts';
import type { PodTraits } from './pod-traits.ts';
import { renderVolumes } from './render-volumes.ts';

/**
 * What a sidecar is limited to where the pod limits its storage: the size of the shared volume, which the kubelet would
 * otherwise hold against the limits of the app alone. It is requested nowhere, so that it makes no pod wait for a node.
 * A container that ends adds nothing to the limits of those that run.
 */
export function storageOf(
  { isStorageLimited }: PodTraits,
  instance: SidecarInstance,
  defined: ResourceRequirements | undefined,
): { readonly requests: Amounts; readonly limits: Amounts } {
  const size = instance.values.get('size')?.text;
  const isDefined = ephemeralStorage in { ...defined?.requests, ...defined?.limits };
  const isWanted = isStorageLimited && !isDefined && !instance.isOnce && isSharedOnDisk(instance);
  // A size of 0 is none to the kubelet.
  if (!isWanted || size === undefined || parseQuantity(size) === 0) return { requests: {}, limits: {} };
  return { requests: { [ephemeralStorage]: '0' }, limits: { [ephemeralStorage]: size } };
}

type Amounts = Readonly<Record<string, Quantity>>;

function isSharedOnDisk(instance: SidecarInstance): boolean {
  return isOnDisk(renderVolumes(instance).find(({ shared }) => shared?.isMain)?.volume);
}
