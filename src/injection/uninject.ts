/**
 * The way back: pod in, JSON Patch out that takes away what injectors have put into it. What that is the status says, and
 * nothing else is touched; no definition is asked.
 */
import type { Pod } from '../kubernetes/pod.ts';
import type { PatchOperation } from './patch/patch-operation.ts';
import type { Refusal, SkipReason } from './reason.ts';
import { namedParts } from './removal/named-parts.ts';
import { removeParts } from './removal/remove-parts.ts';
import { statusAnnotation } from './request/annotation-keys.ts';
import { parseStatus } from './status/pod-status.ts';
import { invalidStatus } from './status/read-status.ts';

/** What is taken out of a pod. */
export type RemovalDecision =
  | {
      readonly outcome: 'uninjected';
      /** The sidecars that go; none where the status only leaves something to others. */
      readonly sidecars: readonly string[];
      readonly operations: readonly PatchOperation[];
    }
  | { readonly outcome: 'skipped'; readonly reason: SkipReason }
  | { readonly outcome: 'refused'; readonly refusals: readonly Refusal[] };

/** Decides what to take out of a pod: all that its status names, and the status. The pod is only read. */
export function uninject(pod: Pod): RemovalDecision {
  const text = pod.metadata.annotations?.[statusAnnotation];
  if (text === undefined) return { outcome: 'skipped', reason: 'not-injected' };
  const status = parseStatus(text);
  if (status === undefined) return { outcome: 'refused', refusals: [invalidStatus()] };
  const parts = namedParts(status);
  // The status names every annotation that was added but itself.
  const annotations = new Set([...parts.annotations, statusAnnotation]);
  return {
    outcome: 'uninjected',
    sidecars: parts.sidecars,
    operations: removeParts(pod, { ...parts, annotations }),
  };
}
