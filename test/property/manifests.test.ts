import fc from 'fast-check';
import jsonpatch from 'fast-json-patch';
import { describe, expect, it } from 'vitest';
import { isObject, type Json } from '../../src/kubernetes/json.ts';
import { jsonPointer } from '../../src/kubernetes/json-pointer.ts';
import type { ManifestOperation } from '../../src/manifests/apply-operation.ts';
import { editManifests, readManifests } from '../../src/manifests/edit-manifests.ts';
import { styledText } from '../styled-text.ts';

const numRuns = Number(process.env['MANIFESTS_RUNS'] ?? 500);

const key = fc.constantFrom(
  'name',
  'image',
  'volumes',
  'n',
  'sidecar.io/git-sync',
  '0644',
  'true',
  '1e3',
  'a b',
  '<<',
  '-',
);
const scalar: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json[]>(
    'text',
    'n',
    '0644',
    '1e3',
    '',
    ' a',
    'one\ntwo\n',
    'one\ntwo',
    '- x',
    'a: b',
    '#',
    null,
    true,
    5,
    -0.5,
  ),
  // Some signs break lines for one reader of YAML and not for another: they are refused.
  fc
    .string({ unit: 'grapheme', maxLength: 12 })
    .map(text => text.replaceAll(/[\u0085\u2028\u2029\ufeff]/g, '~')),
);
const { value: nested } = fc.letrec<{ value: Json }>(tie => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const map = fc.dictionary(key, nested, { maxKeys: 4, noNullPrototype: true });
const object = map.map(fields => ({ kind: 'Pod', ...fields }) as { readonly [key: string]: Json });

interface Place {
  readonly pointer: string;
  readonly value: Json;
}

function placesIn(value: Json, pointer = ''): readonly Place[] {
  const below = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [
    { pointer, value },
    ...below.flatMap(([name, inner]) => placesIn(inner, pointer + jsonPointer(name))),
  ];
}

/** An addition as the engine makes them, and the operations that take it out again. */
interface Addition {
  readonly add: ManifestOperation;
  readonly takeOut: readonly ManifestOperation[];
}

/** An addition to a list or a map, or in the place of a null; undefined where this choice gives none. */
function additionTo(value: Json, choose: (ways: number) => number, fresh: Json): Addition | undefined {
  const places = placesIn(value).filter(place => place.pointer !== '' || isObject(place.value));
  const place = places[choose(places.length)];
  if (place === undefined) return undefined;
  if (Array.isArray(place.value)) return additionToList(place.pointer, place.value.length, { choose, fresh });
  const path = pathOf(place, fresh);
  return path === undefined
    ? undefined
    : { add: { op: 'add', path, value: fresh }, takeOut: takingOut(path, fresh) };
}

function pathOf({ pointer, value }: Place, fresh: Json): string | undefined {
  if (isObject(value)) return Object.hasOwn(value, 'added') ? undefined : `${pointer}/added`;
  // In place of a null as where a list has no entries yet; an item is no such null.
  const isFull = typeof fresh === 'object' && fresh !== null && Object.keys(fresh).length > 0;
  return value === null && isFull && !/\/\d+$/.test(pointer) ? pointer : undefined;
}

function additionToList(
  pointer: string,
  length: number,
  { choose, fresh }: { readonly choose: (ways: number) => number; readonly fresh: Json },
): Addition {
  const index = choose(length + 1);
  const at = index === length && choose(2) === 0 ? '-' : String(index);
  return {
    add: { op: 'add', path: `${pointer}/${at}`, value: fresh },
    takeOut: [remove(`${pointer}/${index}`)],
  };
}

function takingOut(path: string, value: Json): readonly ManifestOperation[] {
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  return keys.length === 0 ? [remove(path)] : keys.toReversed().map(name => remove(path + jsonPointer(name)));
}

function remove(path: string): ManifestOperation {
  return { op: 'remove', path };
}

const choices = fc.infiniteStream(fc.nat({ max: 10_000 }));

function chooser(stream: Iterator<number>): (ways: number) => number {
  return ways => Number(stream.next().value) % Math.max(ways, 1);
}

describe('a text of manifests', () => {
  it('is read as the value that was written, in every style', () => {
    fc.assert(
      fc.property(object, choices, (value, stream) => {
        const text = styledText(value, chooser(stream));
        const { objects, problems } = readManifests(text);
        expect({ problems, value: objects[0]?.value }).toEqual({ problems: [], value });
      }),
      { numRuns },
    );
  });

  it('has what was put in, and comes back byte for byte when it is taken out', () => {
    const counts = { edits: 0, refusals: 0 };
    const putAll = (text: string, fresh: readonly Json[], choose: (ways: number) => number) => {
      let edited = text;
      const takeOut: (readonly ManifestOperation[])[] = [];
      for (const inserted of fresh) {
        const value = valueIn(edited);
        const addition = additionTo(value, choose, inserted);
        if (addition === undefined) continue;
        const result = editManifests(edited, () => [addition.add]);
        if (result.problems.length > 0) {
          expect(result.problems[0]?.message).toMatch(/plainly|line of its own/);
          counts.refusals++;
          continue;
        }
        counts.edits++;
        edited = result.text;
        expect(valueIn(edited)).toEqual(applyPatch(value, [addition.add]));
        takeOut.unshift(addition.takeOut);
      }
      return { edited, takeOut };
    };
    fc.assert(
      fc.property(
        object,
        fc.array(nested, { minLength: 1, maxLength: 4 }),
        choices,
        (value, fresh, stream) => {
          const choose = chooser(stream);
          const text = styledText(value, choose);
          const { edited, takeOut } = putAll(text, fresh, choose);
          const restored = takeOut.reduce((left, operations) => {
            const result = editManifests(left, () => operations);
            expect(result.problems).toEqual([]);
            return result.text;
          }, edited);
          expect(restored).toBe(text);
        },
      ),
      { numRuns },
    );
    // Usually one for each run, and one of a hundred.
    expect(counts.edits).toBeGreaterThan(numRuns / 2);
    expect(counts.refusals).toBeLessThan(counts.edits / 10);
  });
});

function valueIn(text: string): Json {
  return readManifests(text).objects[0]?.value ?? null;
}

function applyPatch(value: Json, operations: readonly ManifestOperation[]): unknown {
  const patched = structuredClone(value);
  return jsonpatch.applyPatch(patched, operations as never).newDocument;
}
