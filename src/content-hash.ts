import { hash } from 'node:crypto';

/** A short name for a text: 16 hexadecimal digits, the same for the same text. */
export function contentHash(text: string): string {
  return hash('sha256', text).slice(0, 16);
}
