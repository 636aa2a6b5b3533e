import type { InjectionDecision } from '../injection/inject.ts';
import type { Refusal, Warning } from '../injection/reason.ts';
import type { RenderedSidecar } from '../injection/render/render-sidecar.ts';
import { shownName } from '../injection/shown-value.ts';
import type { AdmissionRequest } from '../kubernetes/admission-review.ts';
import type { ObjectMeta } from '../kubernetes/pod.ts';
import type { NamespaceDecision } from '../namespaces/namespace-decision.ts';
import { oneLine } from '../shown-text.ts';
import type { WorkloadDecision } from '../workloads/decide-workload.ts';
import { cut, fewLines, others } from './few-lines.ts';

export type Decision = InjectionDecision | WorkloadDecision | NamespaceDecision;

/** What became of a request, as logs and metrics tell it: no values, no bodies, and at most 4 KiB as a line of JSON. */
export interface ReviewRecord {
  readonly uid: string;
  /** `other` for what the injector has no business with; with its group where the operator named it. */
  readonly kind: string;
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
  /** Those of them that a pod got in their next version; absent where there is none. */
  readonly next?: readonly string[];
  readonly operations?: number;
  /** Why the object was refused: reason codes, each with the annotation that it is about, never with a value. */
  readonly problems?: readonly string[];
  /** What the user is warned of, told in the same way. */
  readonly warnings?: readonly string[];
}

/** What was decided about the object of a request. */
export interface Answer {
  readonly kind: ReviewRecord['kind'];
  /** Undefined where the object was not looked at. */
  readonly metadata?: ObjectMeta | undefined;
  readonly decision: Decision;
}

/** Puts a decision into a record. */
export function recordOf(request: AdmissionRequest, { kind, metadata, decision }: Answer): ReviewRecord {
  const owner = metadata?.ownerReferences?.find(({ controller }) => controller);
  const name = metadata?.name ?? metadata?.generateName ?? request.name ?? '';
  return {
    uid: logged(request.uid),
    kind,
    namespace: logged(kind === 'Namespace' ? name : (request.namespace ?? '')),
    ...nameOf(kind, logged(name)),
    ...(owner ? { owner: `${logged(owner.kind)}/${logged(owner.name)}` } : {}),
    ...(request.dryRun ? { dryRun: true } : {}),
    decision: decision.outcome,
    reason: reasonOf(decision),
    ...detailsOf(decision),
    ...(decision.warnings.length > 0 ? { warnings: codesOf(decision.warnings) } : {}),
  };
}

function nameOf(kind: ReviewRecord['kind'], name: string): Pick<ReviewRecord, 'pod' | 'workload'> {
  if (kind === 'Pod') return { pod: name };
  return kind === 'other' || kind === 'Namespace' ? {} : { workload: name };
}

/** A name as it may stand in a line of the log. */
function logged(name: string): string {
  return cut(oneLine(name, maxNameLength), maxNameLength);
}

/** No name of Kubernetes is longer, nor takes more bytes. */
const maxNameLength = 253;

/** The code and the annotation say what to look for; the value may be a password. */
function codesOf(findings: readonly (Refusal | Warning)[]): readonly string[] {
  return logList(findings, ({ code, where }) => `${code} ${where}`);
}

function logList<T>(
  items: readonly T[],
  inWords: (item: T) => string,
  maxBytes = maxLogListBytes,
): readonly string[] {
  const { lines, more } = fewLines(items, inWords, maxBytes);
  return [...lines, ...others(more)];
}

/** There are at most two such lists in a line, and one of a quarter. */
const maxLogListBytes = 1024;

type Details = Pick<ReviewRecord, 'sidecars' | 'next' | 'operations' | 'problems'>;

function detailsOf(decision: Decision): Details {
  switch (decision.outcome) {
    case 'injected': {
      const next = decision.sidecars.filter(({ instance }) => instance.definition.version !== undefined);
      const nameIn = ({ instance }: RenderedSidecar) => instance.request.shownName;
      return {
        sidecars: logList(decision.sidecars, nameIn),
        ...(next.length > 0 ? { next: logList(next, nameIn, maxLogListBytes / 4) } : {}),
        operations: decision.operations.length,
      };
    }
    case 'propagated':
      return { sidecars: logList(decision.sidecars, shownName), operations: decision.operations.length };
    case 'refused':
      return { problems: codesOf(decision.refusals) };
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
