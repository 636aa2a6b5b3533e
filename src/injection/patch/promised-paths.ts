import { jsonPointer } from '../../kubernetes/json-pointer.ts';
import { propagatedAnnotation } from '../request/annotation-keys.ts';
import type { PatchOperation } from './patch-operation.ts';

/** What speaks against an operation on a pod, in the words of the promise: it only gets additions, in these places. */
export function promisedOfPod({ op, path }: PatchOperation): string | undefined {
  if (op !== 'add') return 'only add operations are sent';
  return podPaths.test(path) ? undefined : 'not a path that the injector may add to';
}

const position = '(?:/(?:-|0|[1-9]\\d*))?';
// Containers go last: the first one is what kubectl logs and exec pick.
const podPaths = new RegExp(
  [
    '^/metadata/annotations/[^/]+$',
    `^/spec/(?:volumes|initContainers)${position}$`,
    '^/spec/containers(?:/-)?$',
    `^/spec/(?:initC|c)ontainers/(?:0|[1-9]\\d*)/volumeMounts${position}$`,
  ].join('|'),
);

/**
 * The same for a workload: its template's annotations with our prefix come and go, volumes are added to the template, and
 * what was carried is remembered on the object. Maps that are missing are made.
 */
export function promisedOfWorkload(
  templatePath: readonly string[],
): (operation: PatchOperation) => string | undefined {
  const template = jsonPointer(...templatePath);
  const annotations = `${template}/metadata/annotations`;
  const maps = ['/metadata/annotations', `${template}/metadata`, annotations];
  const memory = `/metadata/annotations${jsonPointer(propagatedAnnotation)}`;
  return ({ op, path }) => {
    const isOurs = path === memory || path.startsWith(`${annotations}/sidecar.io~1`);
    const isVolume =
      op === 'add' && [`${template}/spec/volumes`, `${template}/spec/volumes/-`].includes(path);
    const isMap = op === 'add' && maps.includes(path);
    return isOurs || isVolume || isMap ? undefined : 'not a path that the injector may change';
  };
}
