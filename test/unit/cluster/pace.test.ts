import { describe, expect, it } from 'vitest';
import { Pace } from '../../../src/cluster/pace.ts';

/** A pace whose time passes by waiting only, and when each request went. */
function paceOf(requestsPerSecond: number, burst: number) {
  let clockMs = 1000;
  const waits: number[] = [];
  const nowMs = () => clockMs;
  const sleep = async (milliseconds: number) => void waits.push(milliseconds);
  const pace = new Pace({ requestsPerSecond, burst }, { nowMs, sleep });
  const goAfter = async (passedMs: number) => {
    clockMs += passedMs;
    waits.length = 0;
    await pace.turn();
    return waits[0] ?? 0;
  };
  return { pace, goAfter };
}

describe('a pace', () => {
  it('lets a burst go at once, and then one request after the other', async () => {
    const { goAfter } = paceOf(10, 3);
    const waited: number[] = [];
    for (let index = 0; index < 5; index += 1) waited.push(await goAfter(0));
    expect(waited).toEqual([0, 0, 0, 100, 200]);
  });

  it('lets no more than a burst go at once, however long nothing went before', async () => {
    const { goAfter } = paceOf(10, 2);
    expect([await goAfter(3_600_000), await goAfter(0), await goAfter(0)]).toEqual([0, 0, 100]);
  });

  it('is not in debt for what came slower than it allows', async () => {
    const { goAfter } = paceOf(10, 1);
    expect([await goAfter(0), await goAfter(100), await goAfter(250), await goAfter(99)]).toEqual([
      0, 0, 0, 1,
    ]);
  });

  it('lets nothing go before the time is over that the API server has asked for', async () => {
    const { pace, goAfter } = paceOf(10, 5);
    pace.hold(5000);
    pace.hold(2000);
    expect([await goAfter(0), await goAfter(1000), await goAfter(10_000)]).toEqual([5000, 4100, 0]);
  });
});
