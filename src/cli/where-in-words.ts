import type { PodSelection } from '../cluster/cluster-pods.ts';

/** The context and what is meant there, as commands tell it first. */
export function whereInWords(context: string, { namespace, selector }: PodSelection): string {
  return [
    `context ${context}`,
    namespace === undefined ? 'all namespaces' : `namespace ${namespace}`,
    ...(selector === undefined ? [] : [`selector ${selector}`]),
  ].join(', ');
}
