import type { LeftAsItIs, Refused } from '../injection/reason.ts';
import type { Namespace } from '../kubernetes/namespace.ts';

/** What becomes of the write of a Namespace, which is never changed. */
export type NamespaceDecision = LeftAsItIs | Refused;

/** A Namespace that is created or updated, as it would be, and as it was before the update. */
export interface NamespaceChange {
  readonly namespace: Namespace;
  readonly before?: Namespace | undefined;
}
