import { isMap, isSeq, type Pair } from 'yaml';
import { endOf, endOfPair, offsetOf, startOfPair } from './places.ts';

/** A stretch of a text, in characters from its beginning; the end is behind the last one. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** The node at a path of keys; of a key that stands twice the last counts. */
export function nodeAt(root: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((node, key) => {
    if (isSeq(node)) return node.items[Number(key)];
    return pairAt(node, key)?.value;
  }, root);
}

/** Where the value at a path stands, with its key where it has one; `base` is where the document begins. */
export function placeIn(root: unknown, path: readonly string[], base: number): Stretch | undefined {
  const [parent, key] = [nodeAt(root, path.slice(0, -1)), path.at(-1)];
  const pair = key === undefined ? undefined : pairAt(parent, key);
  if (pair !== undefined) return { start: base + startOfPair(pair), end: base + endOfPair(pair) };
  const node = nodeAt(root, path);
  return node === undefined ? undefined : { start: base + offsetOf(node), end: base + endOf(node) };
}

function pairAt(node: unknown, key: string): Pair | undefined {
  return isMap(node) ? node.items.findLast(pair => String(pair.key) === key) : undefined;
}
