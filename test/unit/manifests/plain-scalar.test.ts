import { describe, expect, it } from 'vitest';
import { readManifests } from '../../../src/manifests/edit-manifests.ts';
import { resolvePlain } from '../../../src/manifests/plain-scalar.ts';
import { kubectlScalars } from '../../kubectl-scalars.ts';

function valueIn(text: string): unknown {
  const { objects, problems } = readManifests(`kind: Pod\n${text}`);
  if (problems.length > 0) return problems;
  const { kind: _kind, ...others } = objects[0]?.value ?? {};
  return others;
}

describe('a scalar', () => {
  it.each(kubectlScalars)('is read as kubectl reads it: %s as %j', (text, value) => {
    expect(resolvePlain(text)).toBe(value);
  });

  it.each<[text: string, value: unknown]>([
    ['a: "n"\nb: \'0644\'\nc: !!str 5', { a: 'n', b: '0644', c: '5' }],
    ['a: !!int "5"\nb: !foo 5\nc: !!float 1', { a: 5, b: '5', c: 1 }],
    ['a: !!binary aGVsbG8=', { a: 'hello' }],
    ['n: 1\n0644: 2\n1.0: 3\n.inf: 4\n1: 5', { 1: 5, false: 1, 420: 2, '.inf': 4 }],
    ['a: {b: , "c":}\nd: {? e : f}', { a: { b: null, c: null }, d: { e: 'f' } }],
    ['a: 1\na: 2', { a: 2 }],
    ['a: &a [1]\nb: *a', { a: [1], b: [1] }],
  ])('with quotes, a tag, or as a key: %j', (text, value) => {
    expect(valueIn(text)).toEqual(value);
  });

  it.each([
    ['a: .inf', 2, '.inf is no value in JSON; put it in quotes'],
    ['~: 1', 2, 'a key is missing before this colon'],
    [
      'a: [b:, c]',
      2,
      'kubectl takes the colon or question mark for a part of the text here; put the text in quotes',
    ],
    [
      'a: {b:}',
      2,
      'kubectl takes the colon or question mark for a part of the text here; put the text in quotes',
    ],
    [
      'a: {?b: c}',
      2,
      'kubectl takes the colon or question mark for a part of the text here; put the text in quotes',
    ],
    ['[a]: 1', 2, 'a key is a text, no list, map or alias'],
  ])('that JSON does not have is told with its line: %s', (text, line, message) => {
    expect(valueIn(text)).toEqual([{ line, message }]);
  });
});

describe('a merge key', () => {
  it.each<[text: string, value: unknown]>([
    ['b: &b {x: 1, z: 2}\nc:\n  <<: *b\n  x: 3', { b: { x: 1, z: 2 }, c: { x: 3, z: 2 } }],
    // kubectl takes the map in the order of its text.
    ['b: &b {x: 1}\nc:\n  x: 3\n  <<: *b', { b: { x: 1 }, c: { x: 1 } }],
    [
      'b: &b {x: 1}\nd: &d {x: 2, z: 4}\nc:\n  <<: [*b, *d]',
      { b: { x: 1 }, d: { x: 2, z: 4 }, c: { x: 1, z: 4 } },
    ],
    ['b: &b {x: 1}\nc: {"<<": *b}', { b: { x: 1 }, c: { '<<': { x: 1 } } }],
  ])('is merged as kubectl does: %j', (text, value) => {
    expect(valueIn(text)).toEqual(value);
  });

  it('of a scalar is told', () => {
    expect(valueIn('a: 1\nb: {<<: 5}')).toEqual([
      { line: 3, message: 'a merge key takes a map or a list of maps' },
    ]);
  });
});
