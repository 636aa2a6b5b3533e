import type { Volume } from '../../kubernetes/pod.ts';
import { containersOf } from '../merge/assembly.ts';
import type { RenderedSidecar } from '../render/render-sidecar.ts';
import type { SidecarStatus } from '../status/pod-status.ts';
import type { InjectedBefore } from '../status/read-status.ts';

/** A sidecar beside the volumes of it that the pod does not have. */
export interface AddedSidecar {
  readonly sidecar: RenderedSidecar;
  readonly volumes: readonly Volume[];
}

/** The value of `sidecar.io/status`: what is added now, beside what an earlier pass put into the pod. */
export function statusText(added: readonly AddedSidecar[], before: InjectedBefore): string {
  const statuses = added.map(({ sidecar, volumes }) => [
    sidecar.instance.name,
    statusOf(sidecar, volumes, before.volumes),
  ]);
  return JSON.stringify({ ...before.sidecars, ...Object.fromEntries(statuses) });
}

/** What it says where the injector has seen a pod and added nothing. */
export const emptyStatusText = '{}';

function statusOf(
  sidecar: RenderedSidecar,
  added: readonly Volume[],
  own: ReadonlySet<string>,
): SidecarStatus {
  const { instance, mode, content, volumes } = sidecar;
  const readded = volumes.map(({ volume }) => volume.name).filter(name => own.has(name));
  return {
    definition: instance.definition.hash,
    parameters: instance.request.hash,
    mode,
    containers: containersOf(sidecar).map(({ name }) => name),
    volumes: [...readded, ...added.map(({ name }) => name)],
    ...(content === undefined ? {} : { content }),
  };
}
