import { at } from '../kubernetes/json.ts';
import type { Workload } from '../kubernetes/workload.ts';
import { jobSpecOf } from './job-spec.ts';

/**
 * Says when a change of the template reaches the pods, where that is not at once; as it goes behind "pods will get x".
 *
 * | the workload                                   | created         | updated                  |
 * |------------------------------------------------|-----------------|--------------------------|
 * | is paused, or suspended                        | once resumed    | once resumed             |
 * | leaves it to whoever deletes pods (`OnDelete`) |                 | once each is deleted     |
 * | keeps the pods below a partition               |                 | from that ordinal up     |
 * | makes pods by the clock                        |                 | from the next run on     |
 *
 * Without replicas there are no pods that anybody could take for changed: all that will be are as they are said to be.
 * https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#update-strategies
 */
export function whenPodsChange(workload: Workload, before: Workload | undefined): string {
  const { kind, object } = workload;
  const isOn = (switchName: string) => at(object, ['spec', switchName]) === true;
  if (isOn('paused') || isOn('suspend')) return ` once the ${kind} is resumed`;
  if (before === undefined) return '';
  if (at(object, ['spec', 'updateStrategy', 'type']) === 'OnDelete') return ' once each is deleted';
  const ordinal = firstOrdinalToChange(workload);
  if (ordinal !== undefined) return ` from ordinal ${ordinal} up`;
  return jobSpecOf(workload) === undefined || workload.isTemplateFixed ? '' : ' from the next run on';
}

/** Pods below it keep the old template, also when they are deleted. */
function firstOrdinalToChange({ object }: Workload): number | undefined {
  const partition = at(object, ['spec', 'updateStrategy', 'rollingUpdate', 'partition']);
  if (typeof partition !== 'number' || partition <= 0) return undefined;
  const start = at(object, ['spec', 'ordinals', 'start']);
  return partition + (typeof start === 'number' ? start : 0);
}
