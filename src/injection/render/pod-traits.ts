import { hasStorageLimit } from '../../kubernetes/containers.ts';
import type { Pod } from '../../kubernetes/pod.ts';
import { hasNativeProxy } from './place-sidecar.ts';
import { type Guaranteed, guaranteedOf } from './quality-of-service.ts';

/** What decides how a sidecar is rendered for a pod. Everything else about the pod decides only where it goes. */
export interface PodTraits {
  /** The pod is meant to complete, as those of Jobs are. */
  readonly isEnding: boolean;
  readonly guaranteed: Guaranteed;
  /** The resources that the pod sets for all its containers together (KEP-2837). */
  readonly podResources: readonly string[];
  /** Its containers run as root, and must not, where they do not say otherwise themselves. */
  readonly isRoot: boolean;
  readonly isNonRoot: boolean;
  /** The pod limits what its containers write to the disk of the node. */
  readonly isStorageLimited: boolean;
  /** How long its containers may take to end. */
  readonly gracePeriodSeconds: number;
  /** The init container that tells that there is no network before the app starts. */
  readonly networkBlocker: string | undefined;
  /** The sidecars that the operator has it get in their next version, where it does not say otherwise. */
  readonly next?: readonly string[];
  /** It gets no next version but those that it asks for itself. */
  readonly isCurrent?: true;
}

/** What decides between the versions of definitions, beside the annotations. */
export type VersionTraits = Pick<PodTraits, 'next' | 'isCurrent'>;

export function traitsOf({ spec }: Pod, startAfter: readonly string[]): PodTraits {
  const { restartPolicy, resources, initContainers, terminationGracePeriodSeconds, securityContext } = spec;
  // Kubernetes takes resources that name no resource for none.
  const podResources = resources ? Object.keys({ ...resources.requests, ...resources.limits }) : [];
  const blocker = initContainers?.find(({ name }) => networkValidators.has(name))?.name;
  return {
    isEnding: restartPolicy === 'Never' || restartPolicy === 'OnFailure',
    guaranteed: guaranteedOf(spec),
    podResources,
    isRoot: securityContext?.runAsUser === 0,
    isNonRoot: securityContext?.runAsNonRoot === true,
    isStorageLimited: [...(initContainers ?? []), ...(spec.containers ?? [])].some(hasStorageLimit),
    gracePeriodSeconds: Math.max(0, terminationGracePeriodSeconds ?? defaultGracePeriodSeconds),
    networkBlocker: blocker === undefined || hasNativeProxy(spec, startAfter) ? undefined : blocker,
  };
}

/** What the API server writes into a pod that does not say. */
const defaultGracePeriodSeconds = 30;

/** The traits in one text: two pods with the same text get the same sidecars for the same annotations. */
export function traitsKey(traits: PodTraits): string {
  return JSON.stringify(Object.values(traits));
}

/** Init containers that check that the mesh captures the traffic: from the pod's first moment on, the network is shut. */
export const networkValidators: ReadonlySet<string> = new Set([
  'istio-validation',
  'linkerd-network-validator',
  'kuma-validation',
]);
