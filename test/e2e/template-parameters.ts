/** The parameters that templates are tried with, and texts for each. */
import fc from 'fast-check';
import { type ParameterSpec, parseParameter } from '../../src/sidecars/parameters/parameter.ts';

const specs: Readonly<Record<string, ParameterSpec>> = {
  money: { type: 'string', pattern: '.*' },
  word: { type: 'string' },
  count: { type: 'integer', or: ['none'] },
  port: { type: 'port' },
  flag: { type: 'boolean' },
  mode: { type: 'enum', values: ['a', 'b'] },
  time: { type: 'duration' },
  names: { type: 'string', pattern: '.*', list: true },
  counts: { type: 'integer', list: true },
  flags: { type: 'boolean', list: true },
  labels: { type: 'string', pattern: '.*', map: true },
  limits: { type: 'integer', map: true },
  switches: { type: 'boolean', map: true },
  // Words stand in place of values.
  pause: { type: 'duration', or: ['never'] },
  users: { type: 'integer', list: true, or: ['all$'] },
  rights: { type: 'integer', map: true, or: ['none'] },
};

export const parameters = new Map(
  Object.entries(specs).map(([name, spec]) => {
    const parameter = parseParameter(name, spec);
    if (!('read' in parameter)) throw new Error(JSON.stringify(parameter));
    return [name, parameter] as const;
  }),
);
// What the kubelet, JSON and CEL read signs into.
const money = fc.constantFrom(
  ...[
    '$(A)',
    '$',
    '$$',
    'a$',
    '$$(A)$',
    '$(A)$$$(B)',
    '$a$b',
    '"',
    '\\',
    '\\"',
    "it's \\n",
    '{"a":1}',
    '${word}',
    'é<&>',
  ],
);
const several = (one: fc.Arbitrary<string>) =>
  fc
    .array(one, { minLength: 1, maxLength: 3 })
    .map(values => values.map(value => value.replaceAll(',', '\\,')).join(','));
const named = (one: fc.Arbitrary<string>) =>
  fc
    .uniqueArray(fc.tuple(fc.constantFrom('x', 'y.z', '10', '2', 'x-1'), one), {
      minLength: 1,
      maxLength: 3,
      selector: ([name]) => name,
    })
    .map(pairs => pairs.map(pair => pair.join('=')).join(','));
const number = fc.constantFrom('0', '7', '-3', '123456789');
const boolean = fc.constantFrom('true', 'false');

const texts: Readonly<Record<string, fc.Arbitrary<string>>> = {
  money,
  word: fc.constantFrom('a', '$(B)', 'x=1'),
  count: fc.oneof(number, fc.constant('none')),
  port: fc.constantFrom('80', '8080'),
  flag: boolean,
  mode: fc.constantFrom('a', 'b'),
  time: fc.constantFrom('90s', '1m30s', '1.5s', '100ms'),
  names: several(money),
  counts: several(number),
  flags: several(boolean),
  labels: named(money),
  limits: named(number),
  switches: named(boolean),
  pause: fc.constantFrom('never', '10s'),
  users: fc.oneof(fc.constant('all$'), several(number)),
  rights: fc.oneof(fc.constant('none'), named(number)),
};

/** Texts by parameter; undefined where it has none. */
export const givenTexts = fc.record(
  Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, fc.option(text, { nil: undefined, freq: 3 })]),
  ),
);
