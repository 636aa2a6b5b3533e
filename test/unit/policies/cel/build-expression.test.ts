import { describe, expect, it } from 'vitest';
import {
  and,
  at,
  call,
  concat,
  conditional,
  dyn,
  equals,
  list,
  literal,
  mapOf,
  method,
  name,
  no,
  none,
  not,
  optionalAt,
  optionalEntry,
  or,
  some,
  unlessEmpty,
  yes,
} from '../../../../src/policies/cel/build-expression.ts';
import type { Expression } from '../../../../src/policies/cel/expression.ts';
import { printExpression } from '../../../../src/policies/cel/print-expression.ts';

const [a, b] = [name('a'), name('b')];

describe('what is known before', () => {
  it.each<[string, Expression, Expression]>([
    ['not of not', not(not(a)), a],
    ['not of a known one', not(yes), no],
    ['all of nothing', and(), yes],
    ['all of what holds', and(yes, a, yes), a],
    ['all with what does not hold', and(a, no), no],
    ['any of nothing', or(), no],
    ['any with what holds', or(a, yes), yes],
    ['any of what does not hold', or(no, a), a],
    ['a choice that is made', conditional(yes, a, b), a],
    ['the other choice', conditional(no, a, b), b],
    ['a choice of one literal', conditional(a, no, no), no],
    ['dyn of dyn', dyn(dyn(a)), dyn(a)],
    ['texts side by side', concat('a', 'b', a, '', 'c', 'd'), concat('ab', a, 'cd')],
    ['nothing beside a text', concat('', a), a],
    ['no texts', concat(''), literal('')],
  ])('is not asked again: %s', (_what, made, expected) => {
    expect(made).toEqual(expected);
  });

  it('leaves open what is not', () => {
    expect(printExpression(and(a, or(b, not(a))))).toBe('a && (b || !a)');
  });
});

describe('an optional entry of a map', () => {
  it.each<[string, Expression]>([
    ["{?'x': optional.of(a)}", some(a)],
    ["{?'x': optional.none()}", none],
    ["{?'x': optional.ofNonZeroValue(a)}", unlessEmpty(a)],
    ["{?'x': a ? optional.of(b) : optional.none()}", conditional(a, some(b), none)],
  ])('stands as it is where it is known to be an optional: %s', (text, value) => {
    expect(printExpression(mapOf([optionalEntry('x', value)]))).toBe(text);
  });

  it.each<[string, Expression]>([
    ["{?'x': optional.none().or(a['b'])}", at(a, 'b')],
    ["{?'x': optional.none().or(a[?'b'])}", optionalAt(a, 'b')],
    ["{?'x': optional.none().or(dyn(a))}", dyn(a)],
    ["{?'x': optional.none().or(a ? optional.of(a) : b)}", conditional(a, some(a), b)],
    ["{?'x': optional.none().or(optional(a))}", call('optional', a)],
  ])('is made one where that is not known: %s', (text, value) => {
    expect(printExpression(mapOf([optionalEntry('x', value)]))).toBe(text);
  });
});

describe('short forms', () => {
  it.each<[string, Expression]>([
    ["a == 'b'", equals(a, 'b')],
    ['a == 1', equals(a, 1)],
    ["a['b'][0]", at(at(a, 'b'), 0)],
    ['[a, b].flatten()', method(list(a, b), 'flatten')],
  ])('take texts and numbers as they are: %s', (text, expression) => {
    expect(printExpression(expression)).toBe(text);
  });
});
