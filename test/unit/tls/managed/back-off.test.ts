import { expect, it } from 'vitest';
import { backOffMs } from '../../../../src/tls/managed/back-off.ts';

it('waits twice as long after each failure, at most ten seconds', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 100].map(failures => backOffMs(failures, 1))).toEqual([
    500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000,
  ]);
});

it('never waits less than half of it, so that replicas neither come together nor at once', () => {
  expect([1, 6].map(failures => backOffMs(failures, 0))).toEqual([250, 5000]);
});
