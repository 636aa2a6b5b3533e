/** One review, tried: answered within its time, without a fault of ours, and with an answer that keeps every promise. */
import { answerReview } from '../../src/admission/answer-review.ts';
import { MalformedObjectError } from '../../src/kubernetes/malformed-object-error.ts';
import { cpuMs } from '../bounded-work.ts';
import { holdsMarker, problemsOfAnswer } from './check-answer.ts';
import type { Node } from './mutate-review.ts';
import type { Setting } from './settings.ts';
import { surroundingsOf } from './surroundings.ts';

/** A promise that was broken, by its name, and how. */
export interface Finding {
  readonly promise: string;
  readonly what: string;
}

/** CPU time that a review may take: generous, because machines are shared, and in proportion to its size. */
const [leastMs, msPerKilobyte] = [250, 0.5];

/** The findings of one review as it was parsed; it stays as it is. */
export function tryReview(review: Node, { core }: Setting): readonly Finding[] {
  const startedMs = cpuMs();
  let tookMs = 0;
  try {
    const surroundings = surroundingsOf(review);
    const { review: answer, record } = answerReview(review, core, surroundings);
    tookMs = cpuMs() - startedMs;
    if (tookMs > leastMs) return tooSlow(review, tookMs);
    return problemsOfAnswer({ review, answer, record, core, surroundings }).map(findingOf);
  } catch (error) {
    if (!(error instanceof MalformedObjectError)) return [{ promise: 'throws', what: told(error) }];
    if (error.message.length > 4096)
      return [{ promise: 'message', what: `${error.message.length} characters` }];
    return holdsMarker(error.message) ? [{ promise: 'credential', what: 'comes back in a 400' }] : [];
  }
}

function tooSlow(review: Node, tookMs: number): readonly Finding[] {
  const allowedMs = leastMs + (JSON.stringify(review).length / 1000) * msPerKilobyte;
  return tookMs > allowedMs ? [{ promise: 'time', what: `${tookMs.toFixed(0)} ms of CPU` }] : [];
}

export function findingOf(problem: string): Finding {
  const colon = problem.indexOf(':');
  return { promise: problem.slice(0, colon), what: problem.slice(colon + 2) };
}

function told(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 300) : String(error);
}
