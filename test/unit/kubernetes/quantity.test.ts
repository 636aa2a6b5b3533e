import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseQuantity } from '../../../src/kubernetes/quantity.ts';

describe('a quantity', () => {
  it.each<[string | number, number]>([
    ['0', 0],
    ['1', 1],
    [2, 2],
    [1.5, 1.5],
    ['+1', 1],
    ['-1', -1],
    ['.5', 0.5],
    ['5.', 5],
    ['100m', 0.1],
    ['1100m', 1.1],
    ['1500u', 0.0015],
    ['1n', 1e-9],
    ['1k', 1000],
    ['1M', 1e6],
    ['1G', 1e9],
    ['1T', 1e12],
    ['1P', 1e15],
    ['1E', 1e18],
    ['1Ki', 1024],
    ['1Mi', 1048576],
    ['0.5Gi', 536870912],
    ['1Ti', 2 ** 40],
    ['1Pi', 2 ** 50],
    ['1Ei', 2 ** 60],
    ['.5Ei', 2 ** 59],
    ['1e3', 1000],
    ['1E1', 10],
    ['1E3', 1000],
    ['1e-3', 0.001],
    ['1.5e+2', 150],
    ['064Mi', 67108864],
  ])('%s is %d', (text, amount) => {
    expect(parseQuantity(text)).toBe(amount);
  });

  it.each([
    '',
    ' ',
    '.',
    'm',
    '1 Gi',
    '1gi',
    '1GI',
    '1K',
    '1mi',
    '1B',
    '1e',
    '1e1.5',
    '1Ee',
    '1ei',
    '1Ei3',
    '0x10',
    '1,5',
    '--1',
    '1Gi ',
    '1\n',
    'NaN',
    'Infinity',
    '1mm',
  ])('%j is none', text => {
    expect(parseQuantity(text)).toBeUndefined();
  });

  it('has at most 256 characters', () => {
    expect(parseQuantity(`${'0'.repeat(254)}1k`)).toBe(1000);
    expect(parseQuantity(`${'0'.repeat(255)}1k`)).toBeUndefined();
  });

  it('is the same amount in every notation', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), amount => {
        expect(parseQuantity(`${amount}000m`)).toBe(amount);
        expect(parseQuantity(`${amount}m`)).toBe(Number(`${amount}e-3`));
        expect(parseQuantity(`${amount}Ki`)).toBe(parseQuantity(`${amount * 1024}`));
        expect(parseQuantity(`${amount}e3`)).toBe(parseQuantity(`${amount}k`));
      }),
    );
  });
});
