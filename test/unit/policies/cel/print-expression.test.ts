import { describe, expect, it } from 'vitest';
import {
  and,
  at,
  binary,
  bind,
  call,
  conditional,
  double,
  each,
  eachPair,
  equals,
  field,
  integer,
  isIn,
  list,
  literal,
  mapOf,
  method,
  name,
  not,
  object,
  optionalAt,
  optionalField,
  or,
  yes,
} from '../../../../src/policies/cel/build-expression.ts';
import type { Expression } from '../../../../src/policies/cel/expression.ts';
import { printExpression } from '../../../../src/policies/cel/print-expression.ts';

const [a, b, c] = [name('a'), name('b'), name('c')];

describe('brackets', () => {
  it.each<[string, Expression]>([
    ['a || b && c', or(a, and(b, c))],
    ['(a || b) && c', and(or(a, b), c)],
    ['a && b && c', and(a, b, c)],
    ['!(a && b)', not(and(a, b))],
    ['!a.b', not(field(a, 'b'))],
    ['a == b && c', and(equals(a, b), c)],
    ['a == (b == c)', equals(a, equals(b, c))],
    ['a - b - c', binary('-', binary('-', a, b), c)],
    ['a - (b - c)', binary('-', a, binary('-', b, c))],
    ['(a + b) * c', binary('*', binary('+', a, b), c)],
    ['a + b * c', binary('+', a, binary('*', b, c))],
    ["'x' in a + b", isIn('x', binary('+', a, b))],
    ['a ? b : c', conditional(a, b, c)],
    ['(a ? b : c) ? b : c', conditional(conditional(a, b, c), b, c)],
    ['a ? (b ? a : c) : c', conditional(a, conditional(b, a, c), c)],
    ['a ? b : b ? a : c', conditional(a, b, conditional(b, a, c))],
    ['(a ? b : c).size()', method(conditional(a, b, c), 'size')],
    ['(a + b)[0]', at(binary('+', a, b), 0)],
    ['(-1).size()', method(integer(-1), 'size')],
    ['a - -1', binary('-', a, integer(-1))],
    ['[a || b, c]', list(or(a, b), c)],
    ['f(a ? b : c, a || b)', call('f', conditional(a, b, c), or(a, b))],
  ])('stand where the grammar needs them: %s', (text, expression) => {
    expect(printExpression(expression)).toBe(text);
  });
});

describe('optional parts', () => {
  it.each<[string, Expression]>([
    ["a[?'b']", optionalAt(a, 'b')],
    ['a.?b.?c', optionalField(a, 'b', 'c')],
    [
      "{?'x': a, 'y': b}",
      mapOf([
        { key: literal('x'), value: a, isOptional: true },
        { key: literal('y'), value: b },
      ]),
    ],
    ['[?a, b]', { kind: 'list', entries: [{ value: a, isOptional: true }, { value: b }] }],
    [
      "T{op: 'add', path: a}",
      object('T', [
        ['op', literal('add')],
        ['path', a],
      ]),
    ],
  ])('have their sign: %s', (text, expression) => {
    expect(printExpression(expression)).toBe(text);
  });
});

describe('numbers', () => {
  it.each<[string, Expression]>([
    ['0', integer(0)],
    ['-3', integer(-3)],
    ['9007199254740991', integer(Number.MAX_SAFE_INTEGER)],
    ['2.0', double(2)],
    ['-2.0', double(-2)],
    ['0.5', double(0.5)],
    ['1e+21', double(1e21)],
    ['1e-9', double(1e-9)],
  ])('are of the kind that was meant: %s', (text, expression) => {
    expect(printExpression(expression)).toBe(text);
  });

  it.each([integer(0.5), integer(2 ** 53), double(Number.NaN), double(Number.POSITIVE_INFINITY)])(
    'that CEL does not have are refused: %j',
    number => {
      expect(() => printExpression(number)).toThrow(/is no (?:whole )?number/);
    },
  );
});

describe('names of variables', () => {
  it('are given as they are meant where they are free', () => {
    expect(printExpression(each(a, 'map', 'entry', entry => field(entry, 'x')))).toBe(
      'a.map(entry, entry.x)',
    );
  });

  it('differ where comprehensions stand within each other', () => {
    const inner = (outer: Expression) => each(b, 'exists', 'entry', entry => equals(entry, outer));
    expect(printExpression(each(a, 'filter', 'entry', inner))).toBe(
      'a.filter(entry, b.exists(entry2, entry2 == entry))',
    );
  });

  it('are free again beside and before their comprehension', () => {
    const one = each(a, 'map', 'entry', entry => entry);
    expect(
      printExpression(
        and(
          one,
          each(one, 'map', 'entry', entry => entry),
        ),
      ),
    ).toBe('a.map(entry, entry) && a.map(entry, entry).map(entry, entry)');
  });

  it('differ in a comprehension with two of one name', () => {
    expect(printExpression(eachPair(a, 'exists', ['it', 'it'], equals))).toBe('a.exists(it, it2, it == it2)');
  });

  it.each(['object', 'variables', 'optional', 'lists', 'params', 'request'])(
    'never hide what the API server declares: %s',
    global => {
      expect(printExpression(each(a, 'map', global, entry => entry))).toBe(`a.map(${global}2, ${global}2)`);
    },
  );

  it('are refused outside of their comprehension', () => {
    let escaped: Expression = yes;
    bind(a, 'lost', value => {
      escaped = value;
      return value;
    });
    expect(() => printExpression(escaped)).toThrow('lost is used outside of its comprehension');
  });
});

describe('identifiers', () => {
  it.each(['', '1a', 'a-b', 'a.b', 'in', 'true', 'namespace', 'a b', 'é', 'a)||(b'])(
    'are refused where they are none: %j',
    text => {
      for (const expression of [
        name(text),
        call(text),
        method(a, text),
        object(text, []),
        object('T', [[text, a]]),
      ])
        expect(() => printExpression(expression)).toThrow(/is no identifier/);
    },
  );

  it('of fields may be words that nothing else may be called', () => {
    expect(printExpression(field(a, 'namespace', 'for'))).toBe('a.namespace.for');
    for (const text of ['in', 'true', 'null', 'a-b', '']) {
      expect(() => printExpression(field(a, text))).toThrow(/is no field/);
    }
  });
});

describe('texts', () => {
  it.each([
    ["it's", "'it\\'s'"],
    ['a\\n', "'a\\\\n'"],
    ['a\nb', "'a\\nb'"],
    ['\u0000\u200b', "'\\u0000\\u200b'"],
    ['\ud800', "'\\ufffd'"],
    ['"${x}"', `'"\${x}"'`],
    ['', "''"],
  ])('cannot end their quotes: %j', (text, printed) => {
    expect(printExpression(literal(text))).toBe(printed);
  });
});
