import { describe, expect, it } from 'vitest';
import { editManifests } from '../../src/manifests/edit-manifests.ts';
import { superlinear } from '../property/linear/growth.ts';

/** Each as often as fits. */
const texts: Readonly<Record<string, (unit: (text: string) => string) => string>> = {
  documents: repeat => repeat('---\nkind: Pod\nspec:\n  a: b\n'),
  'values in JSON': repeat => repeat('{"kind":"Pod"}\n'),
  'items of a list in one line': repeat =>
    `{"kind":"List","items":[${repeat('{"kind":"Pod"},')}{"kind":"Pod"}]}`,
  'pairs in one line': repeat => `{kind: Pod, a: [${repeat('{b: c}, ')}]}`,
  'pairs in lines': repeat => `kind: Pod\na:\n${repeat('  - b: c\n')}`,
  'comments and empty lines': repeat => `kind: Pod\n${repeat('# a\n\n')}b: c\n`,
  aliases: repeat => `kind: Pod\na: &a {b: c}\nd:\n${repeat('- *a\n')}`,
  anchors: repeat => `kind: Pod\nd:\n${repeat('- &a b\n')}- *a\n`,
  'merge keys': repeat => `kind: Pod\na: &a {b: c}\nd: {${repeat('<<: *a, ')}}\n`,
  'a text of many lines': repeat => `kind: Pod\na: "${repeat('b\n')}"\n`,
  'escaped line breaks': repeat => `kind: Pod\na: "${repeat('\\\n   ')}"\n`,
  'a literal block': repeat => `kind: Pod\na: |\n${repeat('  b\n')}`,
};

describe('editing manifests', () => {
  it('takes time in proportion to their length', () => {
    const growths = Object.entries(texts).map(([name, make]) => ({
      name,
      prepare: (size: number) => {
        const text = make(unit => unit.repeat(Math.ceil(size / unit.length)));
        return () => {
          const edited = editManifests(text, () => [{ op: 'add', path: '/metadata', value: { name: 'x' } }]);
          expect(edited.problems).toEqual([]);
        };
      },
      leastMs: 8,
    }));
    expect(superlinear(growths)).toEqual([]);
  });
});
