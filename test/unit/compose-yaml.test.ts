import { describe, expect, it } from 'vitest';
import { composeYaml, maxYamlDepth, maxYamlTokens } from '../../src/compose-yaml.ts';
import { yamlBombs } from '../yaml-bombs.ts';

function problemsOf(text: string): readonly string[] {
  const { problems, lines } = composeYaml(text);
  return problems.map(({ offset, message }) => {
    const { line, col } = lines.linePos(offset);
    return `${line}:${col} ${message}`;
  });
}

function contentOf(text: string): unknown {
  expect(problemsOf(text)).toEqual([]);
  return composeYaml(text).documents[0]?.toJS();
}

describe('what is read', () => {
  it.each([
    ['a: 1\nb: [c, {d: e}]\n', { a: 1, b: ['c', { d: 'e' }] }],
    ['? a\n: b\n', { a: 'b' }],
    ['{? a : b}', { a: 'b' }],
    ['"a": 1\n\'b\': 2', { a: 1, b: 2 }],
    ['1: a\ntrue: b\n', { 1: 'a', true: 'b' }],
    ['\uFEFFa: 1\r\nb: 2\r\n', { a: 1, b: 2 }],
    ['a: "\\t\\u001b"\n', { a: '\t\u001b' }],
    ['a: &x [1]\nb: *x\n', { a: [1], b: [1] }],
    ['a: é漢😀\n', { a: 'é漢😀' }],
  ])('is what it says: %j', (text, value) => {
    expect(contentOf(text)).toEqual(value);
  });

  it('may be empty, or more than one document', () => {
    expect(composeYaml('').documents).toEqual([]);
    expect(composeYaml('# nothing\n').documents).toEqual([]);
    expect(composeYaml('a: 1\n---\nb: 2\n').documents).toHaveLength(2);
  });

  it('may be as long and as deep as is said', () => {
    const deep = `${'['.repeat(maxYamlDepth)}a${']'.repeat(maxYamlDepth)}`;
    expect(problemsOf(deep)).toEqual([]);
    expect(problemsOf(`[${deep}]`)).toEqual([
      `1:${maxYamlDepth + 1} more than 100 lists and maps in one another`,
    ]);
    const entries = 'a,'.repeat(maxYamlTokens / 3 - 2);
    expect(problemsOf(`[${entries}]`)).toEqual([]);
    expect(problemsOf(`[${entries}${'a,'.repeat(10)}]`)).toEqual([
      expect.stringContaining('more than 20000 words and signs; make the file smaller'),
    ]);
  });
});

describe('what is not read', () => {
  it.each([
    ['a: 1\nb: 2\na: 3', ['3:1 this key stands here twice, first in line 1']],
    ['{a: 1, "a": 2}', ['1:8 this key stands here twice, first in line 1']],
    ['a: {b: 1, c: {b: 1, b: 2}}', ['1:21 this key stands here twice, first in line 1']],
    ['{a: b}: c', ['1:1 a key is a text, no list, map or alias']],
    ['? [a]\n: c', ['1:3 a key is a text, no list, map or alias']],
    ['[{[a]: b}]', ['1:3 a key is a text, no list, map or alias']],
    ['a: &x y\n*x : b', ['2:1 a key is a text, no list, map or alias']],
    ['a: "b\0"', ['1:6 the control character U+0000; write it as an escape']],
    ['a: \u001b[31m', ['1:4 the control character U+001B; write it as an escape']],
    ['a: "b', [expect.stringMatching(/^1:6 Missing closing/)]],
  ])('is named with its place: %j', (text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  it('is named twenty times at most, and then said to be more', () => {
    const problems = problemsOf('a: 1\n'.repeat(50));
    expect(problems).toHaveLength(21);
    expect(problems.at(-1)).toBe('22:1 and more from here on');
    expect(problemsOf('a: 1\n'.repeat(21))).toHaveLength(20);
  });
});

describe('the cost', () => {
  it.each(Object.entries(yamlBombs))('is bounded: %s', (_name, text) => {
    const before = process.cpuUsage();
    const { problems } = composeYaml(text);
    const { user, system } = process.cpuUsage(before);
    expect(problems.length).toBeLessThanOrEqual(21);
    // Most take ten milliseconds; what grows without bound takes seconds or does not end.
    expect((user + system) / 1000).toBeLessThan(500);
  });
});
