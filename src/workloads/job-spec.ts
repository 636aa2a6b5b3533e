import { at, isObject, type JsonObject } from '../kubernetes/json.ts';
import type { Workload } from '../kubernetes/workload.ts';

/** The specification of the Job that a workload is or makes; undefined for those that keep their pods running. */
export function jobSpecOf({ object, templatePath }: Workload): JsonObject | undefined {
  const version = object['apiVersion'];
  if (typeof version !== 'string' || !version.startsWith('batch/')) return undefined;
  const spec = at(object, templatePath.slice(0, -1));
  return isObject(spec) ? spec : undefined;
}
