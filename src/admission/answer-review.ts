import type { Injector } from '../injection/inject.ts';
import type { PatchOperation } from '../injection/patch/patch-operation.ts';
import { patchText } from '../injection/patch/patch-text.ts';
import type { Refusal, Warning } from '../injection/reason.ts';
import {
  type AdmissionRequest,
  type AdmissionResponse,
  type AdmissionReview,
  readAdmissionRequest,
} from '../kubernetes/admission-review.ts';
import { readNamespace } from '../kubernetes/namespace.ts';
import { type ObjectMeta, type Pod, readPod } from '../kubernetes/pod.ts';
import {
  type NamedWorkloadKind,
  readWorkload,
  type WorkloadKind,
  workloadKindOf,
} from '../kubernetes/workload.ts';
import type { InjectionRule } from '../namespaces/injection-rule.ts';
import type { NamespaceChange, NamespaceDecision } from '../namespaces/namespace-decision.ts';
import { sourcesFor } from '../namespaces/sources-for.ts';
import { oneLine } from '../shown-text.ts';
import type { WorkloadChange, WorkloadDecision } from '../workloads/decide-workload.ts';
import { fewLines, others } from './few-lines.ts';
import { decideWithoutNamespace, withNamespaceUnknown } from './namespace-unknown.ts';
import { readNamedWorkload } from './read-named-workload.ts';
import { type Answer, type Decision, type ReviewRecord, recordOf } from './review-record.ts';
import type { Surroundings } from './surroundings.ts';

/** What decides; pure. */
export interface Core {
  readonly decide: Injector;
  readonly decideWorkload: (change: WorkloadChange) => WorkloadDecision;
  /** Judges what is written on a Namespace; without it Namespaces are not looked at. */
  readonly decideNamespace?: (change: NamespaceChange) => NamespaceDecision;
  /** Kinds of workload beside those of Kubernetes itself. */
  readonly workloadKinds?: readonly NamedWorkloadKind[];
  /** What the operator has put into pods without a word of their own. */
  readonly rules?: () => readonly InjectionRule[];
  /** Namespaces that are always left out; those of the usual installation where it is not said. */
  readonly excluded?: ReadonlySet<string>;
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
export function answerReview(body: unknown, core: Core, surroundings?: Surroundings): AnsweredReview {
  return answerRequest(readAdmissionRequest(body), core, surroundings);
}

/**
 * The same for who has read the request already, because what is known of its surroundings had to be found first.
 *
 * @throws MalformedObjectError where its object cannot be read: the caller's fault.
 */
export function answerRequest(
  request: AdmissionRequest,
  core: Core,
  surroundings: Surroundings = nothingKnown,
): AnsweredReview {
  const { kind, metadata, decision } = answerOnObject(request, core, surroundings);
  return { review: reviewOf(request, decision), record: recordOf(request, { kind, metadata, decision }) };
}

const nothingKnown: Surroundings = { namespace: undefined };

function answerOnObject(request: AdmissionRequest, core: Core, surroundings: Surroundings): Answer {
  const kind = concernOf(request, core);
  if (kind === 'other') {
    return { kind, decision: { outcome: 'skipped', reason: 'not-a-pod-creation', warnings: [] } };
  }
  if (kind === 'Pod') {
    const pod = readPod(request.object, 'request.object');
    return { kind, metadata: pod.metadata, decision: decideOnPod(pod, core, surroundings) };
  }
  if (kind === 'Namespace') return answerNamespace(request, core);
  if (typeof kind !== 'string') return answerNamed(request, kind, { core, surroundings });
  const workload = readWorkload(kind, request.object, 'request.object');
  const before =
    request.operation === 'UPDATE' ? readWorkload(kind, request.oldObject, 'request.oldObject') : undefined;
  const decision = decideOnWorkload({ workload, before }, core, surroundings);
  return { kind, metadata: workload.metadata, decision };
}

function answerNamespace(request: AdmissionRequest, { decideNamespace }: Core): Answer {
  const namespace = readNamespace(request.object, 'request.object');
  const before =
    request.operation === 'UPDATE' ? readNamespace(request.oldObject, 'request.oldObject') : undefined;
  const decision: Decision = decideNamespace?.({ namespace, before }) ?? unjudged;
  return { kind: 'Namespace', metadata: namespace.metadata, decision };
}

const unjudged = { outcome: 'skipped', reason: 'not-a-pod-creation', warnings: [] } as const;

function answerNamed(
  request: AdmissionRequest,
  named: NamedWorkloadKind,
  { core, surroundings }: { readonly core: Core; readonly surroundings: Surroundings },
): Answer {
  const { metadata, change, warnings } = readNamedWorkload(request, named);
  const decision: Decision = change
    ? decideOnWorkload(change, core, surroundings)
    : { outcome: 'skipped', reason: 'no-pod-template', warnings };
  return { kind: `${named.kind}.${named.group}`, metadata, decision };
}

function decideOnPod(pod: Pod, core: Core, surroundings: Surroundings): Decision {
  const { problem } = surroundings;
  if (problem !== undefined) return decideWithoutNamespace(pod, core.decide, problem);
  return core.decide(pod, sourcesOf(pod.metadata, core, surroundings));
}

function decideOnWorkload(change: WorkloadChange, core: Core, surroundings: Surroundings): Decision {
  const { metadata } = change.workload.template;
  const sources = sourcesOf(metadata ?? {}, core, surroundings);
  const inPlace = sources.length === 0 ? change : { ...change, sources };
  return withNamespaceUnknown(core.decideWorkload(inPlace), surroundings.problem);
}

function sourcesOf({ labels }: ObjectMeta, { rules, excluded }: Core, { namespace }: Surroundings) {
  return sourcesFor(namespace, labels ?? {}, rules?.(), excluded);
}

/** The registration asks for nothing else. A wider one must not do harm: a pod that exists cannot get containers. */
function concernOf(
  { kind: { group, kind }, operation, subResource }: AdmissionRequest,
  { workloadKinds }: Core,
): 'Pod' | 'Namespace' | WorkloadKind | NamedWorkloadKind | 'other' {
  if (subResource || !['CREATE', 'UPDATE'].includes(operation)) return 'other';
  if ((group ?? '') === '' && kind === 'Namespace') return 'Namespace';
  if ((group ?? '') === '' && kind === 'Pod') return operation === 'CREATE' ? 'Pod' : 'other';
  return workloadKindOf(group ?? '', kind, workloadKinds) ?? 'other';
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
  const patch = Buffer.from(patchText(operations)).toString('base64');
  return { allowed: true, patchType: 'JSONPatch', patch };
}

/** All problems at once, one line each, with the code that the reference explains. */
function refusalMessage(refusals: readonly Refusal[]): string {
  const { lines, more } = fewLines(refusals, ({ code, message }) => `${message} (${code})`, maxMessageBytes);
  if (refusals.length === 1) return lines.join('');
  const told = [...lines, ...others(more)].map(line => `- ${line}`);
  return [`${refusals.length} problems:`, ...told].join('\n');
}

/** What a person reads; with the heading and a line about what is left out it is less than 4 KiB. */
const maxMessageBytes = 4000;

function warningsOf(warnings: readonly Warning[]): Pick<AdmissionResponse, 'warnings'> {
  if (warnings.length === 0) return {};
  const { lines, more } = fewLines(
    warnings,
    ({ message }) => oneLine(message, maxWarningLength),
    maxMessageBytes,
  );
  return { warnings: [...lines, ...others(more).map(line => `${line} warnings`)] };
}

/** Clients show a warning in one line; the API server cuts all warnings of a request beyond 4096 characters. */
const maxWarningLength = 120;
