/**
 * A value as messages and logs may show it: one line, short, and without what could be a credential. A mistyped URL is
 * the likeliest place of a password, so what stands before an `@` and after a `?` is left out wherever they stand; of a
 * URL that is called the path too, because chat services put their secret there.
 */
export function shownValue(value: string, type?: string): string {
  const safe = withoutCredentials(value);
  const short = type === 'url' ? safe.replace(/^((?:\w+:\/\/|\*\*\*@)[^/?]*\/).+$/s, '$1…') : safe;
  const characters = [...oneLine(short)];
  const isLong = characters.length > maxCharacters;
  return `"${characters.slice(0, maxCharacters).join('')}${isLong ? '…' : ''}"`;
}

/** A text without line breaks and characters that cannot be seen. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '\u{fffd}');
}

const maxCharacters = 80;

function withoutCredentials(value: string): string {
  const at = value.lastIndexOf('@');
  const query = value.indexOf('?');
  // Behind the query's beginning an @ belongs to it, or the question mark to a password: nothing is safe to show.
  if (query >= 0 && at > query) return '***';
  const withoutUser = at < 0 ? value : `***@${value.slice(at + 1)}`;
  return withoutUser.replace(/\?.+$/s, '?***');
}
