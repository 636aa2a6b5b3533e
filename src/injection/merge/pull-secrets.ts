/**
 * Secrets for pulling the images of sidecars. They are the one thing beside containers, volumes and annotations that a pod
 * gets, and they hold for its own containers too, so that the operator has to want it.
 *
 * The API server gives a pod the Secrets of its ServiceAccount only where the pod has none, and does so before it asks a
 * webhook. In a template or a manifest ours would keep those away, so they are never written there.
 * https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#add-imagepullsecrets-to-a-service-account
 */
import { pullSecretNames } from '../../kubernetes/pull-secrets.ts';
import { type Finding, warning } from '../reason.ts';
import type { RenderedSidecar } from '../render/render-sidecar.ts';
import { shownList } from '../shown-value.ts';
import type { Assembly } from './assembly.ts';

/** What a pod gets. */
export interface AddedPullSecrets {
  /** The names that it does not have, in the order of the sidecars. */
  readonly added: readonly string[];
  /** The names that are there because of a sidecar: now, or since an earlier pass. */
  readonly namesOf: (sidecar: RenderedSidecar) => readonly string[];
}

/** Finds the Secrets that a pod gets with its sidecars. */
export function addPullSecrets({ pod, policy, sidecars, before }: Assembly): AddedPullSecrets {
  const { pullSecrets, by } = policy;
  if (pullSecrets === undefined || by !== undefined) return nothing;
  const present = pullSecretNames(pod.spec);
  if (present === undefined) return nothing;
  const wanted = (sidecar: RenderedSidecar) => wantedBy(sidecar, pullSecrets);
  const added = new Set(sidecars.flatMap(wanted).filter(name => !present.has(name)));
  const isOurs = (name: string) => added.has(name) || before.imagePullSecrets.has(name);
  return { added: [...added], namesOf: sidecar => wanted(sidecar).filter(isOurs) };
}

const nothing: AddedPullSecrets = { added: [], namesOf: () => [] };

/** Tells of Secrets that a sidecar may need and that the pod does not get. */
export function checkPullSecrets({ pod, policy, sidecars }: Assembly): readonly Finding[] {
  const { pullSecrets, by } = policy;
  if (pullSecrets !== undefined && by === undefined) return [];
  const present = pullSecretNames(pod.spec);
  return sidecars.flatMap(sidecar => {
    const missing = wantedBy(sidecar, pullSecrets ?? []).filter(name => !present?.has(name));
    if (missing.length === 0) return [];
    const { shownKey } = sidecar.instance.request;
    const why =
      pullSecrets === undefined
        ? 'left out, allowImagePullSecrets is not set'
        : 'not written into manifests; give them to the ServiceAccount';
    const message = () => `${shownKey}: imagePullSecrets ${shownList(missing)} are ${why}`;
    return [warning('pull-secrets-left-out', shownKey, message)];
  });
}

/** Those of the definition, then those of the operator, each once. */
function wantedBy({ instance }: RenderedSidecar, ofOperator: readonly string[]): readonly string[] {
  return [...new Set([...instance.definition.imagePullSecrets, ...ofOperator])];
}
