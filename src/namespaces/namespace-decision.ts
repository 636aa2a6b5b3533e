import type { Refusal, SkipReason, Warning } from '../injection/reason.ts';
import type { Namespace } from '../kubernetes/namespace.ts';

/** What becomes of the write of a Namespace, which is never changed. */
export type NamespaceDecision =
  | {
      readonly outcome: 'skipped';
      readonly reason: SkipReason;
      readonly operations?: never;
      readonly warnings: readonly Warning[];
    }
  | {
      readonly outcome: 'refused';
      readonly refusals: readonly Refusal[];
      readonly warnings: readonly Warning[];
    };

/** A Namespace that is created or updated, as it would be, and as it was before the update. */
export interface NamespaceChange {
  readonly namespace: Namespace;
  readonly before?: Namespace | undefined;
}
