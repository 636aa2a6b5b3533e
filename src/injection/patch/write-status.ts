import type { Volume } from '../../kubernetes/pod.ts';
import { type Assembly, containersOf } from '../merge/assembly.ts';
import type { RenderedSidecar } from '../render/render-sidecar.ts';
import { isOfOlderForm, leftToOthers, type PodStatus, type SidecarStatus } from '../status/pod-status.ts';
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
  const ours = {
    ...before.sidecars,
    ...Object.fromEntries(
      added.map(entry => [entry.sidecar.instance.name, { ...statusOf(entry), ...(by && { by }) }]),
    ),
  };
  const marks = names.filter(name => !Object.hasOwn(ours, name)).map(name => [name, leftToOthers]);
  const status: PodStatus = { ...ours, ...Object.fromEntries(marks) };
  return JSON.stringify(status);
}

function statusOf(added: AddedSidecar): SidecarStatus {
  const entry = namedIn(added);
  // Those of old name no mounts, and their volumes take every mount with them.
  return added.volumes.length > 0 && isOfOlderForm(entry) ? { ...entry, mounts: [] } : entry;
}

function namedIn({
  sidecar,
  volumes,
  mounts,
  env,
  imagePullSecrets,
  annotations,
}: AddedSidecar): SidecarStatus {
  const { instance, mode, content } = sidecar;
  const { hash, from, inherited } = instance.request;
  const { version } = instance.definition;
  return {
    definition: instance.definition.hash,
    ...(version === undefined ? {} : { version }),
    ...(instance.declined === undefined ? {} : { declined: instance.declined }),
    parameters: hash,
    mode,
    containers: containersOf(sidecar).map(({ name }) => name),
    volumes: volumes.map(({ name }) => name),
    ...(content === undefined ? {} : { content }),
    ...(mounts.length === 0 ? {} : { mounts }),
    ...(env.length === 0 ? {} : { env }),
    ...(annotations.keys.length === 0 ? {} : { annotations: annotations.keys }),
    ...(annotations.appended.length === 0 ? {} : { appended: annotations.appended }),
    ...(imagePullSecrets.length === 0 ? {} : { imagePullSecrets }),
    ...(from === undefined ? {} : { from }),
    ...(inherited === undefined ? {} : { inherited }),
  };
}
