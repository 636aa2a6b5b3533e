import { describe, expect, it } from 'vitest';
import { type ParameterSpec, parseParameter } from '../../../../../src/sidecars/parameters/parameter.ts';
import { parameterTypes } from '../../../../../src/sidecars/parameters/types/parameter-types.ts';
import { parameterOf, readValue, useInstead } from '../read-value.ts';

describe('the parameter types', () => {
  it('are those of the contract', () => {
    expect([...parameterTypes.keys()]).toEqual([
      'string',
      'integer',
      'boolean',
      'enum',
      'duration',
      'quantity',
      'git-url',
      'git-ref',
      'path',
      'path-segment',
      'name',
      'secret',
      'config-map',
      'secret-key',
      'url',
      'endpoint',
      'port',
    ]);
  });

  const constraints: Readonly<Record<string, readonly string[]>> = {
    pattern: [
      'string',
      'git-url',
      'git-ref',
      'path',
      'path-segment',
      'name',
      'secret',
      'config-map',
      'secret-key',
      'url',
      'endpoint',
    ],
    minimum: ['integer', 'duration', 'quantity', 'port'],
    maximum: ['integer', 'duration', 'quantity', 'port'],
    values: ['enum'],
  };

  it.each(Object.entries(constraints))('take "%s" only where it makes sense', (key, types) => {
    const taking = [...parameterTypes.keys()].filter(
      type => 'read' in parseParameter('p', withConstraint(type, key)),
    );
    expect(taking).toEqual(types);
  });
});

/** A parameter with one constraint, in the notation of its type. */
function withConstraint(type: string, key: string): ParameterSpec {
  const limit = type === 'duration' ? '1s' : '1';
  return { type, ...(type === 'enum' ? { values: ['a'] } : {}), [key]: key === 'values' ? ['a'] : limit };
}

interface Table {
  readonly type: string;
  readonly accepted: readonly (readonly [text: string, value: string | number | boolean])[];
  readonly refused: readonly string[];
  readonly use: string;
}

const same = (...texts: readonly string[]) => texts.map(text => [text, text] as const);

const tables: readonly Table[] = [
  {
    type: 'string',
    accepted: same('a', 'blob:none', '$(HOME)', 'ümläut', '🌱', "it's", 'a'.repeat(4096)),
    refused: [],
    use: 'a text',
  },
  {
    type: 'integer',
    accepted: [
      ['0', 0],
      ['1', 1],
      ['-1', -1],
      ['65533', 65533],
      ['999999999999999', 999_999_999_999_999],
      ['-999999999999999', -999_999_999_999_999],
    ],
    refused: [
      '1.0',
      '1e3',
      '01',
      '-01',
      '+1',
      '0x10',
      '--1',
      '-',
      '1_000',
      '1000000000000000',
      'one',
      '١',
      '',
    ],
    use: 'a whole number',
  },
  {
    type: 'boolean',
    accepted: [
      ['true', true],
      ['false', false],
    ],
    refused: ['True', 'TRUE', 'yes', 'no', 'on', 'off', '1', '0', ''],
    use: 'true or false',
  },
  {
    type: 'quantity',
    accepted: same(
      '0',
      '1',
      '100m',
      '0.5',
      '.5',
      '1.',
      '64Mi',
      '2Gi',
      '1k',
      '1M',
      '1E',
      '1e3',
      '1E3',
      '5n',
      '+1',
      '1Ki',
    ),
    refused: [
      '',
      'm',
      '64MB',
      '64mb',
      '1KiB',
      '1ki',
      '1K',
      '1mm',
      '0x10',
      'Gi',
      '1..5',
      '1,5',
      '1e',
      'NaN',
      'Infinity',
    ],
    use: 'a Kubernetes quantity such as 100m, 64Mi or 2Gi',
  },
  {
    type: 'path',
    accepted: [
      ...same(
        '/site',
        '/usr/share/nginx/html',
        '/a.b',
        '/.a',
        '/a..b',
        '/...',
        '/-a',
        '/ü',
        '/a\\b',
        '/$(HOME)',
      ),
      ['/site/', '/site'],
    ],
    refused: [
      '',
      '/',
      '//',
      'site',
      './site',
      '../site',
      '/a/..',
      '/../a',
      '/a/./b',
      '/.',
      '/..',
      '/a//b',
      '//a',
      '/a//',
      '/a:b',
      'C:\\a',
      '~',
    ],
    use: 'an absolute path such as /site, without . and .. segments or a colon',
  },
  {
    type: 'path-segment',
    accepted: same('current', '.hidden', '...', 'a-b_c.d', 'A', '1', '_a', 'a'.repeat(255)),
    refused: ['', '.', '..', 'a/b', '/a', 'a\\b', 'ü', 'a:b', '$a', 'a*', '~a'],
    use: 'a single file name of letters, digits, ".", "_" and "-"',
  },
  {
    type: 'name',
    accepted: same('a', 'site', 'a-b', '1a', '1', 'a'.repeat(63)),
    refused: ['', 'a-', 'A', 'a_b', 'a.b', 'ü', 'a/b'],
    use: 'a name of lower-case letters, digits and "-"',
  },
  {
    type: 'secret',
    accepted: same('a', 'git-creds', 'a.b', 'a1.b2-c', 'a'.repeat(253)),
    refused: ['', 'a-', 'A', 'a_b', 'a..b', '.a', 'a.', 'a.-b', 'ns/a'],
    use: "the name of a Secret in the pod's namespace",
  },
  {
    type: 'config-map',
    accepted: same('a', 'known-hosts', 'kube-root-ca.crt'),
    refused: ['', 'a-', 'A', 'a_b', 'a..b', 'ns/a'],
    use: "the name of a ConfigMap in the pod's namespace",
  },
  {
    type: 'secret-key',
    accepted: same(
      'password',
      '.dockerconfigjson',
      'tls.crt',
      'a-b_C.1',
      'a..b',
      '_',
      '.a.',
      'a'.repeat(253),
    ),
    refused: ['', '.', '..', '...', '..data', 'a/b', 'a:b', 'ü', '$a', '~', 'a=b'],
    use: 'a key of a Secret: letters, digits, ".", "_" and "-", not beginning with ".."',
  },
  {
    type: 'url',
    accepted: same(
      'http://localhost:8080/hook',
      'https://example.com',
      'https://example.com?x=1',
      'http://[::1]:80/',
      'https://example.com/a@b',
      'https://hooks.example.com/services/T0/B0/abc',
    ),
    refused: [
      '',
      'example.com',
      '/hook',
      'ftp://host/x',
      'file:///x',
      'http:/host',
      'http://',
      'http:///x',
      'http://?x',
      'http://#x',
      'javascript:alert(1)',
      'http://host:99999/',
      'http://[::1/',
      'HTTP://host/',
      'http://good.example\\.evil.example/',
      'http://host\\path',
    ],
    use: 'a URL that begins with http:// or https://',
  },
  {
    type: 'port',
    accepted: [
      ['1', 1],
      ['80', 80],
      ['65535', 65535],
    ],
    refused: ['', '0', '65536', '99999', '080', '80.0', '+80', 'http', '8e1'],
    use: 'a port number from 1 to 65535',
  },
];

describe.each(tables)('a value of type $type', ({ type, accepted, refused, use }) => {
  it.each(accepted)('may be %s', (text, value) => {
    expect(readValue(type, text).value).toMatchObject({ text, value });
  });

  it.each(refused)('is not %j', text => {
    expect(useInstead(type, text)).toBe(use);
  });
});

describe('the length of a value', () => {
  const lengths: Readonly<Record<string, number>> = {
    string: 4096,
    integer: 64,
    boolean: 64,
    enum: 4096,
    duration: 64,
    quantity: 64,
    'git-url': 4096,
    'git-ref': 255,
    path: 4096,
    'path-segment': 255,
    name: 63,
    secret: 253,
    'config-map': 253,
    'secret-key': 253,
    url: 4096,
    endpoint: 4096,
    port: 64,
  };

  it('is known of every type', () => {
    expect(Object.fromEntries([...parameterTypes].map(([name, type]) => [name, type.maximumLength]))).toEqual(
      lengths,
    );
  });

  it.each(Object.entries(lengths))(
    'of a %s is at most %i, and that is said of a longer text, whatever it holds',
    (type, length) => {
      const spec = { type, ...(type === 'enum' ? { values: ['a'] } : {}) };
      for (const character of ['a', ' ', '\n', '-', '/']) {
        expect(useInstead(spec, character.repeat(length + 1))).toBe(
          `a value of at most ${length} characters`,
        );
        expect(useInstead(spec, character.repeat(length)) ?? '').not.toContain('at most');
      }
    },
  );

  it.each([
    ['string', 'a'.repeat(4096)],
    ['enum', 'v'.repeat(4096)],
    ['duration', `${'1h'.repeat(31)}1s`],
    ['quantity', `${'0'.repeat(62)}1k`],
    ['git-url', `https://host/${'a'.repeat(4083)}`],
    ['path', `/${'a'.repeat(4095)}`],
    ['secret-key', 'k'.repeat(253)],
    ['url', `https://host/${'a'.repeat(4083)}`],
    ['endpoint', `${'a'.repeat(4091)}:4317`],
  ])('of a %s can be that', (type, text) => {
    expect(useInstead({ type, ...(type === 'enum' ? { values: [text] } : {}) }, text)).toBeUndefined();
  });
});

describe('facts and sizes of values', () => {
  it('a boolean is true or false', () => {
    expect(parameterOf({ type: 'boolean' }).facts).toEqual(['true', 'false']);
    expect(readValue('boolean', 'true').value?.facts).toEqual(['true']);
    expect(readValue('boolean', 'false').value?.facts).toEqual(['false']);
  });

  it.each([
    ['quantity', '100m', 0.1],
    ['quantity', '64Mi', 64 * 1024 * 1024],
    ['quantity', '2Gi', 2 * 1024 ** 3],
    ['quantity', '1k', 1000],
    ['quantity', '1e3', 1000],
    ['integer', '-5', -5],
    ['port', '80', 80],
  ])('a %s of %s is compared as %s', (type, text, magnitude) => {
    expect(readValue(type, text).value?.magnitude).toBe(magnitude);
  });

  it('a url with user info is refused without a word of it', () => {
    expect(useInstead('url', 'https://user:secret@example.com/')).toBe('a URL without user info');
    expect(useInstead('url', 'https://secret@example.com/')).toBe('a URL without user info');
  });

  it('types other than numbers, booleans and addresses have no facts of their own', () => {
    const withFacts = [...parameterTypes].filter(([, { facts }]) => Object.keys(facts).length > 0);
    expect(withFacts.map(([name]) => name)).toEqual(['integer', 'boolean', 'git-url', 'git-ref', 'endpoint']);
  });
});
