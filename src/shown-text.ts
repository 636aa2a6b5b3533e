/**
 * A text from outside as a message or the log may show it: in one line, and cut where it is longer than a person would
 * read. What is cut away is never looked at, because it may have megabytes.
 */
export function oneLine(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters && isPlain(text)) return text;
  // A character has two units at most.
  const read = replaceUnseen(text.slice(0, 2 * maxCharacters + 2), '\u{fffd}');
  const characters = [...read];
  return characters.length > maxCharacters ? `${characters.slice(0, maxCharacters - 1).join('')}…` : read;
}

/** Replaces line breaks and all other signs that cannot be seen, that a terminal obeys, or that turn a text around. */
export function replaceUnseen(text: string, replacement: string): string {
  return isPlain(text) ? text : text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, replacement);
}

/** Nearly every text is, and is told so in a fraction of the time. */
function isPlain(text: string): boolean {
  return /^[ -~]*$/.test(text);
}
