/**
 * A text tells what had stood where something was put in. A new list or map of a block has lines of its own, and a new
 * one in brackets follows its bracket without a space, so they go with their last entry. One that had been there is
 * written in brackets, followed by spaces: one where it had been empty, more for a null, by how that was spelled.
 */
import { isMap, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Emptied } from './patch-tree.ts';
import { endOf, endOfPair, isFlow } from './places.ts';

const nulls = ['', '~', 'null', 'Null', 'NULL'];

/** The spaces within the brackets that are put in place of a null; undefined where the text is none. */
export function spacesFor(spelling: string): string | undefined {
  const index = nulls.indexOf(spelling);
  return index < 0 ? undefined : ' '.repeat(index + 2);
}

/** What had stood in place of a list or map of which nothing is left. */
export function standingBefore(text: string, node: YAMLMap | YAMLSeq): Omit<Emptied, 'kind'> | undefined {
  if (!isFlow(node)) return undefined;
  const open = node.range?.[0] ?? 0;
  const inner = text.slice(open + 1, open + 1 + nulls.length + 2);
  const behind = inner.replace(/^ +/, '');
  const spaces = /^[\r\n]/.test(behind) ? 0 : inner.length - behind.length;
  if (spaces === 0) return undefined;
  const spelling = nulls[spaces - 2];
  if (spelling !== undefined) return { value: null, text: spelling };
  const last = node.items.at(-1);
  const end = isMap(node) ? endOfPair(last as (typeof node.items)[number]) : endOf(last);
  const rest = text.slice(text[end] === ' ' ? end + 1 : end, endOf(node));
  return { value: isMap(node) ? {} : [], text: `${text[open]}${rest}` };
}
