/** That what is written in CEL is what was meant: texts as they stand, and operators in their order. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binary, call, conditional, integer, literal, not } from '../../src/policies/cel/build-expression.ts';
import type { Expression, Operator } from '../../src/policies/cel/expression.ts';
import { isInstalled } from '../installed.ts';
import { worstTexts } from '../worst-texts.ts';
import { type Evaluated, fields, separator, startExpressionEvaluator } from './evaluated-expressions.ts';

/** What some expressions, each a text, come to. */
async function evaluated(
  expressions: readonly Expression[],
): Promise<readonly string[] | Evaluated | undefined> {
  const evaluator = await startExpressionEvaluator(() => fields(...expressions));
  try {
    const [result] = await evaluator.evaluate(['']);
    return result && 'text' in result ? result.text.split(separator) : result;
  } finally {
    evaluator.stop();
  }
}

const hard = [
  "'",
  '"',
  '\\',
  "\\'",
  "'+'",
  "') || (true",
  '${a}',
  '$(a)',
  '\n',
  '\r',
  '\t',
  '\0',
  '\u007f',
  '\u2028',
  '\u2029',
  '\u202e',
  '\ufeff',
  '\u{1f331}',
  '\u{e0001}',
  '\u{10ffff}',
  '\ud800',
  '\udc00',
  'x\udfffy',
  '\\u0041',
  '\\U00000041',
  '\\x41',
  '\\101',
  "r'",
  'b"',
  '`',
  '//',
  '/*',
  'é日',
];

const text = fc.oneof(
  fc.array(fc.constantFrom(...hard, 'a', ' '), { maxLength: 6 }).map(parts => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
);

/** A tree with what it comes to. */
interface Sum<T> {
  readonly tree: Expression;
  readonly value: T;
}

const arithmetic: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
};

const comparisons: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
};

const divisions: Readonly<Record<string, (left: number, right: number) => number>> = {
  '/': (left, right) => Math.trunc(left / right),
  '%': (left, right) => left % right,
};

const operatorOf = (names: object) => fc.constantFrom(...(Object.keys(names) as Operator[]));

const { number, truth } = fc.letrec<{ number: Sum<number>; truth: Sum<boolean> }>(tie => {
  const pairOf = <T, S>(one: fc.Arbitrary<T>, other: fc.Arbitrary<S>) => fc.tuple(one, other);
  const choice = <T>(of: fc.Arbitrary<Sum<T>>) =>
    fc.tuple(tie('truth'), of, of).map(
      ([condition, then, otherwise]): Sum<T> => ({
        tree: conditional(condition.tree, then.tree, otherwise.tree),
        value: condition.value ? then.value : otherwise.value,
      }),
    );
  return {
    number: fc.oneof(
      { maxDepth: 4, depthSize: 'medium', withCrossShrink: true },
      fc.integer({ min: -9, max: 9 }).map(value => ({ tree: integer(value), value })),
      fc.tuple(operatorOf(arithmetic), tie('number'), tie('number')).map(([operator, left, right]) => ({
        tree: binary(operator, left.tree, right.tree),
        value: arithmetic[operator]?.(left.value, right.value) ?? 0,
      })),
      fc
        .tuple(operatorOf(divisions), tie('number'), fc.integer({ min: 1, max: 9 }))
        .map(([operator, left, right]) => ({
          tree: binary(operator, left.tree, integer(right)),
          value: divisions[operator]?.(left.value, right) ?? 0,
        })),
      choice(tie('number')),
    ),
    truth: fc.oneof(
      { maxDepth: 4, depthSize: 'medium', withCrossShrink: true },
      fc.boolean().map(value => ({ tree: binary('==', integer(0), integer(value ? 0 : 1)), value })),
      fc.boolean().map(value => ({ tree: literal(value), value })),
      tie('truth').map(({ tree, value }) => ({ tree: not(tree), value: !value })),
      fc.tuple(operatorOf(comparisons), tie('number'), tie('number')).map(([operator, left, right]) => ({
        tree: binary(operator, left.tree, right.tree),
        value: comparisons[operator]?.(left.value, right.value) ?? false,
      })),
      pairOf(tie('truth'), tie('truth')).map(([left, right]) => ({
        tree: binary('&&', left.tree, right.tree),
        value: left.value && right.value,
      })),
      pairOf(tie('truth'), tie('truth')).map(([left, right]) => ({
        tree: binary('||', left.tree, right.tree),
        value: left.value || right.value,
      })),
      choice(tie('truth')),
    ),
  };
});

describe.skipIf(!isInstalled('go'))('an expression of CEL', () => {
  it('has each text as it stands', async () => {
    const worst = Object.values(worstTexts).map(text => text(40));
    const texts = fc
      .array(text, { minLength: 60, maxLength: 80 })
      .map(random => [...hard, ...worst, ...random]);
    await fc.assert(
      fc.asyncProperty(texts, async given => {
        const clean = given.map(one => one.replaceAll(separator, ''));
        expect(await evaluated(clean.map(literal))).toEqual(clean.map(one => one.toWellFormed()));
      }),
      { numRuns: 20 },
    );
  });

  it('keeps the order of its operators', async () => {
    const sums = fc.array(fc.oneof<fc.Arbitrary<Sum<number | boolean>>[]>(number, truth), {
      minLength: 40,
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(sums, async given => {
        const results = await evaluated(given.map(({ tree }) => call('string', tree)));
        expect(results).toEqual(given.map(({ value }) => String(value === 0 ? 0 : value)));
      }),
      { numRuns: 20 },
    );
  });
});
