import { describe, expect, it } from 'vitest';
import { parseParameter } from '../../../../src/sidecars/parameters/parameter.ts';
import { parameterOf, readValue, useInstead } from './read-value.ts';

describe('a list', () => {
  const ports = { type: 'port', list: true, minimum: '1024' };

  it('is read value by value', () => {
    expect(readValue(ports, '8080,9090').value).toEqual({ text: '8080,9090', value: [8080, 9090] });
    expect(readValue(ports, '8080').value?.value).toEqual([8080]);
    expect(parameterOf(ports).holds).toBe('list');
  });

  it.each(['', ',', '8080,', ',8080', '8080,,9090', '8080,80', 'x', '8080 ,9090'])(
    'is refused: "%s"',
    text => {
      expect(useInstead(ports, text)).toBeDefined();
    },
  );

  it('says what it takes', () => {
    expect(useInstead(ports, '80')).toBe(
      'a port number from 1 to 65535, at least 1024; or several, separated by commas',
    );
  });

  it('has no value that could become an option', () => {
    expect(useInstead({ type: 'string', list: true }, 'a,-b')).toBe('a value that does not begin with "-"');
    expect(useInstead({ type: 'string', list: true }, 'a\nb')).toBe('a value without control characters');
  });

  it('takes a comma with a backslash before it for a part of a value', () => {
    const spec = { type: 'string', list: true, pattern: '[a-z{},0-9\\\\]+' };
    expect(readValue(spec, String.raw`a{1\,3},b`).value).toEqual({
      text: String.raw`a{1\,3},b`,
      value: ['a{1,3}', 'b'],
    });
    expect(readValue(spec, String.raw`a\b,c`).value?.value).toEqual([String.raw`a\b`, 'c']);
    expect(readValue({ ...spec, list: false, map: true }, String.raw`x=1\,2,y=3`).value?.value).toEqual({
      x: '1,2',
      y: '3',
    });
  });

  it('takes a literal as a whole, and has the facts of its values', () => {
    const spec = { type: 'enum', values: ['a', 'b', 'c'], list: true, or: ['none'] };
    expect(readValue(spec, 'none').value).toEqual({ text: 'none', value: 'none', facts: ['none'] });
    expect(readValue(spec, 'a,b').value?.facts).toEqual(['a', 'b']);
    expect(useInstead(spec, 'a,none')).toBe('one of a, b, c; or several, separated by commas, or none');
  });
});

describe('a map', () => {
  const map = { type: 'string', pattern: '[a-z ]+', map: true };

  it('is read name by name', () => {
    expect(readValue(map, 'a=one two,b.c/d-e=x').value).toEqual({
      text: 'a=one two,b.c/d-e=x',
      value: { a: 'one two', 'b.c/d-e': 'x' },
    });
    expect(parameterOf(map).holds).toBe('map');
  });

  it('keeps a name of the language itself', () => {
    expect(Object.keys(readValue(map, '__proto__=x').value?.value ?? {})).toEqual(['__proto__']);
  });

  it.each(['', 'a', 'a=', '=a', 'a=x,', 'a=1', '-a=x', 'a b=x'])('is refused: "%s"', text => {
    expect(useInstead(map, text)).toBe(
      'name=value, or several, separated by commas; a value is a text that matches [a-z ]+',
    );
  });

  it('has each name once', () => {
    expect(useInstead(map, 'a=x,a=y')).toBe('the name "a" once');
    const name = 'n'.repeat(30_000);
    expect(useInstead(map, `${name}=x,${name}=y`)).toBe(`the name "${'n'.repeat(62)}…" once`);
  });
});

describe('several values', () => {
  it.each([{ list: true }, { map: true }])('have at most 65536 characters together: %j', several => {
    const spec = { type: 'string', ...several };
    const entry = 'map' in several ? 'k00000=v' : 'v'.repeat(8);
    const texts = Array.from({ length: 7281 }, (_, index) =>
      entry.replace('00000', String(index).padStart(5, '0')),
    );
    expect(texts.join(',')).toHaveLength(65_528);
    expect(useInstead(spec, texts.join(','))).toBeUndefined();
    expect(useInstead(spec, `${texts.join(',')},${'v'.repeat(8)}`)).toBe(
      'a value of at most 65536 characters',
    );
  });

  it('have each the length of one', () => {
    expect(useInstead({ type: 'name', list: true }, `a,${'b'.repeat(64)}`)).toBe(
      'a value of at most 63 characters',
    );
  });

  it('point to all places that any of them points to', () => {
    const hosts = (spec: object, text: string) =>
      readValue({ type: 'url', ...spec }, text).value?.origins?.map(({ host }) => host);
    expect(hosts({ list: true }, 'http://a.example/,https://b.example/')).toEqual(['a.example', 'b.example']);
    expect(hosts({ map: true }, 'x=http://a.example/,y=https://b.example/')).toEqual([
      'a.example',
      'b.example',
    ]);
  });

  it.each(['git-url', 'git-ref'])('are not for %s, of which something is said beside the value', type => {
    expect(parseParameter('p', { type, list: true })).toEqual([
      { key: 'list', message: `the type ${type} holds one value only` },
    ]);
    expect(parseParameter('p', { type, map: true })).toEqual([
      { key: 'map', message: `the type ${type} holds one value only` },
    ]);
  });

  it('are a list or a map', () => {
    expect(parseParameter('p', { type: 'string', list: true, map: true })).toEqual([
      { key: 'map', message: 'either a list or a map' },
    ]);
  });
});
