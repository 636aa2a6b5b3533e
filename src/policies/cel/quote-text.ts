/**
 * A text as a literal of CEL: https://github.com/google/cel-spec/blob/master/doc/langdef.md#string-and-bytes-values
 * The only place where a text of others becomes a part of an expression. What could end the literal, begin an escape or
 * break the line is escaped, and so is all that a reader cannot see.
 */
export function quoteText(text: string): string {
  return `'${text.replace(special, escaped)}'`;
}

/** Quote and backslash, and what is no sign that can be seen. Half of a pair is no character, and stands for nothing. */
const special = /['\\\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

function escaped(character: string): string {
  if (character === "'" || character === '\\') return `\\${character}`;
  if (character === '\n') return '\\n';
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0xd800 && code <= 0xdfff) return '\\ufffd';
  return code > 0xffff ? `\\U${hexadecimal(code, 8)}` : `\\u${hexadecimal(code, 4)}`;
}

function hexadecimal(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
