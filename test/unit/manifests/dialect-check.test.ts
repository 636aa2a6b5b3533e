import { describe, expect, it } from 'vitest';
import { readManifests } from '../../../src/manifests/edit-manifests.ts';

const head = 'kind: Pod\n';

describe('a text that kubectl and YAML take for different things', () => {
  it.each<[what: string, text: string, line: number, message: string]>([
    ['a carriage return alone', 'a: b\rc: d\n', 2, 'the sign U+000D means one thing to kubectl'],
    ['a carriage return alone at the end', 'a: b\nc: d\r', 3, 'U+000D'],
    ['a line separator', '# one\u2028two: 3\n', 2, 'write it as "\\u2028"'],
    ['a next line', 'a: "b\u0085c"\n', 2, 'U+0085'],
    ['a byte order mark in a later line', '# one\n\uFEFFa: b\n', 3, 'U+FEFF'],
    ['a separator before a comment', 'a: b\n---#\nc: d\n', 3, 'write a space before the #'],
    ['a document behind an end', 'a: b\n...\nkind: Pod\n', 4, 'a document that kubectl does not see'],
    ['a document in the line of its separator', 'a: b\n--- {kind: Pod}\n', 3, 'below a line of --- alone'],
    ['an escaped line break before an empty line', 'a: "b\\\n\n  c"\n', 2, 'write "\\n" where'],
    ['the same with spaces and Windows line ends', 'a: "\\\\\\\r\n \t\r\n  c"\n', 2, 'write "\\n" where'],
    ['a question mark before an item', 'a: [b, ?c]\n', 2, 'kubectl takes the question mark'],
  ])('is refused with its line: %s', (_what, text, line, message) => {
    const { problems } = readManifests(head + text);
    expect(problems).toEqual([{ line, message: expect.stringContaining(message) }]);
  });

  it('is refused where JSON has a carriage return alone', () => {
    expect(readManifests('{"kind":\r"Pod"}').problems).toHaveLength(1);
  });

  it.each<[what: string, text: string]>([
    ['documents with comments behind their separators', `${head}---\t# a\n${head}...\n--- #b\n${head}`],
    ['a first document in the line of its separator', '--- {kind: Pod}\n'],
    ['directives', `%YAML 1.1\n---\n${head}...\n%YAML 1.2\n---\n${head}`],
    ['an end behind the last document', `${head}...\n# the end\n`],
    ['an escaped backslash before a line break', `${head}a: "b\\\\\n\n  c"\n`],
    ['an escaped line break', `${head}a: "b\\\n  c"\n`],
    ['such signs in JSON', '{"kind": "Pod\u2028\u0085\uFEFF"}\r\n'],
    ['a question mark in quotes', `${head}a: ["?b"]\n`],
  ])('does not stand in the way of %s', (_what, text) => {
    expect(readManifests(text).problems).toEqual([]);
  });
});

describe('a line that YAML wants further in', () => {
  it.each<[what: string, text: string, value: unknown]>([
    ['of a text in quotes', "a:\n  b: 'c\n  d'\n", { b: 'c d' }],
    ['at the margin', 'a:\n  b: "c\nd\n\ne"\n', { b: 'c d\ne' }],
    ['of a text in brackets', 'a:\n  b: ["\n  c\n"]\n', { b: [' c '] }],
    ['of brackets', 'a:\n  b: [\nc,\n d\n]\n  e: {\nf: g\n}\n', { b: ['c', 'd'], e: { f: 'g' } }],
    ['before more of its map', "a:\n  b: 'c\n d'\n  e: f\n", { b: 'c d', e: 'f' }],
  ])('is read as kubectl reads it: %s', (_what, text, value) => {
    const { objects, problems } = readManifests(head + text);
    expect(problems).toEqual([]);
    expect(objects.map(object => object.value)).toEqual([{ kind: 'Pod', a: value }]);
  });

  it.each([
    ['a: "b\n---\nc"\n', 2],
    ['a: [b,\n---\nc]\n', 3],
  ])('is no separator of documents: %j', (text, line) => {
    expect(readManifests(head + text).problems).toMatchObject([{ line }]);
  });
});
