import type { AddOperation } from '../injection/patch/patch-operation.ts';
import type { Workload } from '../kubernetes/workload.ts';

/**
 * The patch of a template's pod as a patch of the template itself. The pod that was judged has what API server and
 * controller put into it, the token and the claims, so a list may be there to be continued that the template does not
 * have: then it is added with all that goes into it.
 */
export function fitToTemplate(
  { template: { spec } }: Workload,
  operations: readonly AddOperation[],
): readonly AddOperation[] {
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
