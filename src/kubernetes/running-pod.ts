import { checkFields, type FieldShape } from './field-shape.ts';
import {
  type ObjectMeta,
  type Optional,
  type OwnerReference,
  objectMetaShape,
  type Pod,
  podSpecShape,
} from './pod.ts';

/** A pod that the API server keeps, with what is read of its state. */
export interface RunningPod extends Pod {
  readonly metadata: Omit<ObjectMeta, 'ownerReferences'> & {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly labels?: Optional<Readonly<Record<string, string>>>;
    readonly ownerReferences?: Optional<readonly (OwnerReference & { readonly apiVersion: string })[]>;
    readonly deletionTimestamp?: Optional<string>;
    /** Counts the changes of the spec, on servers that count them for pods. */
    readonly generation?: Optional<number>;
  };
  readonly spec: Pod['spec'] & { readonly nodeName?: Optional<string> };
  readonly status?: Optional<{
    readonly phase?: Optional<string>;
    /** The last generation that the kubelet has taken in. */
    readonly observedGeneration?: Optional<number>;
    readonly conditions?: Optional<readonly PodCondition[]>;
    readonly initContainerStatuses?: Optional<readonly ContainerStatus[]>;
    readonly containerStatuses?: Optional<readonly ContainerStatus[]>;
  }>;
}

export interface PodCondition {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime?: Optional<string>;
}

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodStatus */
export interface ContainerStatus {
  readonly name: string;
  /** What the runtime calls the image of the container; not always as the specification does. */
  readonly image?: Optional<string>;
  /** The digest of that image, behind a name or alone; empty until the container is made. */
  readonly imageID?: Optional<string>;
  readonly containerID?: Optional<string>;
  /** Whether the startup probe has passed; true without one as soon as the container runs. */
  readonly started?: Optional<boolean>;
  readonly ready?: Optional<boolean>;
  readonly restartCount?: Optional<number>;
  readonly state?: Optional<{
    readonly waiting?: Optional<{ readonly reason?: Optional<string>; readonly message?: Optional<string> }>;
    readonly running?: Optional<{ readonly startedAt?: Optional<string> }>;
    readonly terminated?: Optional<{
      readonly reason?: Optional<string>;
      readonly exitCode?: Optional<number>;
    }>;
  }>;
}

/**
 * Takes parsed JSON for a pod of the API server without copying it, after checking every field that is read here.
 *
 * @throws MalformedObjectError with the path of the first field that is not what the Kubernetes API defines.
 */
export function readRunningPod(value: unknown, root = 'pod'): RunningPod {
  checkFields(value, runningPodShape, root);
  return value as RunningPod;
}

/** A pod in one word, as kubectl takes it with a namespace. */
export function podName({ metadata }: RunningPod): string {
  return `${metadata.namespace}/${metadata.name}`;
}

/** Whether nothing in the pod will ever run again: it has ended, or is being deleted. */
export function isGoing({ metadata, status }: RunningPod): boolean {
  return Boolean(metadata.deletionTimestamp) || status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

/** Whether a pod takes requests, as its endpoints and disruption budgets see it. */
export function isReady({ status }: RunningPod): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
}

const containerStatusShape: FieldShape = {
  required: ['name'],
  fields: {
    name: 'string',
    image: 'string',
    imageID: 'string',
    containerID: 'string',
    started: 'boolean',
    ready: 'boolean',
    restartCount: 'number',
    state: {
      fields: {
        waiting: { fields: { reason: 'string', message: 'string' } },
        running: { fields: { startedAt: 'string' } },
        terminated: { fields: { reason: 'string', exitCode: 'number' } },
      },
    },
  },
};

const runningPodShape: FieldShape = {
  required: ['metadata', 'spec'],
  fields: {
    metadata: {
      required: ['name', 'namespace', 'uid'],
      fields: {
        ...objectMetaShape.fields,
        namespace: 'string',
        uid: 'string',
        labels: { map: 'string' },
        ownerReferences: {
          list: {
            required: ['apiVersion', 'kind', 'name'],
            fields: { apiVersion: 'string', kind: 'string', name: 'string', controller: 'boolean' },
          },
        },
        deletionTimestamp: 'string',
        generation: 'number',
      },
    },
    spec: { fields: { ...podSpecShape.fields, nodeName: 'string' } },
    status: {
      fields: {
        phase: 'string',
        observedGeneration: 'number',
        conditions: {
          list: {
            required: ['type', 'status'],
            fields: { type: 'string', status: 'string', lastTransitionTime: 'string' },
          },
        },
        initContainerStatuses: { list: containerStatusShape },
        containerStatuses: { list: containerStatusShape },
      },
    },
  },
};
