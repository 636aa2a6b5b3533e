import type { TextEdit } from '../manifests/text-edit.ts';

/** A stretch of one text, and what stands in its place in another one. */
export interface TextChange {
  readonly fromA: number;
  readonly toA: number;
  readonly fromB: number;
  readonly toB: number;
}

/** Whether it adds whole lines; others are put into a line that is there. */
export function addsLines({ fromA, toA, fromB, toB }: TextChange, after: string): boolean {
  return fromA === toA && isLineStart(after, fromB) && after[toB - 1] === '\n';
}

function isLineStart(text: string, offset: number): boolean {
  return offset === 0 || text[offset - 1] === '\n';
}

/**
 * What edits changed, for a view of the difference: exactly what was added, where a comparison of the texts would have to
 * guess. An insertion behind the end of a line is shown as the lines that it adds. `edits` are in order.
 */
export function changesOf(before: string, after: string, edits: readonly TextEdit[]): readonly TextChange[] {
  let shift = 0;
  const changes: TextChange[] = [];
  for (const { start, end, text } of edits) {
    // A text without a line break at its end is edited as if it had one.
    const [fromA, toA] = [Math.min(start, before.length), Math.min(end, before.length)];
    const fromB = fromA + shift;
    const toB = Math.min(start + shift + text.length, after.length);
    shift += text.length - (end - start);
    changes.push(inWholeLines({ fromA, toA, fromB, toB }, after));
  }
  return changes;
}

/** Moves an insertion on while the text stays the same, until it begins with a line. */
function inWholeLines(change: TextChange, after: string): TextChange {
  const { fromA, toA, fromB, toB } = change;
  if (fromA !== toA) return change;
  const canMove = !isLineStart(after, fromB) && after[fromB] === '\n' && after[toB] === '\n';
  return canMove ? { fromA: fromA + 1, toA: toA + 1, fromB: fromB + 1, toB: toB + 1 } : change;
}
