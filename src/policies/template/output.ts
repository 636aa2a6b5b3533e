/** The two things that templates are made into: a value of Kubernetes, or the text of its JSON. */
import type { Json } from '../../kubernetes/json.ts';
import {
  at,
  bind,
  call,
  concat,
  conditional,
  double,
  dyn,
  each,
  eachPair,
  equals,
  integer,
  listOf,
  literal,
  mapOf,
  method,
  name,
  none,
  optionalEntry,
  size,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { jsonText, templateJsonText } from './json-text.ts';
import { asOptional, isCertain, type ListPart, listOfParts, type Rendering } from './rendering.ts';

/** What writes one value of a parameter. */
export type ValueKind = 'text' | 'number' | 'numberOrText';

/** What values are made of: lists, maps and what stands in them. */
export interface Output {
  readonly literal: (value: Json) => Expression;
  /** A text. */
  readonly text: (text: Expression) => Expression;
  readonly number: (value: Expression) => Expression;
  /** What is a number, or one of the texts that a parameter takes beside. */
  readonly numberOrText: (value: Expression) => Expression;
  readonly list: (parts: readonly ListPart[]) => Expression;
  readonly map: (entries: readonly (readonly [key: string, value: Rendering])[]) => Expression;
  /** The values of a list parameter. */
  readonly values: (values: Expression, kind: ValueKind) => Expression;
  /** The values of a map parameter, a list of names and texts, of which `typed` makes values. */
  readonly pairs: (pairs: Expression, kind: ValueKind, typed: (text: Expression) => Expression) => Expression;
}

/** Values as Kubernetes takes them. */
export const objects: Output = {
  literal: literalOf,
  text: text => text,
  number: value => value,
  numberOrText: value => value,
  list: listOfParts,
  map: entries =>
    mapOf(
      entries.flatMap(([key, rendering]) => {
        if (isCertain(rendering)) return [{ key: literal(key), value: dyn(rendering.value) }];
        const optional = asOptional(rendering);
        return optional === none ? [] : [optionalEntry(key, optional)];
      }),
    ),
  values: values => values,
  pairs: (pairs, _kind, typed) =>
    eachPair(pairs, 'transformMapEntry', ['index', 'pair'], (_index, pair) =>
      mapOf([{ key: at(pair, 0), value: typed(at(pair, 1)) }]),
    ),
};

/** A value of JSON as an expression. */
export function literalOf(value: Json): Expression {
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) ? integer(value) : double(value);
  }
  if (typeof value !== 'object' || value === null) return literal(value);
  if (Array.isArray(value)) return listOf(value.map((entry: Json) => ({ value: dyn(literalOf(entry)) })));
  return mapOf(
    Object.entries(value).map(([key, entry]) => ({ key: literal(key), value: dyn(literalOf(entry)) })),
  );
}

/** The same as the text that JSON.stringify makes of it; what is empty is an empty text. */
export const json: Output = {
  literal: value => literal(JSON.stringify(value)),
  text: templateJsonText,
  number: value => call('string', value),
  numberOrText: value =>
    conditional(
      equals(call('type', value), name('string')),
      jsonText(call('string', value)),
      call('string', value),
    ),
  list: parts => enclosed(parts, ['[', ']']),
  map: entries =>
    enclosed(
      inOrderOfKeys(entries).map(
        ([key, rendering]): ListPart => ({
          kind: 'one',
          rendering: {
            ...rendering,
            value: withKey(key, rendering),
          },
        }),
      ),
      ['{', '}'],
    ),
  values: (values, kind) => around(each(values, 'map', 'entry', json[kind]), ['[', ']']),
  pairs: (pairs, kind) =>
    around(
      each(pairs, 'map', 'pair', pair =>
        concat(jsonText(at(pair, 0)), ':', kind === 'text' ? jsonText(at(pair, 1)) : at(pair, 1)),
      ),
      ['{', '}'],
    ),
};

/** JSON.stringify writes keys that are numbers first. */
function inOrderOfKeys<T>(entries: readonly (readonly [string, T])[]): readonly (readonly [string, T])[] {
  const values = new Map(entries);
  return Object.keys(Object.fromEntries(entries)).flatMap(key => {
    const value = values.get(key);
    return value === undefined ? [] : [[key, value] as const];
  });
}

/** Empty where the value is: then the key is left out with it. */
function withKey(key: string, { value, isMaybeEmpty }: Rendering): Expression {
  const start = `${JSON.stringify(key)}:`;
  if (!isMaybeEmpty) return concat(start, value);
  return bind(value, 'inner', inner => conditional(equals(inner, ''), literal(''), concat(start, inner)));
}

function enclosed(parts: readonly ListPart[], brackets: readonly [string, string]): Expression {
  const isCertainlyFull = parts.some(part => part.kind === 'one' && isCertain(part.rendering));
  const entries = listOfParts(parts);
  return isCertainlyFull ? around(entries, brackets) : wrapped(entries, brackets);
}

/** A text in brackets; empty where the list is. */
function wrapped(entries: Expression, brackets: readonly [string, string]): Expression {
  return bind(entries, 'parts', parts =>
    conditional(equals(size(parts), 0), literal(''), around(parts, brackets)),
  );
}

function around(entries: Expression, [open, close]: readonly [string, string]): Expression {
  return concat(open, method(entries, 'join', literal(',')), close);
}
