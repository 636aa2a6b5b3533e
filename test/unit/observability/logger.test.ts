import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { timestamps } from '../../../src/observability/logger.ts';

describe('the time of a line', () => {
  it('is what pino itself would write, whatever the time before was', () => {
    const times = [
      0, 1, 999, 1000, 1001, 61_099, 1000, 1_795_000_000_007, 1_795_000_000_987, 253_402_300_799_999,
    ];
    let now = 0;
    const timestamp = timestamps(() => now);
    for (now of times) expect(timestamp()).toBe(`,"time":"${new Date(now).toISOString()}"`);
    expect(pino.stdTimeFunctions.isoTime()).toMatch(/^,"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"$/);
  });
});
