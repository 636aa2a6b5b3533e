import type { ParameterType } from '../parameters/types/parameter-type.ts';

/** What narrows the values of a parameter down. */
export interface Limits {
  readonly minimum?: string | undefined;
  readonly maximum?: string | undefined;
}

/** Values that a type may take, those first that a person would write; not all of them are within its limits. */
export function typedSamples(
  type: string,
  name: string,
  limits: Limits,
  of: ParameterType,
): readonly string[] {
  const numbers = () => numbersWithin(limits, of);
  switch (type) {
    case 'integer':
      return ['1', ...numbers().map(String), '0'];
    case 'port':
      // Many, because no two ports of a sidecar may be the same.
      return [...Array.from({ length: 32 }, (_, index) => String(8080 + index)), ...numbers().map(String)];
    case 'duration':
      return ['30s', '5m', ...texts(limits), ...numbers().map(number => `${number}s`)];
    case 'quantity':
      return [
        ...(/cpu/.test(name) ? ['100m', '64Mi'] : ['64Mi', '100m']),
        ...texts(limits),
        ...numbers().map(String),
      ];
    case 'boolean':
      return ['true', 'false'];
    case 'git-url':
      return [
        `https://example.com/org/${name}`,
        `user@example.com:org/${name}`,
        `http://example.com/org/${name}`,
      ];
    case 'git-ref':
      return [name, 'main', '0123456789abcdef0123456789abcdef01234567'];
    case 'path':
      return [`/${name}`, '/sample', '/tmp/sample'];
    case 'url':
      return [`https://example.com/${name}`, `http://example.com/${name}`];
    case 'endpoint':
      return ['example.com:4317', `https://example.com/${name}`, `http://example.com/${name}`];
    case 'string':
      return [name, 'sample', 'other', ...plainTexts];
    default:
      return [name, 'sample', 'other'];
  }
}

/** A text may be a number, a size, a path or a port, as the definition uses it. */
const plainTexts = [
  '1',
  '100m',
  '1Mi',
  '/sample',
  'a/b',
  'A',
  'a.b',
  'a:1',
  'a=b',
  'https://example.com/',
  '0.5',
];

function texts({ minimum, maximum }: Limits): readonly string[] {
  return [minimum, maximum].filter(limit => limit !== undefined);
}

/** How many whole numbers are tried from each end: some may be refused by name. */
const numbersPerEnd = 32;

/** Whole numbers between two limits, from the lower one up and from the upper one down. */
function numbersWithin({ minimum, maximum }: Limits, type: ParameterType): readonly number[] {
  const magnitudeOf = (text: string | undefined) => {
    const reading = text === undefined ? undefined : type.read(text);
    return reading && 'value' in reading ? reading.magnitude : undefined;
  };
  const least = magnitudeOf(minimum);
  const greatest = magnitudeOf(maximum);
  const steps = Array.from({ length: numbersPerEnd }, (_, index) => index);
  return [
    ...(least === undefined ? [] : steps.map(step => Math.ceil(least) + step)),
    ...(greatest === undefined ? [] : steps.map(step => Math.floor(greatest) - step)),
    ...(least === undefined && greatest === undefined ? steps : []),
  ];
}
