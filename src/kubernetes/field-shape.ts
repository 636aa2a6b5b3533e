import { looksLikeCredential } from '../credential.ts';
import { oneLine } from '../shown-text.ts';
import { isObject } from './json.ts';
import { MalformedObjectError } from './malformed-object-error.ts';

/** What the fields that are read must look like. Fields that a shape does not name are not looked at. */
export type FieldShape =
  | 'string'
  | 'number'
  | 'boolean'
  | 'quantity'
  /** A list of whatever it is: what is in it is read by who knows more of it. */
  | 'list'
  | ObjectFieldShape
  | { readonly list: FieldShape }
  | { readonly map: FieldShape };

export interface ObjectFieldShape {
  readonly required?: readonly string[];
  readonly fields: Readonly<Record<string, FieldShape>>;
}

/** What does not fit, with the keys that lead to it, the last one first. */
interface Misfit {
  readonly expected: string;
  readonly value: unknown;
  readonly keys: (string | number)[];
}

/** Undefined where a value fits. The path is only put together where one does not: on the request path all do. */
type Check = (value: unknown) => Misfit | undefined;

/**
 * Checks that parsed JSON has a shape; an optional field may be absent or null.
 *
 * @throws MalformedObjectError naming the path of the first field that does not fit.
 */
export function checkFields(value: unknown, shape: FieldShape, root: string): void {
  const misfit = checkOf(shape)(value);
  if (misfit === undefined) return;
  const path = [...misfit.keys, root].toReversed();
  throw new MalformedObjectError(inWords(path), misfit.expected, misfit.value);
}

/** Those that were made, for as long as their shapes are there. */
const checks = new WeakMap<object, Check>();

function checkOf(shape: FieldShape): Check {
  if (typeof shape === 'string') return scalarCheck(shape);
  const known = checks.get(shape);
  if (known !== undefined) return known;
  const check = makeCheck(shape);
  checks.set(shape, check);
  return check;
}

function makeCheck(shape: Exclude<FieldShape, string>): Check {
  if ('list' in shape) return listCheck(checkOf(shape.list));
  return 'map' in shape ? mapCheck(checkOf(shape.map)) : objectCheck(shape);
}

function scalarCheck(shape: FieldShape & string): Check {
  const misfit = (value: unknown): Misfit => ({ expected: `a ${shape}`, value, keys: [] });
  if (shape === 'list') return value => (Array.isArray(value) ? undefined : misfit(value));
  const isQuantity = shape === 'quantity';
  return value => {
    const type = typeof value;
    const fits = isQuantity ? type === 'string' || type === 'number' : type === shape;
    return fits ? undefined : misfit(value);
  };
}

function listCheck(check: Check): Check {
  return value => {
    if (!Array.isArray(value)) return { expected: 'a list', value, keys: [] };
    for (let index = 0; index < value.length; index++) {
      const misfit = check(value[index]);
      if (misfit !== undefined) return below(index, misfit);
    }
    return undefined;
  };
}

function mapCheck(check: Check): Check {
  return value => {
    if (!isObject(value)) return { expected: 'an object', value, keys: [] };
    for (const key of Object.keys(value)) {
      const misfit = check(value[key]);
      if (misfit !== undefined) return below(key, misfit);
    }
    return undefined;
  };
}

function objectCheck({ required = [], fields }: ObjectFieldShape): Check {
  const checks = Object.entries(fields).map(([field, shape]) => ({
    field,
    check: checkOf(shape),
    isRequired: required.includes(field),
  }));
  return value => {
    if (!isObject(value)) return { expected: 'an object', value, keys: [] };
    for (const { field, check, isRequired } of checks) {
      const entry: unknown = value[field];
      if (!isRequired && (entry === undefined || entry === null)) continue;
      const misfit = check(entry);
      if (misfit !== undefined) return below(field, misfit);
    }
    return undefined;
  };
}

function below(key: string | number, misfit: Misfit): Misfit {
  misfit.keys.push(key);
  return misfit;
}

/** The path as a message may show it. Whoever sends an object chooses the keys of its maps, of any length and alphabet. */
function inWords([root = '', ...keys]: readonly (string | number)[]): string {
  const steps = keys.map(key => {
    if (typeof key === 'number') return `[${key}]`;
    const shown = shownKey(key);
    return /^[A-Za-z]\w{0,62}$/.test(shown) ? `.${shown}` : `[${JSON.stringify(shown)}]`;
  });
  return oneLine(`${root}${steps.join('')}`, maxPathCharacters);
}

/**
 * A key in one line. An address, which no key of Kubernetes is, may hold a password, and whatever looks like a credential
 * is none to show either.
 */
function shownKey(key: string): string {
  // Cut before it is looked at: it may have megabytes.
  const read = key.slice(0, maxReadCharacters);
  if (/[@:?]/.test(read) || looksLikeCredential(read, { mayBeHash: false })) return '***';
  return oneLine(key, maxKeyCharacters);
}

/** As many as the name in a key of Kubernetes may have; the path has room for a few of them. */
const maxKeyCharacters = 63;
/** What could be a credential is judged by what stands around it. */
const maxReadCharacters = 512;
const maxPathCharacters = 400;
