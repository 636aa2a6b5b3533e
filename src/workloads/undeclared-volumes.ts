import type { InjectionDecision } from '../injection/inject.ts';
import { placedContainers } from '../kubernetes/containers.ts';
import { isNestedWithin } from '../kubernetes/json.ts';
import type { Volume } from '../kubernetes/pod.ts';
import type { Workload } from '../kubernetes/workload.ts';

/**
 * The shared volumes that containers of the template mount although it does not declare them: the API server refuses
 * such a template, while a pod would get the volume with the sidecar.
 */
export function undeclaredVolumes(
  workload: Workload,
  before: Workload | undefined,
  decision: InjectionDecision,
): readonly Volume[] {
  const { spec } = workload.template;
  const declared = new Set([...(spec.volumes ?? []), ...workload.claimTemplates].map(({ name }) => name));
  const mounts = placedContainers(spec).flatMap(({ container }) => container.volumeMounts ?? []);
  const missing = new Set(mounts.map(({ name }) => name).filter(name => !declared.has(name)));
  return sharedVolumes(decision, before).filter(({ name }) => missing.has(name));
}

function sharedVolumes(decision: InjectionDecision, before: Workload | undefined): readonly Volume[] {
  switch (decision.outcome) {
    case 'injected':
      // What its pods inherit stays out of the template.
      return decision.sidecars
        .filter(({ instance }) => instance.request.from === undefined)
        .flatMap(({ volumes }) => volumes)
        .flatMap(({ shared, volume }) => (shared === undefined ? [] : [volume]));
    // The request goes through all the same: with the volume that the template had until now.
    case 'refused':
      return (before?.template.spec.volumes ?? []).filter(volume => isNestedWithin(volume, maxDepth));
    case 'skipped':
      return [];
  }
}

/** More than any volume of Kubernetes has. A claim to be one that is nested without end could not be written again. */
const maxDepth = 20;
