import type { BlockStyle } from './print-block.ts';

/** A stretch of a text, and what is to stand there. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What edits are made from. */
export interface EditContext {
  readonly text: string;
  /** The line break of the text. */
  readonly newline: string;
  readonly style: BlockStyle;
  readonly add: (edit: TextEdit) => void;
}

/** The text with edits, each in a place of its own and in their order. */
export function editedText(text: string, edits: readonly TextEdit[]): string {
  const parts: string[] = [];
  let position = 0;
  for (const edit of edits) {
    parts.push(text.slice(position, Math.max(position, edit.start)), edit.text);
    position = Math.max(position, edit.end);
  }
  return [...parts, text.slice(position)].join('');
}

/** Where the line of a place begins; a byte order mark is before the first. */
export function lineStart(text: string, offset: number): number {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return start === 0 && text.startsWith('\uFEFF') ? 1 : start;
}

/** Where the line begins that follows on a place. */
export function nextLine(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === '\n') return offset;
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end + 1;
}

/** How far a place stands from the beginning of its line. */
export function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

/** Whether nothing stands before a place in its line. */
export function isFirstInLine(text: string, offset: number): boolean {
  return text.slice(lineStart(text, offset), offset).trim() === '';
}
