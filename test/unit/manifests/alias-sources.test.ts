import { describe, expect, it } from 'vitest';
import { readManifests } from '../../../src/manifests/edit-manifests.ts';

const head = 'kind: Pod\n';

describe('an alias', () => {
  it.each<[what: string, text: string, value: unknown]>([
    [
      'the last anchor of its name before it',
      'a: &x 1\nb: &x 2\nc: *x\nd: &x 3\n',
      { a: 1, b: 2, c: 2, d: 3 },
    ],
    [
      'one within another',
      'a: &x [&y {b: c}, *y]\nd: *x\n',
      { a: [{ b: 'c' }, { b: 'c' }], d: [{ b: 'c' }, { b: 'c' }] },
    ],
    ['a name that stands in an anchor of that name', 'a: &x [1, &x 2, *x]\nb: *x\n', { a: [1, 2, 2], b: 2 }],
  ])('stands for %s', (_what, text, value) => {
    const { objects, problems } = readManifests(head + text);
    expect(problems).toEqual([]);
    expect(objects.map(object => object.value)).toEqual([{ kind: 'Pod', ...(value as object) }]);
  });

  it.each([
    ['a: *x\nb: &x 1\n', 'no anchor &x before this alias'],
    ['a: &x [*x]\n', '*x is a part of what it stands for; write it out here'],
    ['a: &x {b: {c: *x}}\n', '*x is a part of what it stands for; write it out here'],
    ['a: &x\n  <<: *x\n  b: c\n', '*x is a part of what it stands for; write it out here'],
  ])('is refused with its line: %j', (text, message) => {
    const line = 1 + (head + text).split('\n').findIndex(found => found.includes('*x'));
    expect(readManifests(head + text).problems).toEqual([{ line, message }]);
  });
});
