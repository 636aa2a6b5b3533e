import { expect, it } from 'vitest';
import { differencesOf } from '../../../src/diagnosis/differences.ts';
import type { Json } from '../../../src/kubernetes/json.ts';

it.each<readonly [what: string, shipped: Json, stored: Json, paths: readonly string[]]>([
  ['nothing', { a: 1, b: [1] }, { b: [1], a: 1 }, []],
  ['a value', { a: 1 }, { a: 2 }, ['a']],
  ['values below each other', { a: { b: 1, c: 2 } }, { a: { b: 2, c: 2 } }, ['a.b']],
  ['what is missing and what is added', { a: 1 }, { b: 1 }, ['a', 'b']],
  ['no order of texts', { a: ['x', 'y'] }, { a: ['y', 'x'] }, []],
  ['another text', { a: ['x', 'y'] }, { a: ['x', 'z'] }, ['a']],
  ['entries by name', [{ name: 'x', v: 1 }, { name: 'y' }], [{ name: 'y' }, { name: 'x', v: 2 }], ['[x].v']],
  ['an entry that is gone', { a: [{ name: 'x' }, { name: 'y' }] }, { a: [{ name: 'x' }] }, ['a[y]']],
  ['all entries gone', { a: [{ name: 'x' }] }, { a: [] }, ['a']],
  ['another type', { a: {} }, { a: [] }, ['a']],
])('names %s', (_what, shipped, stored, paths) => {
  expect(differencesOf(shipped, stored).map(({ path }) => path)).toEqual(paths);
});
