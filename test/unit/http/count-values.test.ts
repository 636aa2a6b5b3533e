import { describe, expect, it } from 'vitest';
import { checkValues, TooManyValuesError } from '../../../src/http/count-values.ts';

function check(text: string): string | undefined {
  try {
    checkValues(Buffer.from(text));
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(TooManyValuesError);
    return (error as Error).message;
  }
}

describe('a body', () => {
  it.each<[what: string, text: string, told: string]>([
    ['objects', `[${'{},'.repeat(400_000)}{}]`, 'the body holds more than 400000 objects and lists'],
    ['lists', '['.repeat(400_001), 'the body holds more than 400000 objects and lists'],
    ['keys', `{${'"a":0,'.repeat(150_000)}"a":0}`, 'the body holds more than 150000 keys'],
    ['entries', `[${'0,'.repeat(1_000_001)}0]`, 'the body holds more than 1000000 entries'],
  ])('may not hold more %s than memory does', (_what, text, told) => {
    expect(check(text)).toBe(told);
  });

  it.each<[what: string, text: string]>([
    ['as many objects as may be', `[${'{},'.repeat(399_998)}{}]`],
    ['as many keys as may be', `{${'"a":0,'.repeat(149_999)}"a":0}`],
    ['signs in a text, escaped quotes among them', JSON.stringify('{[:,"\\'.repeat(500_000))],
    ['a text without its end', `"${'\\'.repeat(400_001)}`],
  ])('may hold %s', (_what, text) => {
    expect(check(text)).toBeUndefined();
  });

  it('takes time in proportion to its length, and little of it', () => {
    const costOf = (count: number) => {
      const body = Buffer.from(JSON.stringify(Array(count).fill({ name: 'a', value: '"' })));
      return Math.min(
        ...Array.from({ length: 5 }, () => {
          const { user } = process.threadCpuUsage();
          checkValues(body);
          return process.threadCpuUsage().user - user;
        }),
      );
    };
    expect(costOf(70_000)).toBeLessThan(14 * Math.max(costOf(20_000), 200));
  });
});
