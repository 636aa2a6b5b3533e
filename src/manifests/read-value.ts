import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import { isObject, type Json, type JsonObject } from '../kubernetes/json.ts';
import { AliasSources } from './alias-sources.ts';
import { ManifestProblemError } from './manifest-problem.ts';
import { isFlow, offsetOf } from './places.ts';
import { resolvePlain, scalarValue } from './plain-scalar.ts';

/** More than any object that the API server takes, whose limit is 3 MiB. */
const maxValues = 5_000_000;

/** Reads the values of a document as kubectl does: aliases written out, merge keys merged in the order of the text. */
export class ValueReader {
  readonly #document: Document.Parsed;
  readonly #known = new Map<unknown, { readonly value: Json; readonly count: number }>();
  #sources: AliasSources | undefined;
  #count = 0;

  constructor(document: Document.Parsed) {
    this.#document = document;
  }

  /** @throws ManifestProblemError where a value is none in JSON, or aliases make too many of them. */
  read(node: unknown): Json {
    const known = this.#known.get(node);
    if (known !== undefined) {
      this.#add(node, known.count);
      return known.value;
    }
    const before = this.#count;
    this.#add(node, 1);
    const value = this.#readNew(node);
    if (isMap(node) || isSeq(node)) this.#known.set(node, { value, count: this.#count - before });
    return value;
  }

  #readNew(node: unknown): Json {
    if (isScalar(node)) return scalarValue(node);
    if (isSeq(node)) return node.items.map(item => this.read(item));
    if (isMap(node)) return this.#readMap(node);
    if (isAlias(node)) return this.read(this.#sourceOf(node));
    return null;
  }

  #readMap(map: YAMLMap): JsonObject {
    const entries = new Map<string, Json>();
    for (const pair of map.items) {
      const { key, value } = pair;
      if (isFlow(map) && isReadOtherwise(pair)) throw new ManifestProblemError(offsetOf(key), readOtherwise);
      if (isMergeKey(key)) for (const [name, merged] of this.merged(value)) entries.set(name, merged);
      else entries.set(keyText(key), this.read(value));
    }
    return Object.fromEntries(entries);
  }

  /** What a merge key brings in; the first of several maps wins. */
  merged(node: unknown): readonly (readonly [string, Json])[] {
    const value = this.read(node);
    const maps = Array.isArray(value) ? value.toReversed() : [value];
    if (maps.every(isObject)) return maps.flatMap(map => Object.entries(map));
    throw new ManifestProblemError(offsetOf(node), 'a merge key takes a map or a list of maps');
  }

  #sourceOf(alias: Alias): unknown {
    this.#sources ??= new AliasSources(this.#document);
    return this.#sources.of(alias);
  }

  #add(node: unknown, count: number): void {
    this.#count += count;
    if (this.#count > maxValues)
      throw new ManifestProblemError(offsetOf(node), 'aliases make too much of this text');
  }
}

const readOtherwise =
  'kubectl takes the colon or question mark for a part of the text here; put the text in quotes';

/** Within brackets kubectl wants a space behind the colon of a plain key, and before a key that begins with a mark. */
function isReadOtherwise({ key, srcToken }: Pair): boolean {
  if (!isScalar(key) || key.type !== 'PLAIN') return false;
  const [colon, ...others] = srcToken?.sep ?? [];
  return String(key.value).startsWith('?') || (colon?.type === 'map-value-ind' && others.length === 0);
}

/** Whether a key is `<<` as YAML 1.1 means it. */
export function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.value === '<<' && key.tag === undefined;
}

/**
 * A key as it is in JSON.
 *
 * @throws ManifestProblemError where it is none.
 */
export function keyText(key: unknown): string {
  if (!isScalar(key)) throw new ManifestProblemError(offsetOf(key), 'a key is a text, no list, map or alias');
  const value = isNonFinite(key) ? String(key.value) : scalarValue(key);
  if (value === null) throw new ManifestProblemError(offsetOf(key), 'a key is missing before this colon');
  return String(value);
}

/** Such a word stays itself as a key. */
function isNonFinite(key: Scalar): boolean {
  if (key.type !== 'PLAIN' || key.tag !== undefined) return false;
  const value = resolvePlain(String(key.value ?? ''));
  return typeof value === 'number' && !Number.isFinite(value);
}
