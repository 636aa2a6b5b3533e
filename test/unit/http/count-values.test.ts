import { describe, expect, it } from 'vitest';
import { checkValues, TooManyValuesError } from '../../../src/http/count-values.ts';
import { type Growth, superlinear } from '../../property/linear/growth.ts';

function check(text: string): string | undefined {
  try {
    checkValues(Buffer.from(text));
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(TooManyValuesError);
    return (error as Error).message;
  }
}

const tooMuch = 'the body would take more than 84 MiB of memory; send fewer objects and keys';

const several = (text: string, count: number) => Array(count).fill(text).join();

describe('a body', () => {
  it.each<[what: string, text: string, told: string]>([
    ['objects', `[${several('{}', 480_000)}]`, tooMuch],
    ['lists', `[${several('[]', 480_000)}]`, tooMuch],
    ['keys', `{${several('"a":0', 230_000)}}`, tooMuch],
    ['entries', `[${several('0', 800_000)}]`, tooMuch],
    [
      'of each a little',
      `[${several('{"a":0}', 120_000)},${several('{}', 240_000)},${several('0', 300_000)}]`,
      tooMuch,
    ],
    ['lists in one another', '['.repeat(400_000), 'the body is nested more than 10000 deep'],
  ])('may not hold more than memory does: %s', (_what, text, told) => {
    expect(check(text)).toBe(told);
  });

  it.each<[what: string, text: string]>([
    ['as many objects as may be', `[${several('{}', 460_000)}]`],
    ['as many keys as may be', `{${several('"a":0', 215_000)}}`],
    ['an object of 1.5 MiB twice', several(`[${several('{"name":"NAME","value":"VALUE"}', 45_000)}]`, 2)],
    ['lists 10,000 deep', `${'['.repeat(10_000)}"${'x'.repeat(400_000)}"${']'.repeat(10_000)}`],
    ['many lists that are closed', several('[[[]]]', 100_000)],
    ['signs in a text, escaped quotes among them', JSON.stringify('{[:,"\\'.repeat(500_000))],
    ['a text without its end', `"${'\\'.repeat(400_001)}`],
  ])('may hold %s', (_what, text) => {
    expect(check(text)).toBeUndefined();
  });

  it('takes time in proportion to its length, and little of it', () => {
    const growth: Growth = {
      name: 'checkValues',
      leastMs: 0.05,
      prepare: size => {
        const entry = { name: 'a', value: '"'.padEnd(100, 'x') };
        const body = Buffer.from(JSON.stringify(Array(size).fill(entry)));
        return () => checkValues(body);
      },
    };
    expect(superlinear([growth])).toEqual([]);
  });
});
