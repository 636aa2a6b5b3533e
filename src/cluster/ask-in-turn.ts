import { ApiError } from './api-error.ts';
import type { Pace } from './pace.ts';

/**
 * Makes a request when it is its turn, and again where the API server has too much to do, after the time that it asks for.
 * Without a pace it is made at once, and once.
 */
export async function askInTurn<T>(
  pace: Pace | undefined,
  method: string,
  ask: () => Promise<T>,
): Promise<T> {
  if (pace === undefined) return ask();
  for (let tries = 1; ; tries += 1) {
    await pace.turn();
    try {
      return await ask();
    } catch (error) {
      const waitMs = tries < maxTries ? waitBeforeNextTry(method, error) : undefined;
      if (waitMs === undefined) throw error;
      pace.hold(waitMs);
    }
  }
}

const maxTries = 10;

/**
 * Undefined where the request is not made again. One that is answered with 429 was not looked at; behind 503 it may have
 * been, which does no harm where it only reads.
 */
function waitBeforeNextTry(method: string, error: unknown): number | undefined {
  if (!(error instanceof ApiError)) return undefined;
  const { status, retryAfterMs } = error;
  if (status === 429) return Math.min(retryAfterMs ?? usualWaitMs, maxWaitMs);
  if (status !== 503 || method !== 'GET' || retryAfterMs === undefined) return undefined;
  return Math.min(retryAfterMs, maxWaitMs);
}

/** The API server asks for a second where it has too much to do. */
const usualWaitMs = 1000;

const maxWaitMs = 60_000;
