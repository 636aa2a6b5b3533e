/**
 * Objects of kinds that the operator names. Kubernetes promises nothing about them but their metadata: a pod template may
 * be missing, as in a Rollout that refers to a Deployment, or be something else. Neither is a reason to refuse them.
 */
import { type Warning, warning } from '../injection/reason.ts';
import { isCarriedKey } from '../injection/request/annotation-keys.ts';
import { shownKey, shownName } from '../injection/shown-value.ts';
import type { AdmissionRequest } from '../kubernetes/admission-review.ts';
import { at } from '../kubernetes/json.ts';
import { MalformedObjectError } from '../kubernetes/malformed-object-error.ts';
import { type ObjectMeta, readObjectMeta } from '../kubernetes/pod.ts';
import { type NamedWorkloadKind, readWorkload, type Workload } from '../kubernetes/workload.ts';
import type { WorkloadChange } from '../workloads/decide-workload.ts';

export interface NamedWorkloadReading {
  readonly metadata: ObjectMeta;
  /** Undefined where there is no pod template to judge. */
  readonly change?: WorkloadChange;
  readonly warnings: readonly Warning[];
}

/**
 * Reads an object of a kind that the operator names, and what it was before.
 *
 * @throws MalformedObjectError where the object has no metadata as the API server sends it.
 */
export function readNamedWorkload(request: AdmissionRequest, named: NamedWorkloadKind): NamedWorkloadReading {
  const metadata = readObjectMeta(at(request.object, ['metadata']), 'request.object.metadata');
  const workload = otherName(request, named) ?? readTemplate(named, request.object);
  if (typeof workload === 'string') return { metadata, warnings: warningsOf(metadata, named, workload) };
  const old = request.operation === 'UPDATE' ? readTemplate(named, request.oldObject) : undefined;
  const before = typeof old === 'string' ? undefined : old;
  return { metadata, change: { workload, before }, warnings: [] };
}

/** What is wrong where the webhook is asked about another version or resource than the configuration names. */
function otherName({ kind, resource }: AdmissionRequest, named: NamedWorkloadKind): string | undefined {
  const asked = {
    resource: resource?.resource ?? named.resource,
    version: (kind.version as string | null | undefined) ?? named.version,
  };
  if (asked.version === named.version && asked.resource === named.resource) return undefined;
  const [rule, entry] = [asked, named].map(name => `${shownName(name.resource)} ${shownName(name.version)}`);
  return `its rule says ${rule}, workloadKinds ${entry}`;
}

/** The object with its pod template, or why there is none. */
function readTemplate(named: NamedWorkloadKind, object: unknown): Workload | string {
  if (at(object, named.template.split('.')) === undefined) {
    return `it has no ${named.template}; annotate what makes its pods`;
  }
  try {
    return readWorkload(named, object, named.kind);
  } catch (error) {
    if (error instanceof MalformedObjectError) return error.message;
    throw error;
  }
}

/** Whoever annotates such an object is told; what is in a template reaches the pods all the same. */
function warningsOf(
  { annotations }: ObjectMeta,
  { kind }: NamedWorkloadKind,
  problem: string,
): readonly Warning[] {
  const key = Object.keys(annotations ?? {}).find(isCarriedKey);
  if (key === undefined) return [];
  const message = () => `${shownKey(key)} on this ${kind} has no effect: ${problem}`;
  return [warning('no-pod-template', shownKey(key), message)];
}
