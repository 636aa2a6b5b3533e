/** Settings of the configuration that are about more than the engine, and what becomes of them in policies. */
import type { Config } from '../../config/config.ts';
import { at, type JsonObject } from '../../kubernetes/json.ts';
import type { ReportLine } from '../../policies/compile-policies.ts';

type Settings = Pick<Config, 'inject' | 'versions' | 'workloadKinds' | 'workloads'>;

/** What of the settings no policy can say. */
export function lossesOfSettings({
  inject,
  versions,
  workloadKinds,
  workloads,
}: Settings): readonly ReportLine[] {
  const line = (code: ReportLine['code'], part: string): ReportLine => ({ code, sidecar: undefined, part });
  return [
    ...(inject.length === 0 ? [] : [line('cluster-rules', 'inject')]),
    ...(Object.keys(versions).length === 0 ? [] : [line('version-rules', 'versions')]),
    ...(workloadKinds.length === 0 ? [] : [line('workload-kinds', 'workloadKinds')]),
    ...(workloads === 'warn' ? [line('workload-warnings', 'workloads')] : []),
  ];
}

/** The policies without the one that writes to workloads, where the configuration has them left as they are. */
export function withSettings(
  objects: readonly JsonObject[],
  { workloads }: Pick<Config, 'workloads'>,
): readonly JsonObject[] {
  if (workloads === 'propagate') return objects;
  return objects.filter(object => at(object, ['metadata', 'name']) !== 'workloads.sidecar-injector');
}
