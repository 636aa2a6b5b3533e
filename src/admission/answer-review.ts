import type { AddOperation } from '../injection/build-patch.ts';
import type { InjectionDecision } from '../injection/inject.ts';
import type { Refusal, Warning } from '../injection/reason.ts';
import {
  type AdmissionRequest,
  type AdmissionResponse,
  type AdmissionReview,
  readAdmissionRequest,
} from '../kubernetes/admission-review.ts';
import { type Pod, readPod } from '../kubernetes/pod.ts';

/** What became of a request, as logs and metrics tell it: no values, no bodies. */
export interface ReviewRecord {
  readonly uid: string;
  readonly namespace: string;
  /** The pod's name; a prefix ending in "-" where the API server has yet to generate it. */
  readonly pod: string;
  /** What made the pod, as in `ReplicaSet/web-5d4f`. */
  readonly owner?: string;
  /** Set where the API server will not keep the pod. */
  readonly dryRun?: true;
  readonly decision: InjectionDecision['outcome'];
  /** A reason code; `injected` where nothing else is to say. */
  readonly reason: string;
  /** The sidecars that were added, and how many operations the patch has. */
  readonly sidecars?: readonly string[];
  readonly operations?: number;
  /** Why the pod was refused, as the user is told. */
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
 * @throws MalformedObjectError where the body is no review of a pod that can be read: the caller's fault.
 */
export function answerReview(body: unknown, decide: (pod: Pod) => InjectionDecision): AnsweredReview {
  const request = readAdmissionRequest(body);
  if (!isPodCreation(request)) {
    const decision = { outcome: 'skipped', reason: 'not-a-pod-creation', warnings: [] } as const;
    return { review: reviewOf(request, decision), record: recordOf(request, undefined, decision) };
  }
  const pod = readPod(request.object, 'request.object');
  const decision = decide(pod);
  return { review: reviewOf(request, decision), record: recordOf(request, pod, decision) };
}

/** The registration asks for nothing else. A wider one must not do harm: a pod that exists cannot get containers. */
function isPodCreation({ kind, operation, subResource }: AdmissionRequest): boolean {
  return kind.kind === 'Pod' && (kind.group ?? '') === '' && operation === 'CREATE' && !subResource;
}

function reviewOf({ uid }: AdmissionRequest, decision: InjectionDecision): AdmissionReview {
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: { uid, ...answerOf(decision), ...warningsOf(decision.warnings) },
  };
}

function answerOf(decision: InjectionDecision): Omit<AdmissionResponse, 'uid'> {
  switch (decision.outcome) {
    case 'skipped':
      return decision.operations === undefined ? { allowed: true } : patchWith(decision.operations);
    case 'refused':
      return {
        allowed: false,
        status: { code: 400, reason: 'BadRequest', message: refusalMessage(decision.refusals) },
      };
    case 'injected':
      return patchWith(decision.operations);
  }
}

function patchWith(operations: readonly AddOperation[]): Omit<AdmissionResponse, 'uid'> {
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

function recordOf(
  request: AdmissionRequest,
  pod: Pod | undefined,
  decision: InjectionDecision,
): ReviewRecord {
  const owner = pod?.metadata.ownerReferences?.find(({ controller }) => controller);
  return {
    uid: request.uid,
    namespace: request.namespace ?? '',
    pod: pod?.metadata.name ?? pod?.metadata.generateName ?? request.name ?? '',
    ...(owner ? { owner: `${owner.kind}/${owner.name}` } : {}),
    ...(request.dryRun ? { dryRun: true } : {}),
    decision: decision.outcome,
    reason: reasonOf(decision),
    ...detailsOf(decision),
    ...(decision.warnings.length > 0 ? { warnings: inWords(decision.warnings) } : {}),
  };
}

function detailsOf(decision: InjectionDecision): Pick<ReviewRecord, 'sidecars' | 'operations' | 'problems'> {
  switch (decision.outcome) {
    case 'injected': {
      const sidecars = decision.sidecars.map(({ instance }) => instance.name);
      return { sidecars, operations: decision.operations.length };
    }
    case 'refused':
      return { problems: inWords(decision.refusals) };
    case 'skipped':
      return decision.operations === undefined ? {} : { operations: decision.operations.length };
  }
}

function reasonOf(decision: InjectionDecision): string {
  if (decision.outcome === 'injected') return 'injected';
  return decision.outcome === 'skipped' ? decision.reason : (decision.refusals[0]?.code ?? '');
}
