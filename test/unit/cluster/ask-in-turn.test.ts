import { describe, expect, it } from 'vitest';
import { ApiError, type ApiErrorOptions } from '../../../src/cluster/api-error.ts';
import { askInTurn } from '../../../src/cluster/ask-in-turn.ts';
import { Pace } from '../../../src/cluster/pace.ts';

/** Asks an API that first gives these answers and then a success, and tells how long was waited before each try. */
async function ask(method: string, ...failures: readonly ApiError[]) {
  let clockMs = 0;
  const sleep = async (milliseconds: number) => {
    clockMs += milliseconds;
  };
  const pace = new Pace({ requestsPerSecond: 1000, burst: 1000 }, { nowMs: () => clockMs, sleep });
  const triedMs: number[] = [];
  const request = async () => {
    const failure = failures[triedMs.push(clockMs) - 1];
    if (failure !== undefined) throw failure;
    return 'done';
  };
  const result = await askInTurn(pace, method, request).catch((error: unknown) => error);
  return { result, triedMs };
}

const failure = (status: number, options?: ApiErrorOptions) => new ApiError('x', status, 'busy', options);

describe('a request in turn', () => {
  it('is made again after the time that the API server asks for, whatever it does', async () => {
    const busy = failure(429, { retryAfterMs: 3000 });
    expect(await ask('PATCH', busy, busy)).toEqual({ result: 'done', triedMs: [0, 3000, 6000] });
  });

  it('is made again after a second where no time is named, and after a minute where a longer one is', async () => {
    const answers = [failure(429), failure(429, { retryAfterMs: 3_600_000 })];
    expect((await ask('POST', ...answers)).triedMs).toEqual([0, 1000, 61_000]);
  });

  it('is made again behind 503 where it only reads and a time is named', async () => {
    const away = failure(503, { retryAfterMs: 1000 });
    expect((await ask('GET', away)).triedMs).toEqual([0, 1000]);
    expect(await ask('PATCH', away)).toEqual({ result: away, triedMs: [0] });
    expect((await ask('GET', failure(503))).triedMs).toEqual([0]);
  });

  it.each([0, 403, 409, 500])('is not made again behind %i', async status => {
    const other = failure(status, { retryAfterMs: 1000 });
    expect(await ask('GET', other)).toEqual({ result: other, triedMs: [0] });
  });

  it('is given up after ten tries', async () => {
    const busy = failure(429, { retryAfterMs: 1000 });
    const { result, triedMs } = await ask('GET', ...Array<ApiError>(20).fill(busy));
    expect([result, triedMs.length]).toEqual([busy, 10]);
  });

  it('is made at once and once where there is no pace', async () => {
    let tries = 0;
    const request = async () => {
      tries += 1;
      throw failure(429);
    };
    await expect(askInTurn(undefined, 'GET', request)).rejects.toThrow('busy');
    expect(tries).toBe(1);
  });
});
