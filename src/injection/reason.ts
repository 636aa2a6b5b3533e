/**
 * Every reason that the injector gives, with the sentence that the reference shows. The codes are stable: logs, metrics,
 * messages and documentation use the same ones.
 */
export const skipReasons = {
  'not-a-pod-creation': 'the request neither creates a pod nor creates or updates a workload',
  'not-requested': 'no annotation of the pod asks for a sidecar',
  'opted-out': 'sidecar.io/inject is "false"',
  'mirror-pod': 'a mirror pod of a static pod cannot be changed',
  'not-on-windows': 'the pod is for Windows, and no annotation of its own asks for a sidecar',
  'already-injected': 'the pod has its sidecars already, with the same parameters',
  'not-injected': 'nothing in the object says that an injector has put something into it',
  'template-unchanged': 'the pod template stays as it is; its pods are looked at when they are created',
  'no-pod-template': 'the object has no pod template where the operator says that its kind has one',
  'workloads-off': 'the operator has switched off that workloads are looked at',
} as const;

export const refusalReasons = {
  'unknown-sidecar': 'no sidecar has that name',
  'broken-definition': 'the file of that sidecar cannot be used and never could',
  'unknown-parameter': 'the sidecar has no such parameter',
  'parameter-without-switch': 'a parameter is set, but not the annotation that asks for the sidecar',
  'missing-parameter': 'a required parameter is not set',
  'parameter-needs-another': 'a parameter is set that is without effect as the others are',
  'invalid-key': 'the annotation key is not <sidecar>[_<instance>][.<parameter>]',
  'invalid-value': 'the value does not fit its parameter',
  'empty-value': 'the value is empty',
  'malformed-object': 'the object in the manifest is not what the Kubernetes API defines',
  'invalid-inject': 'sidecar.io/inject is neither "true" nor "false"',
  'invalid-status': 'sidecar.io/status, which only the injector writes, cannot be read',
  'origin-not-allowed': 'the operator does not allow that scheme or host',
  'parameters-changed': 'the pod was injected before, and its annotations were edited since',
  'native-lost': 'restartPolicy was taken off an injected native sidecar, so it would block the pod for ever',
  'native-unavailable': 'native sidecars are not available here',
  'wait-impossible': 'wait is false in mode init, which always runs before the app',
  'network-blocked': 'a mesh blocks the network until the app has started, so a waiting sidecar would hang',
  'windows-pod': 'sidecars run on Linux',
  'too-many-sidecars': 'the annotations ask for more sidecars than may be in a pod',
  'no-containers': 'the pod has no container that a sidecar could stand beside',
  'sidecar-too-large': 'the values of the annotations would make the sidecar larger than a pod can be',
  'name-too-long': 'a name would be longer than Kubernetes allows',
  'name-clash': 'two requested sidecars would have a name in common',
  'container-name-taken': 'the pod has a container of that name',
  'volume-name-taken': 'the pod has a volume of that name that is not shared',
  'volume-read-only': 'the shared volume is of a kind that cannot be written',
  'volume-ambiguous': 'it is not clear which volume of the app is the shared one',
  'volume-shared-twice': 'two instances of one sidecar would write the same volume',
  'mount-path-taken':
    'something of the container is mounted at that path, or what is mounted there leaves no room for it',
  'mount-path-twice': 'the sidecar itself would mount two things at that path',
  'annotations-too-long': 'the annotations of the pod would be longer together than Kubernetes allows',
  'mount-container-unknown': 'there is no container of that name for the mount or the variables',
  'mount-container-ambiguous': 'it is not clear which container the mount, or the variables, are for',
  'containers-without-mount': 'containers are named, but neither a mount nor variables are asked for',
  'env-name-taken': 'the container has a variable of that name, with another value',
  'runs-as-root': 'the sidecar would run as root, which it or the pod forbids, so it would never start',
  'port-taken': 'two containers of the pod would listen on one port',
  'port-of-node':
    'the pod uses the network of its node, and has not asked itself for the sidecar that has a port',
  'request-above-limit': 'a request is greater than its limit',
  'namespace-unknown': 'the namespace may ask for sidecars, and the injector could not find out',
} as const;

export const warningReasons = {
  'unknown-sidecar': 'no sidecar has that name; the operator lets others use the prefix',
  'unencrypted-url': 'the address is reached without encryption',
  'short-hash': 'the value looks like a short hash, which cannot be fetched',
  'volume-not-mounted': 'no container of the app mounts the shared volume',
  'mount-hides-system': 'the mount hides what the container has there and cannot do without',
  'mount-point-missing':
    'the container starts only where a read-only volume has the place for another mount already',
  'mount-in-proxy': 'the mount, or the variables, are asked for in the proxy of another injector',
  'mount-before-content': 'an init container that mounts the shared volume runs before the sidecar',
  'env-empty': 'the definition has no variable for the app that these annotations leave',
  'no-next-version': 'there is no next version of that sidecar, so the pod gets the one that there is',
  'next-version-refused':
    'the pod would be refused with the next version that the operator has it get, so it gets the current one',
  'mount-sub-path': 'a mount with subPath never sees an update',
  'claim-shared': 'several pods would write one persistent volume claim',
  'port-of-node': 'the pod uses the network of its node, so a port of the sidecar is one of the node',
  'fs-group-missing':
    'the shared volume is a claim that may belong to root, and the pod names no group for it',
  'size-unused': 'the size is without effect because the pod declares the volume',
  'storage-limit-shared':
    "what the sidecar writes counts against the app's ephemeral-storage limit, beyond which the pod is evicted",
  'memory-raised': 'the memory request was made equal to the limit to keep the pod Guaranteed',
  'cpu-raised': 'the CPU request was made equal to the limit to keep the pod Guaranteed',
  'resources-of-pod':
    'the pod sets that resource for all its containers together, so the annotation is without effect',
  'no-longer-guaranteed':
    'the sidecar, or the pod, has no cpu or memory to limit, so it is no longer Guaranteed',
  'wait-shortened': 'the sidecar would wait longer before its end than the pod may take to end',
  'never-completes': 'a sidecar in mode classic keeps a pod running that should end',
  'pull-secrets-left-out': 'the pod does not get the Secrets for pulling the image of a sidecar',
  'annotation-kept': 'the pod has an annotation of its own that a sidecar would set to something else',
  'role-given': 'another injector gave the role of the app to a sidecar that was there before it',
  'request-withdrawn': 'the pod carries an injected sidecar that no annotation asks for any more',
  'definition-outdated':
    'a sidecar of a pod that runs, or one that was written into the manifest on purpose, comes from an older definition',
  'template-copied': 'the pod template is a copy of an injected pod, so its sidecar stays as it is for ever',
  'restarts-count':
    'a Job with restartPolicy OnFailure counts restarts of the sidecar against its backoffLimit',
  'exit-codes-shared':
    'a rule of podFailurePolicy without containerName takes the exit codes of the sidecar too',
  'pods-change':
    'the pods of the workload, or new pods of the namespace, will get that sidecar, or will no longer get it',
  'namespace-without-effect':
    'the label or an annotation of a Namespace has no effect: the other is missing, or its value means nothing, or the namespace is left out',
  overruled: 'an annotation nearer to the pod has another value, which counts',
  'carried-again': 'the annotation was taken out of the pod template, but the workload itself has it',
  'left-in-template':
    'a copied workload has an annotation in its pod template that was carried there once and that it no longer asks for',
  'not-carried': 'annotations on the workload do not reach its pods, because the operator wants it so',
  'no-pod-template':
    'nothing is carried, because the pod template is not where the operator says that the kind has it',
  'template-fixed': 'the pod template of a Job cannot change, so what was annotated is without effect',
} as const;

export type SkipReason = keyof typeof skipReasons;
export type RefusalReason = keyof typeof refusalReasons;
export type WarningReason = keyof typeof warningReasons;

/** What becomes of an object that is let through as it is. */
export interface LeftAsItIs {
  readonly outcome: 'skipped';
  readonly reason: SkipReason;
  readonly operations?: never;
  readonly warnings: readonly Warning[];
}

/** What becomes of an object that is not let through. */
export interface Refused {
  readonly outcome: 'refused';
  readonly refusals: readonly Refusal[];
  readonly warnings: readonly Warning[];
}

/** Why a pod is refused. */
export interface Refusal extends Told {
  readonly kind: 'refusal';
  readonly code: RefusalReason;
}

/** What a user should know although the request is let through; it may be a problem that was there before. */
export interface Warning extends Told {
  readonly kind: 'warning';
  readonly code: WarningReason | RefusalReason;
}

interface Told {
  /** The annotation, or what else of the pod it is about: what the log tells beside the code. */
  readonly where: string;
  /**
   * A sentence that says what, where, the value seen and what to write instead. It is made when it is first read:
   * thousands of findings cost nothing but their count, because few are told.
   */
  readonly message: string;
}

/** What a rule has to say about a pod. All findings are told together. */
export type Finding = Refusal | Warning;

export function refusal(code: RefusalReason, where: string, message: () => string): Refusal {
  return finding('refusal', code, where, message);
}

export function warning(code: Warning['code'], where: string, message: () => string): Warning {
  return finding('warning', code, where, message);
}

export function isRefusal(finding: Finding): finding is Refusal {
  return finding.kind === 'refusal';
}

export function isWarning(finding: Finding): finding is Warning {
  return finding.kind === 'warning';
}

function finding<Kind extends Finding['kind'], Code>(
  kind: Kind,
  code: Code,
  where: string,
  message: () => string,
) {
  let made: string | undefined;
  return {
    kind,
    code,
    where,
    get message() {
      made ??= message();
      return made;
    },
  };
}
