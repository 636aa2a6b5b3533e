import type { Json } from '../../kubernetes/json.ts';
import type { Parameter } from '../definition.ts';
import { valuesOfEnum } from './circumstances.ts';

/** A value that a parameter can have. */
export interface Sample {
  /** As it is put into a text, or where Kubernetes wants a number. */
  readonly value: Json;
  readonly seconds: number | undefined;
  readonly facts: readonly string[];
  /** Everyone who uses the sidecar may come to have it: the default, or one of few values. */
  readonly isCertain: boolean;
}

/** Some values of a parameter, of a list one of each; none where none of those that come to mind is one. */
export function samplesOf(parameter: Parameter): readonly Sample[] {
  const likely = parameter.holds === 'map' ? [] : (texts[parameter.type] ?? []);
  return samplesFrom(parameter, likely);
}

/** The values that the pattern of a parameter allows, which takes longer to find. */
export function moreSamplesOf(parameter: Parameter): readonly Sample[] {
  return samplesFrom(parameter, parameter.samples());
}

function samplesFrom(parameter: Parameter, likely: readonly string[]): readonly Sample[] {
  const certain = new Set([
    ...(parameter.defaultValue === undefined ? [] : [parameter.defaultValue.text]),
    ...(parameter.type === 'enum' ? valuesOfEnum(parameter) : []),
  ]);
  return [...certain, ...likely].flatMap(text => {
    const { value } = parameter.read(text);
    if (value === undefined) return [];
    const one = Array.isArray(value.value) ? value.value[0] : value.value;
    const { facts = [], magnitude } = value;
    return { value: one ?? '', seconds: magnitude, facts, isCertain: certain.has(text) };
  });
}

const numbers = [
  '1',
  '2',
  '0',
  '10',
  '60',
  '300',
  '600',
  '1000',
  '1024',
  '3600',
  '8080',
  '50000',
  '65536',
  '-1',
];

const texts: Readonly<Record<string, readonly string[]>> = {
  string: [
    'a',
    '/a',
    'a/b',
    'A',
    '1',
    '1m',
    '1Mi',
    'a.b',
    'a-b',
    'a:1',
    'a=b',
    'a b',
    'http://a',
    'aaaaaaaa',
    '0.5',
  ],
  integer: numbers,
  boolean: ['true', 'false'],
  duration: ['1s', '1m', '1h', '5s', '30s', '24h'],
  quantity: ['1', '100m', '64Mi', '1Gi', '10Gi', '1Mi'],
  'git-url': ['https://a.example/b', 'ssh://a@b.example/c', 'a@b.example:c'],
  'git-ref': ['main', 'a/b', '0123456789abcdef0123456789abcdef01234567'],
  path: ['/a', '/a/b', '/a.b'],
  'path-segment': ['a', 'a.b', 'A'],
  name: ['a', 'a-b', 'aaaaaaaa'],
  secret: ['a', 'a.b'],
  'config-map': ['a', 'a.b'],
  'secret-key': ['a', 'a.b', 'A'],
  url: ['http://a.example/', 'https://a.example/b'],
  endpoint: ['a.example:1', 'http://a.example/'],
  port: ['8080', '1', '80', '1024', '30000', '65535'],
};
