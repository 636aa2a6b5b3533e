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

/**
 * Checks that parsed JSON has a shape; an optional field may be absent or null.
 *
 * @throws MalformedObjectError naming the path of the first field that does not fit.
 */
export function checkFields(value: unknown, shape: FieldShape, root: string): void {
  check(value, shape, [root]);
}

// The path is a stack that is only put into words when a check fails: on the request path none does.
function check(value: unknown, shape: FieldShape, path: (string | number)[]): void {
  if (typeof shape === 'string') return checkScalar(value, shape, path);
  if ('list' in shape) return checkList(value, shape.list, path);
  if (!isObject(value)) throw new MalformedObjectError(inWords(path), 'an object', value);
  if ('map' in shape) {
    for (const key of Object.keys(value)) checkAt(value[key], shape.map, path, key);
    return;
  }
  for (const field of Object.keys(shape.fields)) {
    const entry = value[field];
    const fieldShape = shape.fields[field];
    const isAbsent = entry === undefined || entry === null;
    if (fieldShape === undefined || (isAbsent && !shape.required?.includes(field))) continue;
    checkAt(entry, fieldShape, path, field);
  }
}

function checkAt(value: unknown, shape: FieldShape, path: (string | number)[], key: string | number): void {
  path.push(key);
  check(value, shape, path);
  path.pop();
}

function checkList(value: unknown, shape: FieldShape, path: (string | number)[]): void {
  if (!Array.isArray(value)) throw new MalformedObjectError(inWords(path), 'a list', value);
  for (let index = 0; index < value.length; index++) checkAt(value[index], shape, path, index);
}

function checkScalar(value: unknown, shape: FieldShape & string, path: (string | number)[]): void {
  const kind = Array.isArray(value) ? 'list' : typeof value;
  const fits = shape === 'quantity' ? kind === 'string' || kind === 'number' : kind === shape;
  if (!fits) throw new MalformedObjectError(inWords(path), `a ${shape}`, value);
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
