import type { YAMLSeq } from 'yaml';
import { ManifestProblemError } from './manifest-problem.ts';
import type { ListBranch, MapBranch } from './patch-tree.ts';
import { dashesOf, endOfItem, endOfPair, offsetOf, startOfPair } from './places.ts';
import { itemLines, pairLines } from './print-block.ts';
import { isMergeKey } from './read-value.ts';
import { columnOf, type EditContext, isFirstInLine, lineStart, nextLine } from './text-edit.ts';

/** Takes pairs out of a map that stands in lines, and puts new ones behind its last. */
export function editBlockMap({ node, entries }: MapBranch, context: EditContext): void {
  const { text, newline, style } = context;
  const left = new Set(entries.map(({ pair }) => pair));
  const parts = node.items.map(pair => ({
    start: startOfPair(pair),
    end: endOfPair(pair),
    isLeft: left.has(pair) || isMergeKey(pair.key),
  }));
  takeOutLines(parts, context);
  const last = parts.at(-1);
  const [first] = parts;
  if (first === undefined || last === undefined) return;
  const column = columnOf(text, first.start);
  const lines = entries.flatMap(({ key, pair, branch }) =>
    pair === undefined && branch.kind === 'fresh' ? pairLines(key, branch.value, column, style) : [],
  );
  insertLines(nextLine(text, last.end), lines, newline, context);
}

/** Takes items out of a list that stands in lines, and puts new ones where they belong. */
export function editBlockList({ node, entries }: ListBranch, context: EditContext): void {
  const { text, newline, style } = context;
  const dashes = dashesOf(node);
  const left = new Set(entries.map(({ index }) => index));
  const parts = dashes.map((start, index) => ({
    start,
    end: endOfItem(node, index, start),
    isLeft: left.has(index),
  }));
  takeOutLines(parts, context);
  let place = firstPlace(node, dashes[0], text);
  for (const { index, branch } of entries) {
    const part = index === undefined ? undefined : parts[index];
    if (part !== undefined) place = () => nextLine(text, part.end);
    else if (branch.kind === 'fresh') {
      insertLines(place(), itemLines(branch.value, columnOf(text, dashes[0] ?? 0), style), newline, context);
    }
  }
}

function firstPlace(node: YAMLSeq, dash: number | undefined, text: string): () => number {
  return () => {
    if (dash !== undefined && isFirstInLine(text, dash)) return lineStart(text, dash);
    throw new ManifestProblemError(
      offsetOf(node),
      'something stands before this dash; give the list a line of its own',
    );
  };
}

interface Part {
  readonly start: number;
  readonly end: number;
  readonly isLeft: boolean;
}

function takeOutLines(parts: readonly Part[], { text, add }: EditContext): void {
  const [first] = parts;
  if (first === undefined) return;
  // In the line of a dash the first pair that is left takes the place of the first one.
  const firstLeft = parts.findIndex(({ isLeft }) => isLeft);
  const isBehindDash = !isFirstInLine(text, first.start);
  const skipped = isBehindDash && firstLeft > 0 ? firstLeft : 0;
  if (skipped > 0) add({ start: first.start, end: parts[firstLeft]?.start ?? first.start, text: '' });
  if (isBehindDash && firstLeft < 0) {
    throw new ManifestProblemError(first.start, 'this cannot be taken out here; give it a line of its own');
  }
  for (const { start, end, isLeft } of parts.slice(skipped)) {
    if (!isLeft) add({ start: lineStart(text, start), end: nextLine(text, end), text: '' });
  }
}

function insertLines(start: number, lines: readonly string[], newline: string, { add }: EditContext): void {
  if (lines.length > 0) add({ start, end: start, text: lines.map(line => line + newline).join('') });
}
