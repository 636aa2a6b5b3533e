/**
 * The parts of a pod that are read here, as they stand in raw JSON. Everything else in the object is never looked at,
 * never copied and never written, so fields of newer Kubernetes versions pass untouched.
 */
import { checkFields, type FieldShape } from './field-shape.ts';

/** A field that may be left out; some clients write an explicit `null` instead. */
export type Optional<T> = T | null | undefined;

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/ */
export interface Pod {
  readonly metadata: ObjectMeta;
  readonly spec: PodSpec;
}

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/ */
export interface ObjectMeta {
  readonly name?: Optional<string>;
  readonly generateName?: Optional<string>;
  readonly namespace?: Optional<string>;
  readonly annotations?: Optional<Readonly<Record<string, string>>>;
  readonly labels?: Optional<Readonly<Record<string, string>>>;
  readonly ownerReferences?: Optional<readonly OwnerReference[]>;
  /** To be read with managed-fields.ts alone. */
  readonly managedFields?: unknown;
}

export interface OwnerReference {
  readonly kind: string;
  readonly name: string;
  readonly controller?: Optional<boolean>;
}

export interface PodSpec {
  /** The API server sends null for a pod that was written without any. */
  readonly containers?: Optional<readonly Container[]>;
  readonly initContainers?: Optional<readonly Container[]>;
  readonly volumes?: Optional<readonly Volume[]>;
  readonly restartPolicy?: Optional<string>;
  readonly terminationGracePeriodSeconds?: Optional<number>;
  readonly nodeSelector?: Optional<Readonly<Record<string, string>>>;
  readonly os?: Optional<{ readonly name?: Optional<string> }>;
  readonly resources?: Optional<ResourceRequirements>;
  readonly hostNetwork?: Optional<boolean>;
  readonly securityContext?: Optional<PodSecurityContext>;
  /** To be read with pull-secrets.ts alone. */
  readonly imagePullSecrets?: unknown;
  readonly automountServiceAccountToken?: Optional<boolean>;
}

export interface PodSecurityContext {
  readonly runAsUser?: Optional<number>;
  readonly runAsNonRoot?: Optional<boolean>;
  /** The group that volumes are given to. */
  readonly fsGroup?: Optional<number>;
}

export interface Container {
  readonly name: string;
  readonly restartPolicy?: Optional<string>;
  /** To be read with environment.ts alone. */
  readonly env?: Optional<readonly unknown[]>;
  readonly volumeMounts?: Optional<readonly VolumeMount[]>;
  readonly volumeDevices?: Optional<readonly VolumeDevice[]>;
  readonly terminationMessagePath?: Optional<string>;
  readonly ports?: Optional<readonly ContainerPort[]>;
  readonly resources?: Optional<ResourceRequirements>;
}

export interface ContainerPort {
  readonly containerPort: number;
  readonly protocol?: Optional<string>;
}

export interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
  readonly readOnly?: Optional<boolean>;
  readonly subPath?: Optional<string>;
  readonly subPathExpr?: Optional<string>;
}

/** A volume that a container gets as a block device. */
export interface VolumeDevice {
  readonly name: string;
  readonly devicePath: string;
}

/** Quantities by resource name, such as `500m` or `64Mi`; Kubernetes takes a bare number too. */
export interface ResourceRequirements {
  readonly requests?: Optional<Readonly<Record<string, Quantity>>>;
  readonly limits?: Optional<Readonly<Record<string, Quantity>>>;
}

export type Quantity = string | number;

/** A volume: its name and one source, keyed by the source's type. */
export interface Volume {
  readonly name: string;
  readonly [source: string]: unknown;
}

/**
 * Takes parsed JSON for a pod without copying it, after checking every field that is read here.
 *
 * @throws MalformedObjectError with the path of the first field that is not what the Kubernetes API defines.
 */
export function readPod(value: unknown, root = 'object'): Pod {
  checkFields(value, podShape, root);
  return value as Pod;
}

/**
 * Takes parsed JSON for the metadata of any object without copying it.
 *
 * @throws MalformedObjectError with the path of the first field that is not what the Kubernetes API defines.
 */
export function readObjectMeta(value: unknown, root: string): ObjectMeta {
  checkFields(value, objectMetaShape, root);
  return value as ObjectMeta;
}

const resources: FieldShape = { fields: { requests: { map: 'quantity' }, limits: { map: 'quantity' } } };

const container: FieldShape = {
  required: ['name'],
  fields: {
    name: 'string',
    restartPolicy: 'string',
    env: 'list',
    volumeMounts: {
      list: {
        required: ['name', 'mountPath'],
        fields: {
          name: 'string',
          mountPath: 'string',
          readOnly: 'boolean',
          subPath: 'string',
          subPathExpr: 'string',
        },
      },
    },
    volumeDevices: {
      list: { required: ['name', 'devicePath'], fields: { name: 'string', devicePath: 'string' } },
    },
    terminationMessagePath: 'string',
    ports: { list: { required: ['containerPort'], fields: { containerPort: 'number', protocol: 'string' } } },
    resources,
  },
};

/** The fields of object metadata that are read of any object. */
export const objectMetaShape = {
  fields: {
    name: 'string',
    generateName: 'string',
    namespace: 'string',
    annotations: { map: 'string' },
    labels: { map: 'string' },
    ownerReferences: {
      list: { required: ['kind', 'name'], fields: { kind: 'string', name: 'string', controller: 'boolean' } },
    },
  },
} as const satisfies FieldShape;

/** The fields that are read of a pod's spec, and of that of a pod template. */
export const podSpecShape = {
  fields: {
    containers: { list: container },
    initContainers: { list: container },
    volumes: { list: { required: ['name'], fields: { name: 'string' } } },
    restartPolicy: 'string',
    terminationGracePeriodSeconds: 'number',
    nodeSelector: { map: 'string' },
    os: { fields: { name: 'string' } },
    resources,
    hostNetwork: 'boolean',
    securityContext: { fields: { runAsUser: 'number', runAsNonRoot: 'boolean', fsGroup: 'number' } },
    automountServiceAccountToken: 'boolean',
  },
} as const satisfies FieldShape;

const podShape: FieldShape = {
  required: ['metadata', 'spec'],
  fields: { metadata: objectMetaShape, spec: podSpecShape },
};
