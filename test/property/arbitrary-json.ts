import fc from 'fast-check';
import type { Json, JsonObject } from '../../src/kubernetes/json.ts';
import { numberText } from '../number-text.ts';

/** Keys that break programs: escapes of JSON Pointer, members of every object, other scripts, what looks like an index. */
export const oddKey: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('a/b', '~', '~0', '~1', '/', '', '-', '0', '__proto__', 'constructor', 'prototype'),
  fc.constantFrom(
    'toString',
    'length',
    'ключ',
    '鍵',
    'a b',
    '$(HOME)',
    '${name}',
    '"',
    '\\',
    '\n',
    '\u{1f600}',
  ),
  fc.string({ maxLength: 8, unit: 'binary' }),
);

const scalar: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(null, true, false, '', 'text'),
  fc.string({ maxLength: 10, unit: 'binary' }),
  fc.integer().map(number => numberText(String(number))),
  fc
    .constantFrom('9007199254740993', '-0', '1.50', '1e2', '0.1', '123456789012345678901234567890', '1E-7')
    .map(numberText),
);

/** Any JSON, with numbers as number texts. */
export const anyJson: fc.Arbitrary<Json> = fc.letrec<{ readonly value: Json }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(oddKey, tie('value')), { maxLength: 3 }).map(objectFrom),
  ),
})).value;

/** Fields that no version of Kubernetes has. */
const inventedFields = fc
  .array(fc.tuple(oddKey, anyJson), { maxLength: 2 })
  .map(entries => entries.map(([key, value]): [string, Json] => [`x${key}`, value]));

/** An object with these fields, some invented ones, and its keys in any order. A field that is undefined is left out. */
export function objectWith(
  fields: Readonly<Record<string, fc.Arbitrary<Json | undefined>>>,
): fc.Arbitrary<JsonObject> {
  return fc
    .tuple(fc.record(fields), inventedFields, fc.array(fc.nat(9), { maxLength: 12 }))
    .map(([known, invented, weights]) => {
      const present = Object.entries(known).flatMap(([key, value]): [string, Json][] =>
        value === undefined ? [] : [[key, value]],
      );
      return objectFrom(inOrder([...present, ...invented], weights));
    });
}

/** Puts entries into the order of their weights; those without one stay where they are. */
export function inOrder<T>(entries: readonly T[], weights: readonly number[]): readonly T[] {
  return entries
    .map((entry, index) => ({ entry, weight: weights[index] ?? 0 }))
    .toSorted((a, b) => a.weight - b.weight)
    .map(({ entry }) => entry);
}

function objectFrom(entries: readonly (readonly [string, Json])[]): JsonObject {
  return Object.fromEntries(entries);
}
