import type { InjectionDecision, Injector } from '../injection/inject.ts';
import type { PatchOperation } from '../injection/patch/patch-operation.ts';
import type { Refusal, Warning } from '../injection/reason.ts';
import {
  type AdmissionRequest,
  type AdmissionResponse,
  type AdmissionReview,
  readAdmissionRequest,
} from '../kubernetes/admission-review.ts';
import { type ObjectMeta, readPod } from '../kubernetes/pod.ts';
import { readWorkload, type WorkloadKind, workloadKindOf } from '../kubernetes/workload.ts';
import type { WorkloadChange, WorkloadDecision } from '../workloads/decide-workload.ts';

/** What decides; pure. */
export interface Core {
  readonly decide: Injector;
  readonly decideWorkload: (change: WorkloadChange) => WorkloadDecision;
}

type Decision = InjectionDecision | WorkloadDecision;

/** What became of a request, as logs and metrics tell it: no values, no bodies. */
export interface ReviewRecord {
  readonly uid: string;
  /** `other` for what the injector has no business with. */
  readonly kind: 'Pod' | WorkloadKind | 'other';
  readonly namespace: string;
  /** The object's name; a prefix ending in "-" where the API server has yet to generate it. */
  readonly pod?: string;
  readonly workload?: string;
  /** What made the object, as in `ReplicaSet/web-5d4f`. */
  readonly owner?: string;
  /** Set where the API server will not keep the object. */
  readonly dryRun?: true;
  readonly decision: Decision['outcome'];
  /** A reason code; `injected` or `propagated` where nothing else is to say. */
  readonly reason: string;
  /** The sidecars that were added or will be, and how many operations the patch has. */
  readonly sidecars?: readonly string[];
  readonly operations?: number;
  /** Why the object was refused, as the user is told. */
  readonly problems?: readonly string[];
  readonly warnings?: readonly string[];
}

export interface AnsweredReview {
  readonly review: AdmissionReview;
  readonly record: ReviewRecord;
}

/**
 * Answers an AdmissionReview: reads it, lets the core decide, and puts the decision into words of the API.
 *
 * @throws MalformedObjectError where the body is no review of an object that can be read: the caller's fault.
 */
export function answerReview(body: unknown, core: Core): AnsweredReview {
  const request = readAdmissionRequest(body);
  const { kind, metadata, decision } = answerRequest(request, core);
  return { review: reviewOf(request, decision), record: recordOf(request, { kind, metadata, decision }) };
}

interface Answer {
  readonly kind: ReviewRecord['kind'];
  /** Undefined where the object was not looked at. */
  readonly metadata?: ObjectMeta | undefined;
  readonly decision: Decision;
}

function answerRequest(request: AdmissionRequest, { decide, decideWorkload }: Core): Answer {
  const kind = concernOf(request);
  if (kind === 'other') {
    return { kind, decision: { outcome: 'skipped', reason: 'not-a-pod-creation', warnings: [] } };
  }
  if (kind === 'Pod') {
    const pod = readPod(request.object, 'request.object');
    return { kind, metadata: pod.metadata, decision: decide(pod) };
  }
  const workload = readWorkload(kind, request.object, 'request.object');
  const before =
    request.operation === 'UPDATE' ? readWorkload(kind, request.oldObject, 'request.oldObject') : undefined;
  return { kind, metadata: workload.metadata, decision: decideWorkload({ workload, before }) };
}

/** The registration asks for nothing else. A wider one must not do harm: a pod that exists cannot get containers. */
function concernOf({
  kind: { group, kind },
  operation,
  subResource,
}: AdmissionRequest): ReviewRecord['kind'] {
  if (subResource || !['CREATE', 'UPDATE'].includes(operation)) return 'other';
  if ((group ?? '') === '' && kind === 'Pod') return operation === 'CREATE' ? 'Pod' : 'other';
  return workloadKindOf(group ?? '', kind) ?? 'other';
}

function reviewOf({ uid }: AdmissionRequest, decision: Decision): AdmissionReview {
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: { uid, ...answerOf(decision), ...warningsOf(decision.warnings) },
  };
}

function answerOf(decision: Decision): Omit<AdmissionResponse, 'uid'> {
  switch (decision.outcome) {
    case 'skipped':
      return decision.operations === undefined ? { allowed: true } : patchWith(decision.operations);
    case 'refused':
      return {
        allowed: false,
        status: { code: 400, reason: 'BadRequest', message: refusalMessage(decision.refusals) },
      };
    case 'injected':
    case 'propagated':
      return patchWith(decision.operations);
  }
}

function patchWith(operations: readonly PatchOperation[]): Omit<AdmissionResponse, 'uid'> {
  const patch = Buffer.from(JSON.stringify(operations)).toString('base64');
  return { allowed: true, patchType: 'JSONPatch', patch };
}

/** All problems at once, one line each, with the code that the reference explains. */
function refusalMessage(refusals: readonly Refusal[]): string {
  const lines = inWords(refusals);
  return lines.length === 1
    ? lines.join('')
    : [`${lines.length} problems:`, ...lines.map(line => `- ${line}`)].join('\n');
}

function inWords(findings: readonly (Refusal | Warning)[]): readonly string[] {
  return findings.map(({ code, message }) => `${message} (${code})`);
}

function warningsOf(warnings: readonly Warning[]): Pick<AdmissionResponse, 'warnings'> {
  return warnings.length === 0 ? {} : { warnings: warnings.map(({ message }) => clip(message)) };
}

/** Clients show a warning in one line; the API server cuts all warnings of a request when they grow long together. */
function clip(message: string): string {
  const characters = [...message];
  return characters.length > maxWarningLength
    ? `${characters.slice(0, maxWarningLength - 1).join('')}…`
    : message;
}

const maxWarningLength = 120;

function recordOf(request: AdmissionRequest, { kind, metadata, decision }: Answer): ReviewRecord {
  const owner = metadata?.ownerReferences?.find(({ controller }) => controller);
  const name = metadata?.name ?? metadata?.generateName ?? request.name ?? '';
  return {
    uid: request.uid,
    kind,
    namespace: request.namespace ?? '',
    ...(kind === 'Pod' ? { pod: name } : kind === 'other' ? {} : { workload: name }),
    ...(owner ? { owner: `${owner.kind}/${owner.name}` } : {}),
    ...(request.dryRun ? { dryRun: true } : {}),
    decision: decision.outcome,
    reason: reasonOf(decision),
    ...detailsOf(decision),
    ...(decision.warnings.length > 0 ? { warnings: inWords(decision.warnings) } : {}),
  };
}

function detailsOf(decision: Decision): Pick<ReviewRecord, 'sidecars' | 'operations' | 'problems'> {
  switch (decision.outcome) {
    case 'injected': {
      const sidecars = decision.sidecars.map(({ instance }) => instance.name);
      return { sidecars, operations: decision.operations.length };
    }
    case 'propagated':
      return { sidecars: decision.sidecars, operations: decision.operations.length };
    case 'refused':
      return { problems: inWords(decision.refusals) };
    case 'skipped':
      return decision.operations === undefined ? {} : { operations: decision.operations.length };
  }
}

function reasonOf(decision: Decision): string {
  switch (decision.outcome) {
    case 'injected':
    case 'propagated':
      return decision.outcome;
    case 'refused':
      return decision.refusals[0]?.code ?? '';
    case 'skipped':
      return decision.reason;
  }
}
