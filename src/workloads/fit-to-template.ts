import type { AddOperation } from '../injection/patch/patch-operation.ts';
import { keyOfPointer } from '../kubernetes/json-pointer.ts';
import type { PodSpec } from '../kubernetes/pod.ts';
import type { Workload } from '../kubernetes/workload.ts';

/**
 * The patch of a template's pod as a patch of the template itself, which has these annotations already. The pod that was
 * judged has what API server and controller put into it, the token and the claims, so a list may be there to be continued
 * that the template does not have: then it is added with all that goes into it.
 */
export function fitToTemplate(
  { template: { metadata, spec } }: Workload,
  operations: readonly AddOperation[],
  hasAnnotations: boolean,
): readonly AddOperation[] {
  const lists = continuedLists(spec, operations);
  return hasAnnotations ? lists : withAnnotations(lists, Boolean(metadata));
}

/** Of a template that inherits all it asks for there may be no annotation, and nothing that could hold one. */
function withAnnotations(operations: readonly AddOperation[], hasMetadata: boolean): readonly AddOperation[] {
  const isAnnotation = ({ path }: AddOperation) => path.startsWith(annotationsPath);
  const added = operations.filter(isAnnotation);
  if (added.length === 0) return operations;
  const annotations = Object.fromEntries(
    added.map(({ path, value }) => [keyOfPointer(path.slice(annotationsPath.length)), value]),
  );
  const whole: AddOperation = hasMetadata
    ? { op: 'add', path: '/metadata/annotations', value: annotations }
    : { op: 'add', path: '/metadata', value: { annotations } };
  return [...operations.filter(operation => !isAnnotation(operation)), whole];
}

const annotationsPath = '/metadata/annotations/';

function continuedLists(spec: PodSpec, operations: readonly AddOperation[]): readonly AddOperation[] {
  const begun = new Map<string, unknown[]>();
  return operations.flatMap((operation): readonly AddOperation[] => {
    const list = continuedList.exec(operation.path)?.groups;
    if (list === undefined) return [operation];
    const { path = '', containers, index } = list;
    const present =
      containers === undefined ? spec.volumes : spec[containersAt(containers)]?.[Number(index)]?.volumeMounts;
    if (present) return [operation];
    const entries = begun.get(path);
    if (entries !== undefined) {
      entries.push(operation.value);
      return [];
    }
    const first = [operation.value];
    begun.set(path, first);
    return [{ op: 'add', path, value: first }];
  });
}

/** The lists that {@link templatePod} puts something into. */
const continuedList =
  /^(?<path>\/spec\/(?:volumes|(?<containers>containers|initContainers)\/(?<index>\d+)\/volumeMounts))\/-$/;

function containersAt(list: string): 'containers' | 'initContainers' {
  return list === 'containers' ? 'containers' : 'initContainers';
}
