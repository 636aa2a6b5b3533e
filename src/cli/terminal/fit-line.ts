import { oneLine } from '../../shown-text.ts';

/** A text from outside as one line that fits a terminal; what cannot be seen, and what a terminal obeys, is replaced. */
export function fitLine(text: string, columns: number): string {
  return oneLine(text, Math.max(columns, 1));
}
