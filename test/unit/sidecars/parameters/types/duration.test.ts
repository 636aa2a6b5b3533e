import { describe, expect, it } from 'vitest';
import { parseDurationSeconds } from '../../../../../src/sidecars/parameters/types/duration.ts';
import { readValue, useInstead } from '../read-value.ts';

describe('a duration', () => {
  it.each([
    ['0s', 0],
    ['1s', 1],
    ['60s', 60],
    ['5m', 300],
    ['1h', 3600],
    ['1h30m', 5400],
    ['1h1m1s', 3661],
    ['1.5h', 5400],
    ['0.5s', 0.5],
    ['100ms', 0.1],
    ['1s500ms', 1.5],
    ['90m', 5400],
    ['2500000h', 9e9],
  ])('%s is %s seconds', (text, seconds) => {
    expect(parseDurationSeconds(text)).toBe(seconds);
  });

  it.each([
    ['1us', 1e-6],
    ['1µs', 1e-6],
    ['1ns', 1e-9],
  ])('%s is about %s seconds', (text, seconds) => {
    expect(parseDurationSeconds(text)).toBeCloseTo(seconds, 12);
  });

  it('keeps its text, which the sidecar reads', () => {
    expect(readValue('duration', '1h30m').value).toMatchObject({
      value: '1h30m',
      text: '1h30m',
      magnitude: 5400,
    });
  });

  it.each([
    '5',
    '0',
    's',
    '5 s',
    '5S',
    '5M',
    '5d',
    '1w',
    '1y',
    '5sec',
    '5minutes',
    '1,5h',
    '.5s',
    '5.s',
    '+5s',
    '1h 30m',
    '1h30',
    'PT5M',
    '1e3s',
    '٥s',
    '99999999999h',
    '1_000s',
    'forever',
  ])('is not %s', text => {
    expect(useInstead('duration', text)).toBeDefined();
  });

  it('is not negative', () => {
    expect(useInstead('duration', '-5s')).toBe('a value that does not begin with "-"');
  });

  it('is explained with examples', () => {
    expect(useInstead('duration', '60')).toBe('a duration with its unit, such as 30s, 5m or 1h30m');
  });
});
