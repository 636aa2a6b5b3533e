import { isAtOrBelow, tokenDirectory } from '../../kubernetes/mount-path.ts';
import { type Finding, refusal, warning } from '../reason.ts';
import { parameterKey } from '../request/sidecar-instance.ts';
import { shownName } from '../shown-value.ts';
import type { RenderedSidecar } from './render-sidecar.ts';

/**
 * Tells of a mount that would hide what a container cannot do without. It may be meant, so nothing is refused but what
 * no container starts with.
 */
export function checkMountPath({ instance, volumes }: RenderedSidecar): readonly Finding[] {
  const path = instance.values.get('mount')?.value;
  if (typeof path !== 'string') return [];
  const key = parameterKey(instance.request, 'mount');
  // What a definition says for every pod is the operator's.
  const further = volumes.flatMap(({ shared }) =>
    shared?.isMain || shared?.isFixed ? [] : (shared?.at ?? []),
  );
  return [path, ...further].flatMap(place => checkPlace(key, place));
}

function checkPlace(key: string, path: string): readonly Finding[] {
  if (path === '/dev' || isAtOrBelow(path, '/proc')) {
    const message = () =>
      `annotation ${key}: a container with a mount at ${shownName(path)} never starts; choose another path`;
    return [refusal('mount-path-taken', key, message)];
  }
  const ofKernel = kernelPlaces.find(place => isAtOrBelow(path, place));
  if (ofKernel !== undefined) {
    const message = () =>
      `${key}: ${ofKernel} belongs to the system, and a mount there can break the container`;
    return [warning('mount-hides-system', key, message)];
  }
  const hidden = imagePlaces.find(place => isAtOrBelow(place, path));
  if (hidden === undefined) return [];
  const message = () => `${key}: hides ${hidden} of the container; choose another path`;
  return [warning('mount-hides-system', key, message)];
}

/** What the container runtime mounts: a mount there, or below, takes its place. */
const kernelPlaces = ['/sys', '/dev'];

/** What programs need from their image, and the API token, which the kubelet mounts. Below them is room for others. */
const imagePlaces = [
  '/etc',
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/usr/bin',
  '/usr/sbin',
  '/usr/lib',
  '/usr/lib64',
  tokenDirectory,
];
