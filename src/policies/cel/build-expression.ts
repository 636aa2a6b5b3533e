/** Short names for the parts of expressions, which simplify what is known while it is put together. */
import type { Bound, Expression, ListEntry, MapEntry, Operator } from './expression.ts';

/** A text, a boolean or nothing, as it stands. */
export function literal(value: string | boolean | null): Expression {
  return { kind: 'literal', value };
}

/** A whole number. */
export function integer(value: number): Expression {
  return { kind: 'number', value };
}

/** Any number; CEL compares it with doubles only. */
export function double(value: number): Expression {
  return { kind: 'number', value, isDouble: true };
}

export const yes = literal(true);
export const no = literal(false);

/** A name that CEL or the API server knows, or that a comprehension declares. */
export function name(text: string): Expression {
  return { kind: 'name', name: text };
}

/** A variable of the policy. */
export function variable(text: string): Expression {
  return field(name('variables'), text);
}

/** A field of an object, and of that the next. */
export function field(of: Expression, ...fields: readonly string[]): Expression {
  return fields.reduce<Expression>((inner, next) => ({ kind: 'field', of: inner, field: next }), of);
}

/** The same as an optional: without a value where one of the fields is missing. */
export function optionalField(of: Expression, ...fields: readonly string[]): Expression {
  return fields.reduce<Expression>(
    (inner, next) => ({ kind: 'field', of: inner, field: next, isOptional: true }),
    of,
  );
}

/** `of[index]`. */
export function at(of: Expression, index: Expression | string | number): Expression {
  return { kind: 'index', of, index: asExpression(index) };
}

/** The entry of a map or a list as an optional. */
export function optionalAt(of: Expression, index: Expression | string): Expression {
  return { kind: 'index', of, index: asExpression(index), isOptional: true };
}

/** `function(…)`. */
export function call(text: string, ...parameters: readonly Expression[]): Expression {
  return { kind: 'call', name: text, arguments: parameters };
}

/** `of.function(…)`. */
export function method(of: Expression, text: string, ...parameters: readonly Expression[]): Expression {
  return { kind: 'call', of, name: text, arguments: parameters };
}

/** `optional.orValue(otherwise)`. */
export function orValue(optional: Expression, otherwise: Expression | string): Expression {
  return method(optional, 'orValue', asExpression(otherwise));
}

/** An optional with a value. */
export function some(value: Expression): Expression {
  return method(name('optional'), 'of', value);
}

/** An optional without one. */
export const none: Expression = method(name('optional'), 'none');

/** An optional that is without a value for an empty list, map or text. */
export function unlessEmpty(value: Expression): Expression {
  return method(name('optional'), 'ofNonZeroValue', value);
}

/** Of no type that is known before: lists and maps take values of one known type only. */
export function dyn(value: Expression): Expression {
  return value.kind === 'call' && value.of === undefined && value.name === 'dyn' ? value : call('dyn', value);
}

/** The opposite. */
export function not(of: Expression): Expression {
  if (isLiteral(of, true)) return no;
  if (isLiteral(of, false)) return yes;
  return of.kind === 'not' ? of.of : { kind: 'not', of };
}

/** All of them hold; true for none. */
export function and(...conditions: readonly Expression[]): Expression {
  return joinConditions('&&', conditions, true);
}

/** One of them holds; false for none. */
export function or(...conditions: readonly Expression[]): Expression {
  return joinConditions('||', conditions, false);
}

function joinConditions(
  operator: '&&' | '||',
  conditions: readonly Expression[],
  neutral: boolean,
): Expression {
  if (conditions.some(condition => isLiteral(condition, !neutral))) return literal(!neutral);
  const open = conditions.filter(condition => !isLiteral(condition, neutral));
  return joined(operator, open) ?? literal(neutral);
}

/** Two operands with an operator between them. */
export function binary(operator: Operator, left: Expression, right: Expression): Expression {
  return { kind: 'binary', operator, operands: [left, right] };
}

export function equals(left: Expression, right: Expression | string | number): Expression {
  return binary('==', left, asExpression(right));
}

export function differs(left: Expression, right: Expression | string | number): Expression {
  return binary('!=', left, asExpression(right));
}

export function isIn(entry: Expression | string, container: Expression): Expression {
  return binary('in', asExpression(entry), container);
}

/** Texts or lists one behind the other; at least one. Texts that stand side by side become one. */
export function concat(...parts: readonly (Expression | string)[]): Expression {
  const merged: Expression[] = [];
  for (const part of parts.map(asExpression)) {
    const last = merged.at(-1);
    if (isText(last) && isText(part)) merged[merged.length - 1] = literal(`${last.value}${part.value}`);
    else if (!(isText(part) && part.value === '') || parts.length === 1) merged.push(part);
  }
  return joined('+', merged) ?? literal('');
}

function joined(operator: Operator, operands: readonly Expression[]): Expression | undefined {
  const [first, second, ...others] = operands;
  if (first === undefined || second === undefined) return first;
  return { kind: 'binary', operator, operands: [first, second, ...others] };
}

/** `condition ? then : otherwise`; the condition is not looked at where both are one literal. */
export function conditional(condition: Expression, then: Expression, otherwise: Expression): Expression {
  if (isLiteral(condition, true)) return then;
  if (then.kind === 'literal' && isLiteral(otherwise, then.value)) return then;
  return isLiteral(condition, false) ? otherwise : { kind: 'conditional', condition, then, otherwise };
}

export function list(...values: readonly Expression[]): Expression {
  return { kind: 'list', entries: values.map(value => ({ value })) };
}

export function texts(values: readonly string[]): Expression {
  return list(...values.map(literal));
}

export function listOf(entries: readonly ListEntry[]): Expression {
  return { kind: 'list', entries };
}

export function mapOf(entries: readonly MapEntry[]): Expression {
  return { kind: 'map', entries };
}

/** An entry of a map under a text. */
export function entry(key: string, value: Expression): MapEntry {
  return { key: literal(key), value };
}

/** An entry that is there where the optional has a value. */
export function optionalEntry(key: string, value: Expression): MapEntry {
  return { key: literal(key), value: knownOptional(value), isOptional: true };
}

/**
 * An optional that is known to be one before it is evaluated. What comes of a value of no known type is not, and a map with
 * such an entry ends the check of the API server with a fault (cel-go 0.29).
 */
function knownOptional(value: Expression): Expression {
  return isKnownOptional(value) ? value : method(none, 'or', value);
}

function isKnownOptional(value: Expression): boolean {
  if (value.kind === 'conditional') return isKnownOptional(value.then) && isKnownOptional(value.otherwise);
  return value.kind === 'call' && value.of?.kind === 'name' && value.of.name === 'optional';
}

/** An object of a type that the API server declares. */
export function object(
  type: string,
  fields: readonly (readonly [name: string, value: Expression])[],
): Expression {
  return { kind: 'object', type, fields };
}

/** A macro with one variable: `of.map(entry, …)`, `filter`, `exists`, `all`, `exists_one`, `sortBy`. */
export function each(
  of: Expression,
  macro: 'map' | 'filter' | 'exists' | 'all' | 'exists_one' | 'sortBy',
  hint: string,
  body: (value: Expression) => Expression,
): Expression {
  const value = bound(hint);
  return { kind: 'comprehension', of, macro, variables: [value], arguments: [body(value)] };
}

/** `of.map(entry, condition, …)`: the entries for which the condition holds, each made into another. */
export function mapWhere(
  of: Expression,
  hint: string,
  condition: (value: Expression) => Expression,
  body: (value: Expression) => Expression,
): Expression {
  const value = bound(hint);
  return {
    kind: 'comprehension',
    of,
    macro: 'map',
    variables: [value],
    arguments: [condition(value), body(value)],
  };
}

/** A macro with two: `of.transformList(index, value, …)`, of a map `(key, value, …)`. */
export function eachPair(
  of: Expression,
  macro: 'transformList' | 'transformMap' | 'transformMapEntry' | 'exists' | 'all',
  [keyHint, valueHint]: readonly [string, string],
  body: (key: Expression, value: Expression) => Expression,
): Expression {
  const [key, value] = [bound(keyHint), bound(valueHint)];
  return { kind: 'comprehension', of, macro, variables: [key, value], arguments: [body(key, value)] };
}

function bound(hint: string): Bound {
  return { kind: 'bound', hint };
}

/** An expression under a name, for what is used several times: CEL has no other way that the API server offers. */
export function bind(value: Expression, hint: string, body: (value: Expression) => Expression): Expression {
  return at(each(list(value), 'map', hint, body), integer(0));
}

/** Whether RE2 finds the pattern in a text. */
export function matches(text: Expression, pattern: string): Expression {
  return method(text, 'matches', literal(pattern));
}

/** Lists in a list as one. */
export function concatAll(lists: Expression): Expression {
  return method(lists, 'flatten');
}

/** How many characters, entries or keys there are. */
export function size(of: Expression): Expression {
  return method(of, 'size');
}

export function isLiteral(expression: Expression | undefined, value: string | boolean | null): boolean {
  return expression?.kind === 'literal' && expression.value === value;
}

function isText(
  expression: Expression | undefined,
): expression is Expression & { readonly kind: 'literal'; readonly value: string } {
  return expression?.kind === 'literal' && typeof expression.value === 'string';
}

function asExpression(part: Expression | string | number): Expression {
  if (typeof part === 'number') return integer(part);
  return typeof part === 'string' ? literal(part) : part;
}
