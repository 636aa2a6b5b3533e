/**
 * A value as JSON in which a terminal finds nothing to obey: what cannot be seen, or turns a text around, is written by its
 * number, which means the same to every reader. Line breaks are those of the indentation.
 */
export function shownJson(value: unknown, indent = 0): string {
  return JSON.stringify(value, undefined, indent).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, sign =>
    sign === '\n' ? sign : [...unitsOf(sign)].map(escaped).join(''),
  );
}

/** Beyond the first 65536 a character has two of them. */
function* unitsOf(sign: string): Generator<number> {
  for (let index = 0; index < sign.length; index++) yield sign.charCodeAt(index);
}

function escaped(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
