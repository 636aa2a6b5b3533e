/**
 * Scalars as kubectl reads them. It converts YAML to JSON with sigs.k8s.io/yaml, whose parser resolves YAML 1.1 in a way
 * of its own: no sexagesimal numbers, octal ones with and without an `o`, times as texts.
 * https://github.com/kubernetes-sigs/yaml/blob/v1.4.0/goyaml.v2/resolve.go
 */
import type { Scalar } from 'yaml';
import type { Json } from '../kubernetes/json.ts';
import { ManifestProblemError } from './manifest-problem.ts';

/**
 * The value of a scalar.
 *
 * @throws ManifestProblemError where JSON has none, as for `.inf`.
 */
export function scalarValue(scalar: Scalar): Json {
  const text = String(scalar.value ?? '');
  const kind = tagKinds[scalar.tag ?? ''] ?? (scalar.tag === undefined ? undefined : 'text');
  if (kind === 'text' || (kind === undefined && scalar.type !== 'PLAIN')) return text;
  if (kind === 'binary') return binaryText(text, scalar.range?.[0] ?? 0);
  const value = resolvePlain(text);
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  throw new ManifestProblemError(scalar.range?.[0] ?? 0, `${text} is no value in JSON; put it in quotes`);
}

function binaryText(text: string, offset: number): string {
  try {
    const bytes = Uint8Array.from(atob(text), character => character.charCodeAt(0));
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ManifestProblemError(offset, 'this is no base64, which !!binary takes; write it plainly');
  }
}

const tagKinds: Readonly<Record<string, 'text' | 'binary' | 'resolved'>> = {
  'tag:yaml.org,2002:str': 'text',
  'tag:yaml.org,2002:binary': 'binary',
  'tag:yaml.org,2002:int': 'resolved',
  'tag:yaml.org,2002:float': 'resolved',
  'tag:yaml.org,2002:bool': 'resolved',
  'tag:yaml.org,2002:null': 'resolved',
};

/** What a text without quotes and tag means. */
export function resolvePlain(text: string): null | boolean | number | string {
  const word = words.get(text);
  if (word !== undefined) return word;
  if (text.startsWith('.')) return fraction.test(text) ? finite(text) : text;
  return /^[-+0-9]/.test(text) ? resolveNumber(text) : text;
}

const spellings = (word: string) => [word, word[0]?.toUpperCase() + word.slice(1), word.toUpperCase()];
const words: ReadonlyMap<string, null | boolean | number> = new Map<string, null | boolean | number>([
  ...['y', 'yes', 'true', 'on'].flatMap(spellings).map(word => [word, true] as const),
  ...['n', 'no', 'false', 'off'].flatMap(spellings).map(word => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map(word => [word, null] as const),
  ...['.nan', '.NaN', '.NAN'].map(word => [word, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF'].flatMap(word =>
    ['', '+', '-'].map(sign => [sign + word, sign === '-' ? -Infinity : Infinity] as const),
  ),
]);

const fraction = /^\.\d+(?:_\d+)*(?:[eE][-+]?\d+)?$/;
const integer = /^([-+]?)(0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|0|[1-9]\d*)$/;
const float = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;

function resolveNumber(text: string): number | string {
  const plain = text.replaceAll('_', '');
  // Its parser takes a sign behind the letter as well.
  if (/^0b[-+][01]+$/.test(plain)) return Number.parseInt(plain.slice(2), 2);
  const [, sign = '', digits = ''] = integer.exec(plain) ?? [];
  const size = digits === '' ? undefined : BigInt(digits.replace(/^0(?=[0-7])/, '0o'));
  if (size !== undefined && size <= (sign === '-' ? maxNegative : maxPositive)) {
    return Number(sign === '-' ? -size : size);
  }
  return float.test(plain) ? finite(plain, text) : text;
}

const maxNegative = 2n ** 63n;
const maxPositive = 2n ** 64n - 1n;

/** What is out of range stays the text that it is. */
function finite(number: string, text = number): number | string {
  const value = Number(number.replaceAll('_', ''));
  if (!Number.isFinite(value)) return text;
  return value === 0 ? 0 : value;
}
