import { type RefusalReason, refusalReasons, type WarningReason } from '../../injection/reason.ts';
import { parseRequestKey } from '../../injection/request/annotation-keys.ts';
import type { Obstacle } from '../obstacles.ts';

/** A reason of the engine, or what it has none for. */
export type AuditCode = RefusalReason | WarningReason | (Obstacle & ('pod-bare' | 'namespace-changed'));

/** Something in a cluster that is not as its annotations and the definitions would have it. */
export interface AuditFinding {
  readonly namespace: string;
  /** As kubectl takes it: what makes the pods, or the pod itself. */
  readonly object: string;
  /** Empty where it is about no single one. */
  readonly sidecar: string;
  readonly code: AuditCode;
  readonly message: string;
  /** `next`: pods that will be made; `present`: pods that run. */
  readonly about: 'next' | 'present';
  /** Where what asks for the sidecar comes from, as in `namespace shop`; absent where that is the object itself. */
  readonly from?: string;
  /** The pods in which it was seen; none where it is about the object itself. */
  readonly pods: readonly string[];
}

/** What was seen in one object, before it is known what else has it. */
export type Seen = Omit<AuditFinding, 'namespace' | 'object' | 'pods'>;

/** The sidecar that a finding of the engine is about, as far as the annotation that it names tells. */
export function sidecarAt(where: string): string {
  return parseRequestKey(where)?.sidecar ?? '';
}

/** Whether a code stands for a pod that is not created. */
export function isRefusal(code: AuditCode): boolean {
  return Object.hasOwn(refusalReasons, code);
}
