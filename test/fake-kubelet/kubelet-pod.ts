/** What the fake kubelet knows of a pod: ten thousand of them are kept. */

export interface KubeletPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number | undefined;
  readonly isBeingDeleted: boolean;
  /** Whether a scheduler may give it a node. */
  readonly isGated: boolean;
  readonly node: string | undefined;
  readonly initContainers: readonly KubeletContainer[];
  readonly containers: readonly KubeletContainer[];
  readonly status: PodStatus;
}

export interface KubeletContainer {
  readonly name: string;
  readonly image: string;
  /** Whether it is a native sidecar. */
  readonly isSidecar: boolean;
}

export interface PodStatus {
  readonly phase?: string;
  readonly observedGeneration?: number;
  readonly startTime?: string;
  readonly conditions?: readonly PodCondition[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
  readonly containerStatuses?: readonly ContainerStatus[];
}

export interface PodCondition {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime?: string;
}

export interface ContainerStatus {
  readonly name: string;
  readonly image: string;
  readonly imageID: string;
  readonly containerID?: string;
  readonly restartCount: number;
  readonly started: boolean;
  readonly ready: boolean;
  readonly state: ContainerState;
  readonly lastState?: ContainerState;
}

export interface ContainerState {
  readonly running?: { readonly startedAt: string };
  readonly waiting?: { readonly reason: string; readonly message?: string };
  readonly terminated?: {
    readonly exitCode: number;
    readonly reason: string;
    readonly startedAt: string;
    readonly finishedAt: string;
    readonly containerID?: string;
  };
}

/** A pod as the API server tells it. */
export interface ApiPod {
  readonly metadata: {
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly generation?: number;
    readonly deletionTimestamp?: string;
  };
  readonly spec: {
    readonly nodeName?: string;
    readonly schedulingGates?: readonly unknown[];
    readonly initContainers?: readonly ApiContainer[];
    readonly containers: readonly ApiContainer[];
  };
  readonly status?: PodStatus;
}

interface ApiContainer {
  readonly name: string;
  readonly image: string;
  readonly restartPolicy?: string;
}

export function keptOf({ metadata, spec, status = {} }: ApiPod): KubeletPod {
  const { namespace, name, uid, resourceVersion, generation, deletionTimestamp } = metadata;
  return {
    ...{ namespace, name, uid, resourceVersion, generation, status },
    isBeingDeleted: deletionTimestamp !== undefined,
    isGated: (spec.schedulingGates ?? []).length > 0,
    node: spec.nodeName,
    initContainers: (spec.initContainers ?? []).map(keptContainer),
    containers: spec.containers.map(keptContainer),
  };
}

function keptContainer({ name, image, restartPolicy }: ApiContainer): KubeletContainer {
  return { name, image, isSidecar: restartPolicy === 'Always' };
}

export function isReady({ conditions = [] }: PodStatus): boolean {
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}
