/**
 * A string that stands for a number as it is written. JavaScript has no number for 9007199254740993 or 1.50, so a
 * comparison that is to be byte for byte works with their texts.
 */
export function numberText(digits: string): string {
  return `${mark}${digits}`;
}

/** The JSON text of a value whose number texts become real numbers again. */
export function writeJson(value: unknown): string {
  return JSON.stringify(value).replace(new RegExp(`"${mark}([^"]+)"`, 'g'), '$1');
}

const mark = '\u{1d7d9}number:';
