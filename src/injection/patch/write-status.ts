import type { Volume } from '../../kubernetes/pod.ts';
import type { Assembly } from '../merge/assembly.ts';
import type { RenderedSidecar } from '../render/render-sidecar.ts';
import { leftToOthers, type PodStatus, type SidecarStatus } from '../status/pod-status.ts';
import type { AnnotationsOfSidecar } from './add-annotations.ts';

/** A sidecar beside all that is in the pod because of it. */
export interface AddedSidecar {
  readonly sidecar: RenderedSidecar;
  /** Those that the pod did not have, before an earlier pass of the injector either. */
  readonly volumes: readonly Volume[];
  /** As `app:/site`. */
  readonly mounts: readonly string[];
  /** As `app:NAME`. */
  readonly env: readonly string[];
  /** Names of Secrets for pulling images. */
  readonly imagePullSecrets: readonly string[];
  readonly annotations: AnnotationsOfSidecar;
}

/**
 * The value of `sidecar.io/status`: what is added now, beside what an earlier pass put into the pod, and what is left to
 * others.
 */
export function statusText(
  added: readonly AddedSidecar[],
  { before, leftToOthers: names, policy: { by } }: Pick<Assembly, 'before' | 'leftToOthers' | 'policy'>,
): string {
  const status: Record<string, PodStatus[string]> = { ...before.sidecars };
  for (const entry of added)
    status[entry.sidecar.instance.name] = by === undefined ? statusOf(entry) : { ...statusOf(entry), by };
  for (const name of names) if (!Object.hasOwn(status, name)) status[name] = leftToOthers;
  return JSON.stringify(status);
}

function statusOf({
  sidecar: { instance, mode, content, initContainers, containers },
  volumes,
  mounts,
  env,
  imagePullSecrets,
  annotations: { keys, appended },
}: AddedSidecar): SidecarStatus {
  const { hash, from, inherited } = instance.request;
  const listOf = (names: readonly string[]) => (names.length === 0 ? undefined : names);
  // In the order in which they are written; what is undefined is left out.
  return {
    definition: instance.definition.hash,
    parameters: hash,
    mode,
    containers: [...initContainers, ...containers].map(({ name }) => name),
    volumes: volumes.map(({ name }) => name),
    content,
    mounts: listOf(mounts),
    env: listOf(env),
    annotations: listOf(keys),
    appended: listOf(appended),
    imagePullSecrets: listOf(imagePullSecrets),
    from,
    inherited,
  } as SidecarStatus;
}
