import { jsonPointer } from '../../kubernetes/json-pointer.ts';
import { propagatedAnnotation, statusAnnotation } from '../request/annotation-keys.ts';
import { continuesList, listAnnotations } from './list-annotations.ts';
import type { PatchOperation } from './patch-operation.ts';

/**
 * What speaks against an operation on a pod, in the words of the promise: it only gets additions, in these places. An
 * `add` over an annotation that is there would replace it: only the status may change, and a list may get longer.
 */
export function promisedOfPod(operation: PatchOperation, present: unknown): string | undefined {
  const { op, path } = operation;
  if (op !== 'add') return 'only add operations are sent';
  if (path === annotationsPath && !present) return undefined;
  if (!podPaths.test(path)) return 'not a path that the injector may add to';
  if (typeof present !== 'string' || path === statusPath) return undefined;
  const list = listsByPath.get(path);
  return list !== undefined && continuesList(present, String(operation.value), list)
    ? undefined
    : 'the annotation exists and would be overwritten';
}

const annotationsPath = '/metadata/annotations';

const statusPath = annotationPath(statusAnnotation);

const listsByPath = new Map(listAnnotations.map(list => [annotationPath(list.key), list] as const));

function annotationPath(key: string): string {
  return `${annotationsPath}${jsonPointer(key)}`;
}

const position = '(?:/(?:-|0|[1-9]\\d*))?';
// Containers go last: the first one is what kubectl logs and exec pick.
const podPaths = new RegExp(
  [
    '^/metadata/annotations/[^/]+$',
    `^/spec/(?:volumes|initContainers)${position}$`,
    '^/spec/containers(?:/-)?$',
    '^/spec/imagePullSecrets(?:/-)?$',
    `^/spec/(?:initC|c)ontainers/(?:0|[1-9]\\d*)/volumeMounts${position}$`,
    '^/spec/(?:initC|c)ontainers/(?:0|[1-9]\\d*)/env(?:/-)?$',
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
