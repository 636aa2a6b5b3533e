/** The first of many texts, and how many there are more. */
export interface FewLines {
  readonly lines: readonly string[];
  readonly more: number;
}

/**
 * Puts the first of many things into words, as many as a person would read and as fit into this many bytes of JSON. The
 * others are only counted: their words are never made.
 */
export function fewLines<T>(items: readonly T[], inWords: (item: T) => string, maxBytes: number): FewLines {
  const lines: string[] = [];
  let bytes = 0;
  for (const item of items.slice(0, maxLines)) {
    const line = cut(inWords(item), maxLineBytes);
    bytes += bytesOf(line);
    if (bytes > maxBytes && lines.length > 0) break;
    lines.push(line);
  }
  return { lines, more: items.length - lines.length };
}

/** The line that counts those that were left out, where some were. */
export function others(more: number): readonly string[] {
  return more === 0 ? [] : [`and ${more} more`];
}

const maxLines = 20;

/** No line takes the place of all others. */
const maxLineBytes = 1024;

/** The beginning of a text that takes at most this many bytes as a string of JSON. */
export function cut(text: string, maxBytes: number): string {
  if (text.length <= maxBytes && bytesOf(text) <= maxBytes) return text;
  let [kept, bytes] = ['', bytesOf('…')];
  for (const character of text.slice(0, maxBytes)) {
    bytes += bytesOf(character) - 2;
    if (bytes > maxBytes) break;
    kept += character;
  }
  return `${kept}…`;
}

/** With the quotes. */
function bytesOf(text: string): number {
  // No sign of it takes more than a byte.
  if (/^[ !#-[\]-~]*$/.test(text)) return text.length + 2;
  return encoder.encode(JSON.stringify(text)).length;
}

const encoder = new TextEncoder();
