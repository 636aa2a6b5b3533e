import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { kubernetesYaml } from '../../src/cli/definitions/kubernetes-yaml.ts';

/** What one version of YAML takes for something else than a text. */
const odd = fc.constantFrom(
  ...[
    'on',
    'off',
    'yes',
    'no',
    'y',
    'n',
    'Y',
    'true',
    'null',
    '~',
    '',
    '0400',
    '0o400',
    '0x1f',
    '0b11',
    '1_000',
  ],
  ...[
    '1e3',
    '.5',
    '.inf',
    '.nan',
    '8443:8080',
    '1:20',
    '2026-11-26',
    '<<',
    '=',
    '- a',
    'a: b',
    '#a',
    '&a',
    '*a',
    '!a',
  ],
  ...[
    '%a',
    '@a',
    '`a',
    "'",
    '"',
    'a\nb\n',
    '\n',
    ' a',
    'a ',
    '\ta',
    '[',
    '{',
    '?',
    '|',
    '>',
    'é',
    '🌱',
    '\u2028',
    '\\d+',
  ],
);
const text = fc.oneof(
  odd,
  odd.chain(one => odd.map(two => one + two)),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const scalar = fc.oneof(
  text,
  fc.constant(-0),
  fc.integer(),
  fc.boolean(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const { value } = fc.letrec(tie => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(text, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

it('what render prints is read as the same by YAML 1.1, which kubectl reads, and by YAML 1.2', () => {
  fc.assert(
    fc.property(fc.dictionary(text, value, { maxKeys: 3, noNullPrototype: true }), printed => {
      const yaml = kubernetesYaml(printed);
      // JSON has no minus zero.
      const expected = JSON.parse(JSON.stringify(printed));
      expect(parse(yaml, { version: '1.1' }), yaml).toEqual(expected);
      expect(parse(yaml, { version: '1.2' }), yaml).toEqual(expected);
    }),
    { numRuns: 3000 },
  );
});
