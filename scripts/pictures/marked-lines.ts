import { stringify } from 'yaml';
import { isObject, type Json, type JsonObject } from '../../src/kubernetes/json.ts';

/** A line of an object as YAML. */
export interface MarkedLine {
  readonly text: string;
  readonly isAdded: boolean;
}

/**
 * An object as YAML, in which what an earlier state of it does not have is marked. What was there stands in full; what is added
 * and does not fit into `width` characters is `…`.
 */
export function markedLines(before: JsonObject, after: JsonObject, width: number): readonly MarkedLine[] {
  return Object.entries(after).flatMap(([key, value]) =>
    entryLines({ key, before: before[key], after: value, width }, ''),
  );
}

interface Entry {
  readonly key: string;
  readonly before: Json | undefined;
  readonly after: Json;
  readonly width: number;
}

function entryLines({ key, before, after, width }: Entry, indent: string): readonly MarkedLine[] {
  if (before === undefined) return added(`${indent}${key}:`, after, indent, width);
  if (isList(after)) {
    const items = isList(before) ? before : [];
    return [kept(`${indent}${key}:`), ...after.flatMap(item => itemLines(items, item, `${indent}  `, width))];
  }
  if (!isObject(after) || !isObject(before))
    return [{ text: `${indent}${key}: ${inFlow(after)}`, isAdded: before !== after }];
  return [
    kept(`${indent}${key}:`),
    ...Object.entries(after).flatMap(([name, value]) =>
      entryLines({ key: name, before: before[name], after: value, width }, `${indent}  `),
    ),
  ];
}

/** Kubernetes tells the items of its lists apart by their names. */
function itemLines(items: readonly Json[], item: Json, indent: string, width: number): readonly MarkedLine[] {
  const earlier = items.find(
    candidate => isObject(candidate) && isObject(item) && candidate['name'] === item['name'],
  );
  if (!isObject(item) || !isObject(earlier)) return addedItem(item, indent, width);
  const lines = Object.entries(item).flatMap(([key, after]) =>
    entryLines({ key, before: earlier[key], after, width }, `${indent}  `),
  );
  return withDash(lines, indent);
}

function added(head: string, value: Json, indent: string, width: number): readonly MarkedLine[] {
  const line = `${head} ${inFlow(value)}`;
  if (!isListOfObjects(value)) return [isNew(line.length <= width ? line : `${head} ${inShort(value)}`)];
  return [isNew(head), ...value.flatMap(item => addedItem(item, `${indent}  `, width))];
}

function addedItem(item: Json, indent: string, width: number): readonly MarkedLine[] {
  const line = `${indent}- ${inFlow(item)}`;
  if (line.length <= width || !isObject(item)) return [isNew(line.length <= width ? line : `${indent}- …`)];
  const lines = Object.entries(item).map(([key, value]) => {
    const head = `${indent}  ${key}:`;
    const entry = `${head} ${inFlow(value)}`;
    return isNew(entry.length <= width ? entry : `${head} ${inShort(value)}`);
  });
  return withDash(lines, indent);
}

function withDash([first, ...others]: readonly MarkedLine[], indent: string): readonly MarkedLine[] {
  if (first === undefined) return [];
  return [{ ...first, text: `${indent}- ${first.text.trimStart()}` }, ...others];
}

function inFlow(value: Json): string {
  return stringify(value, { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 }).trimEnd();
}

function inShort(value: Json): string {
  if (isList(value)) return '[…]';
  return isObject(value) ? '{…}' : '…';
}

function isListOfObjects(value: Json): value is readonly JsonObject[] {
  return isList(value) && value.length > 0 && value.every(isObject);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function kept(text: string): MarkedLine {
  return { text, isAdded: false };
}

function isNew(text: string): MarkedLine {
  return { text, isAdded: true };
}
