import { describe, expect, it } from 'vitest';
import { type ParameterSpec, parseParameter } from '../../../../src/sidecars/parameters/parameter.ts';
import { parameterTypes } from '../../../../src/sidecars/parameters/types/parameter-types.ts';
import { parameterOf, readValue, useInstead } from './read-value.ts';

describe('what no value may hold, whatever its type', () => {
  const everyType: ParameterSpec[] = [...parameterTypes.keys()].map(type =>
    type === 'enum' ? { type, values: ['a'] } : { type },
  );

  it('is asked of seventeen types', () => {
    expect(everyType).toHaveLength(17);
  });

  const controls: readonly (readonly [name: string, character: string])[] = [
    ['a line feed', '\n'],
    ['a carriage return', '\r'],
    ['a tab', '\t'],
    ['a null', '\0'],
    ['an escape', '\u001b'],
    ['a delete', '\u007f'],
    ['a C1 control', '\u0085'],
    ['a line separator', '\u2028'],
    ['a paragraph separator', '\u2029'],
    ['a right-to-left override', '\u202e'],
    ['a zero-width space', '\u200b'],
    ['a byte order mark', '\ufeff'],
    ['a soft hyphen', '\u00ad'],
    ['half a surrogate pair', '\ud800'],
  ];

  it.each(
    everyType.flatMap(spec =>
      controls.map(([name, character]) => [name, spec.type, spec, character] as const),
    ),
  )('is %s: %s', (_name, _type, spec, character) => {
    for (const text of [`a${character}`, `${character}a`, `a${character}a`, character]) {
      expect(useInstead(spec, text)).toBe('a value without control characters');
    }
  });

  it.each(everyType.filter(({ type }) => type !== 'integer').map(spec => [spec.type, spec] as const))(
    'is a leading minus: %s',
    (_type, spec) => {
      for (const text of ['-', '-a', '--upload-pack=touch', '-1']) {
        expect(useInstead(spec, text)).toBe('a value that does not begin with "-"');
      }
    },
  );

  it.each(everyType.map(spec => [spec.type, spec] as const))('is a space: %s', (_type, spec) => {
    for (const text of ['a b', ' a', 'a ', ' ', 'a\u00a0b', 'a\u3000b']) {
      expect(useInstead(spec, text)).toBe('a value without spaces');
    }
  });

  it('is not a space where a pattern of the definition allows it', () => {
    expect(useInstead({ type: 'string', pattern: '[a-z ]+' }, 'a b')).toBeUndefined();
  });

  it('is a control character even where a pattern would allow it', () => {
    expect(useInstead({ type: 'string', pattern: '[^a]+' }, 'b\nb')).toBe(
      'a value without control characters',
    );
  });

  // A pattern says what else a value must be; that git and shells split at spaces stays true.
  const patterned = [...parameterTypes]
    .filter(([type, { constraints }]) => type !== 'string' && constraints.includes('pattern'))
    .map(([type]) => type);

  it('is asked of every type that can have a pattern', () => {
    expect(patterned).toEqual(
      expect.arrayContaining([
        'git-url',
        'git-ref',
        'url',
        'path',
        'path-segment',
        'name',
        'secret',
        'secret-key',
      ]),
    );
  });

  it.each(patterned)('is a space in a %s that has a pattern too', type => {
    for (const text of ['https://example.com/a b', '/a b', 'a b', 'a\u3000b']) {
      expect(useInstead({ type, pattern: '.*' }, text)).toBe('a value without spaces');
    }
  });

  it.each(everyType.map(spec => [spec.type, spec] as const))('is nothing at all: %s', (_type, spec) => {
    expect(useInstead(spec, '')).toBe(parameterOf(spec).expects);
  });

  it('is nothing at all even where a pattern would allow it', () => {
    expect(useInstead({ type: 'string', pattern: '.*' }, '')).toBe('a text that matches .*');
  });
});

describe('the constraints of a parameter', () => {
  it.each<[ParameterSpec, string, string]>([
    [{ type: 'integer', minimum: '1', maximum: '5' }, '1 3 5', 'a whole number, at least 1, at most 5'],
    [{ type: 'integer', minimum: '-5' }, '-5 0', 'a whole number, at least -5'],
    [
      { type: 'duration', minimum: '1s', maximum: '1h' },
      '1s 1000ms 60m 1h',
      'a duration with its unit, such as 30s, 5m or 1h30m, at least 1s, at most 1h',
    ],
    [
      { type: 'quantity', maximum: '1Gi' },
      '1Gi 1024Mi 1G 1',
      'a Kubernetes quantity such as 100m, 64Mi or 2Gi, at most 1Gi',
    ],
    [{ type: 'port', minimum: '1024' }, '1024 65535', 'a port number from 1 to 65535, at least 1024'],
    [{ type: 'enum', values: ['json', 'text'] }, 'json text', 'one of json, text'],
    [{ type: 'string', pattern: 'a+' }, 'a aaa', 'a text that matches a+'],
    [{ type: 'string', pattern: 'a|b' }, 'a b', 'a text that matches a|b'],
    [
      { type: 'path-segment', not: ['.git', 'tmp'] },
      'git .gitx',
      'a single file name of letters, digits, ".", "_" and "-", but not .git or tmp',
    ],
    [
      { type: 'config-map', or: ['off'] },
      'off hosts',
      "the name of a ConfigMap in the pod's namespace, or off",
    ],
    [
      { type: 'integer', minimum: '1', not: ['3'], or: ['none', 'all'] },
      '1 2 none all',
      'a whole number, at least 1, but not 3, or none or all',
    ],
  ])('of %j accept %s', (spec, accepted, expects) => {
    for (const text of accepted.split(' ')) expect(useInstead(spec, text), text).toBeUndefined();
    expect(parameterOf(spec).expects).toBe(expects);
  });

  it.each<[ParameterSpec, string]>([
    [{ type: 'integer', minimum: '1', maximum: '5' }, '0 6 -1 one'],
    [{ type: 'duration', minimum: '1s', maximum: '1h' }, '0s 999ms 3601s 61m'],
    [{ type: 'quantity', maximum: '1Gi' }, '1025Mi 2G'],
    [{ type: 'port', minimum: '1024' }, '80 0 65536'],
    [{ type: 'enum', values: ['json', 'text'] }, 'xml JSON jso'],
    [{ type: 'string', pattern: 'a|b' }, 'ab ac ca aa'],
    [{ type: 'path-segment', not: ['.git', 'tmp'] }, '.git tmp'],
    [{ type: 'integer', minimum: '1', not: ['3'], or: ['none'] }, '0 3 non'],
  ])('of %j refuse %s, and say what is expected', (spec, refused) => {
    for (const text of refused.split(' '))
      expect(useInstead(spec, text), text).toBe(parameterOf(spec).expects);
  });

  it('give a literal beside the type as its own text, with a fact of its name', () => {
    expect(readValue({ type: 'integer', or: ['none'] }, 'none')).toEqual({
      value: { text: 'none', value: 'none', facts: ['none'] },
    });
  });

  it('give an enum a fact for each value', () => {
    const spec = { type: 'enum', values: ['json', 'text'], or: ['none'] };
    expect(parameterOf(spec).facts).toEqual(['json', 'text', 'none']);
    expect(readValue(spec, 'text')).toEqual({ value: { text: 'text', value: 'text', facts: ['text'] } });
  });

  // The path is used without the slash at its end, and so is the same path.
  it('refuse a value in "not" in whatever notation', () => {
    const spec = { type: 'path', not: ['/site'] };
    for (const text of ['/site', '/site/']) {
      expect(useInstead(spec, text)).toBe(
        'an absolute path such as /site, without . and .. segments or a colon, but not /site',
      );
    }
    expect(useInstead(spec, '/sites')).toBeUndefined();
  });

  it('accept no empty value for a type that has none', () => {
    expect(useInstead('git-ref', '')).toBe('a branch, a tag or a full 40-digit hash');
  });
});

describe('parseParameter', () => {
  it.each<[ParameterSpec, readonly (readonly [key: string | undefined, message: string])[]]>([
    [{ type: 'text' }, [['type', 'no type "text"']]],
    [{ type: 'enum' }, [[undefined, 'an enum needs "values"']]],
    [{ type: 'enum', values: [] }, [[undefined, 'an enum needs "values"']]],
    [{ type: 'string', values: ['a'] }, [['values', 'the type string has no "values"']]],
    [{ type: 'string', minimum: '1' }, [['minimum', 'the type string has no "minimum"']]],
    [{ type: 'boolean', pattern: 'a' }, [['pattern', 'the type boolean has no "pattern"']]],
    [{ type: 'git-url', maximum: '1' }, [['maximum', 'the type git-url has no "maximum"']]],
    [{ type: 'integer', pattern: '1' }, [['pattern', 'the type integer has no "pattern"']]],
    [{ type: 'string', pattern: '(' }, [['pattern', '"(" is no regular expression']]],
    [
      { type: 'integer', minimum: '1.5' },
      [['minimum', '"1.5" is not a value of the type; use a whole number']],
    ],
    [
      { type: 'duration', maximum: '5' },
      [['maximum', '"5" is not a value of the type; use a duration with its unit, such as 30s, 5m or 1h30m']],
    ],
    [
      { type: 'integer', default: 'many' },
      [['default', '"many" is not a value of its own type; use a whole number']],
    ],
    [
      { type: 'integer', default: '0', minimum: '1' },
      [['default', '"0" is not a value of its own type; use a whole number, at least 1']],
    ],
    [
      { type: 'string', required: true, default: 'a' },
      [['default', 'a required parameter has no use for a default']],
    ],
    [{ type: 'string', default: '' }, [['default', '"" is not a value of its own type; use a text']]],
    [{ type: 'integer', minimum: '5', maximum: '1' }, [['minimum', 'the minimum 5 is above the maximum 1']]],
    [
      { type: 'duration', minimum: '2m', maximum: '90s' },
      [['minimum', 'the minimum 2m is above the maximum 90s']],
    ],
    [
      { type: 'quantity', minimum: '1Gi', maximum: '1G' },
      [['minimum', 'the minimum 1Gi is above the maximum 1G']],
    ],
    [
      { type: 'string', values: ['a'], minimum: '1', pattern: '(' },
      [
        ['minimum', 'the type string has no "minimum"'],
        ['values', 'the type string has no "values"'],
        ['pattern', '"(" is no regular expression'],
      ],
    ],
  ])('says everything that is wrong with %j', (spec, problems) => {
    expect(parseParameter('p', spec)).toEqual(
      problems.map(([key, message]) => (key === undefined ? { message } : { key, message })),
    );
  });

  it.each<[ParameterSpec, unknown]>([
    [{ type: 'integer', default: '5' }, 5],
    [{ type: 'boolean', default: 'false' }, false],
    [{ type: 'duration', default: '60s' }, '60s'],
    [{ type: 'integer', or: ['none'], default: 'none' }, 'none'],
  ])('reads the default of %j as an annotation would be read', (spec, value) => {
    expect(parameterOf(spec).defaultValue).toMatchObject({ text: spec.default, value });
  });

  it('knows no default where none is written', () => {
    expect(parameterOf({ type: 'integer' }).defaultValue).toBeUndefined();
  });

  it('takes a minimum that is the maximum', () => {
    expect(useInstead({ type: 'duration', minimum: '60s', maximum: '1m' }, '1m')).toBeUndefined();
  });
});
