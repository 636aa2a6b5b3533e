import { describe, expect, it } from 'vitest';
import { continuedScalar } from '../../../src/manifests/continued-scalar.ts';
import { editManifests, readManifests } from '../../../src/manifests/edit-manifests.ts';

const path = '/metadata/annotations/list';

/** A manifest with a list in an annotation, with another value of it. */
function changed(text: string, value: string): string {
  const { text: edited, problems } = editManifests(text, () => [{ op: 'replace', path, value }]);
  expect(problems).toEqual([]);
  const [object] = readManifests(edited).objects;
  expect(object?.value).toMatchObject({ metadata: { annotations: { list: value } } });
  return edited;
}

const inLines = (list: string) => `kind: Pod\nmetadata:\n  annotations:\n    list: ${list} # own\n`;
const inBrackets = (list: string) => `kind: Pod\nmetadata: {annotations: {list: ${list}}}\n`;
const inJson = (list: string) => `{"kind": "Pod", "metadata": {"annotations": {"list": ${list}}}}`;

describe('a text to which names are added', () => {
  it.each<readonly [text: string, value: string, longer: string]>([
    [inLines('a'), 'a', inLines('a,b')],
    [inLines('a, c'), 'a, c', inLines('a, c,b')],
    [inLines('"a"'), 'a', inLines('"a,b"')],
    [inLines("'a'"), 'a', inLines("'a,b'")],
    [inLines("'it''s'"), "it's", inLines("'it''s,b'")],
    [inLines('"\\x61\\u00e9"'), 'aé', inLines('"\\x61\\u00e9,b"')],
    [inLines('&x "a"'), 'a', inLines('&x "a,b"')],
    [inBrackets('"a"'), 'a', inBrackets('"a,b"')],
    [inBrackets("'a'"), 'a', inBrackets("'a,b'")],
    [inBrackets('a'), 'a', inBrackets('"a\\u002cb"')],
    [inBrackets('a b'), 'a b', inBrackets('"a b\\u002cb"')],
    [inJson('"a"'), 'a', inJson('"a,b"')],
    [inJson('"\\u0061"'), 'a', inJson('"\\u0061,b"')],
  ])('keeps how it is written, and is what it was when they are taken away: %j', (text, value, longer) => {
    const edited = changed(text, `${value},b`);
    expect(edited).toBe(longer);
    expect(changed(edited, value)).toBe(text);
  });

  it.each([
    [inLines("''"), inLines("'b'")],
    [inLines('""'), inLines('"b"')],
    [inBrackets('""'), inBrackets('"b"')],
  ])('may be empty: %j', (text, longer) => {
    expect(changed(text, 'b')).toBe(longer);
    expect(changed(longer, '')).toBe(text);
  });

  it.each([
    ['a value that goes on otherwise', { text: 'a', value: 'a', isInFlow: false }, 'a: b'],
    ['another value', { text: 'a', value: 'a', isInFlow: false }, 'b'],
    ['a text of several lines', { text: '"a\n  b"', value: 'a b', isInFlow: false }, 'a b,c'],
    ['a text that has no sign', { text: '', value: '', isInFlow: false }, 'c'],
    ['a text whose end is written otherwise', { text: '"a\\x2cb"', value: 'a,b', isInFlow: false }, 'a'],
  ])('is written anew where it is %s', (_what, standing, value) => {
    expect(continuedScalar(standing, value)).toBeUndefined();
  });
});
