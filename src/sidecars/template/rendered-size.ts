import { isObject, type Json } from '../../kubernetes/json.ts';
import { doHold, type Facts } from './conditions.ts';
import {
  eachIndex,
  eachName,
  eachOfMap,
  eachValue,
  instanceName,
  type ParameterPart,
  type Template,
  type TextPart,
} from './template.ts';

/** What a template is measured with. */
export interface MeasuredScope extends Facts {
  readonly name: string;
  /** The parameters that have a value, each with the text that it has in an annotation. */
  readonly values: ReadonlyMap<string, MeasuredValue>;
  /** What `${each…}` stands for. */
  readonly each?: ReadonlyMap<string, MeasuredValue>;
}

interface MeasuredValue {
  readonly value: Json;
  readonly text: string;
  readonly facts?: readonly string[];
}

/**
 * How many characters of JSON a template renders to, give or take escapes and a few signs, without rendering it: a value
 * that is put in a thousand times is counted a thousand times, but never written.
 */
export function renderedSize(template: Template, scope: MeasuredScope): number {
  switch (template.kind) {
    case 'literal':
      return literalSize(template);
    case 'typed':
      return signs + (template.isInSeconds ? secondsSize : typedSize(measured(template.parameter, scope)));
    case 'text':
      return textSize(template.parts, scope);
    case 'choice': {
      const branch = doHold(template.when, scope) ? template.value : template.otherwise;
      return branch === undefined ? 0 : renderedSize(branch, scope);
    }
    case 'json':
      return signs + renderedSize(template.value, scope);
    case 'each':
      return eachSize(template, scope);
    case 'entries':
      return entriesSize(template.entries, scope);
    case 'list':
      return signs + entriesSize(template.entries, scope);
    case 'map':
      return mapSize(template.entries, scope);
  }
}

/** Made as often as the parameter has values; `${each}` is as long as they are on average. */
function eachSize({ parameter, when, value }: Template & { kind: 'each' }, scope: MeasuredScope): number {
  const found = scope.values.get(parameter);
  if (found === undefined || !doHold(when, scope)) return 0;
  const count = countOf(found.value);
  const text = found.text.slice(0, Math.ceil(found.text.length / Math.max(count, 1)));
  const one: MeasuredValue = { value: text, text };
  const index: MeasuredValue = { value: count, text: String(count) };
  const each = new Map([
    [eachValue, one],
    [eachOfMap, one],
    [eachName, one],
    [eachIndex, index],
  ]);
  return count * renderedSize(value, { ...scope, each });
}

function countOf(value: Json): number {
  if (Array.isArray(value)) return value.length;
  return isObject(value) ? Object.keys(value).length : 1;
}

// Loops and no closures: this is done for every entry of a plan that is seen for the first time.
function entriesSize(entries: readonly Template[], scope: MeasuredScope): number {
  let size = 0;
  for (const entry of entries) size += renderedSize(entry, scope);
  return size;
}

function mapSize(entries: (Template & { kind: 'map' })['entries'], scope: MeasuredScope): number {
  let size = signs;
  for (const [key, entry] of entries) size += key.length + signs + renderedSize(entry, scope);
  return size;
}

function measured(parameter: string, { values, each }: MeasuredScope): MeasuredValue | undefined {
  return each?.get(parameter) ?? values.get(parameter);
}

/** Quotes or brackets and a comma around a value, quotes and a colon around a key. */
const signs = 3;

function sizeOfOne({ isInSeconds }: ParameterPart, { text }: MeasuredValue): number {
  return isInSeconds ? secondsSize : text.length;
}

/** A duration has at most ten digits of seconds. */
const secondsSize = 10;

/** Several values, as `a=1,b=2`, have as many signs again in JSON where they are as short as can be. */
function typedSize(found: MeasuredValue | undefined): number {
  if (found === undefined) return 0;
  return typeof found.value === 'object' ? 2 * found.text.length + signs : found.text.length;
}

/** A text that names a list may be rendered once for each of its values, with all that stands around it. */
function textSize(parts: readonly TextPart[], scope: MeasuredScope): number {
  let repeated = signs;
  let once = 0;
  let count = 1;
  for (const part of parts) {
    if (typeof part === 'string' || part.parameter === instanceName) {
      repeated += typeof part === 'string' ? part.length : scope.name.length;
      continue;
    }
    const found = measured(part.parameter, scope);
    if (found === undefined) return 0;
    if (Array.isArray(found.value)) {
      count = found.value.length;
      once += found.text.length;
    } else repeated += sizeOfOne(part, found);
  }
  return repeated * count + once;
}

/** A literal never changes, and is most of a definition. */
const literalSizes = new WeakMap<Template, number>();

function literalSize(template: Template & { kind: 'literal' }): number {
  const known = literalSizes.get(template);
  if (known !== undefined) return known;
  const size = sizeOf(template.value);
  literalSizes.set(template, size);
  return size;
}

function sizeOf(value: Json): number {
  if (typeof value !== 'object' || value === null) return signs + String(value).length;
  let size = signs;
  for (const [key, entry] of Object.entries(value))
    size += (Array.isArray(value) ? 0 : key.length + signs) + sizeOf(entry);
  return size;
}
