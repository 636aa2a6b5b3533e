import { setImmediate as turn } from 'node:timers/promises';
import type { Steps } from './steps.ts';

/** Does steps for about a millisecond, then gives all else that waits a turn, and so on. `now` is a clock in milliseconds. */
export async function inTurns<T>(steps: Steps<T>, now: () => number): Promise<T> {
  let began = now();
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    if (now() - began < turnMs) continue;
    await turn();
    began = now();
  }
}

/** No step takes much longer by itself. */
const turnMs = 1;
