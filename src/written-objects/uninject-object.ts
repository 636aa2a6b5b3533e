import { refusal } from '../injection/reason.ts';
import { propagatedAnnotation, statusAnnotation } from '../injection/request/annotation-keys.ts';
import { type RemovalDecision, uninject } from '../injection/uninject.ts';
import type { JsonObject } from '../kubernetes/json.ts';
import { MalformedObjectError } from '../kubernetes/malformed-object-error.ts';
import type { NamedWorkloadKind } from '../kubernetes/workload.ts';
import { uninjectWorkload } from '../workloads/uninject-workload.ts';
import { annotationsAround, podMakerKindOf, readPodMaker } from './pod-maker.ts';

/**
 * What `uninject` makes of one object of a manifest; undefined where the object makes no pods. It is the way back of
 * `inject`, and takes the webhook's additions out of a pod or workload that was read from a cluster too.
 */
export function uninjectObject(
  object: JsonObject,
  workloadKinds: readonly NamedWorkloadKind[],
): RemovalDecision | undefined {
  const kind = podMakerKindOf(object, workloadKinds);
  if (kind === undefined) return undefined;
  if (!annotationsAround(object, kind).some(wasWritten)) return notInjected;
  try {
    const maker = readPodMaker(object, kind);
    if ('pod' in maker) return uninject(maker.pod);
    return 'workload' in maker ? uninjectWorkload(maker.workload) : notInjected;
  } catch (error) {
    if (!(error instanceof MalformedObjectError)) throw error;
    const { path, message } = error;
    return { outcome: 'refused', refusals: [refusal('malformed-object', path, () => message)] };
  }
}

const notInjected = { outcome: 'skipped', reason: 'not-injected' } as const;

function wasWritten(annotations: JsonObject): boolean {
  return [statusAnnotation, propagatedAnnotation].some(key => Object.hasOwn(annotations, key));
}
