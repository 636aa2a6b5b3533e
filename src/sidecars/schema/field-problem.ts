import { suggestion } from '../../nearest-name.ts';
import type { NumberFormat, Shape, TextFormat } from '../shape.ts';

/** Whether a shape says what its texts may be. */
export function hasTextFormat(shape: Shape): shape is Shape & TextFormat {
  return shape.kind === 'text' || shape.kind === 'number-or-text';
}

/** Whether a shape says what its numbers may be. */
export function hasNumberFormat(shape: Shape): shape is Shape & NumberFormat {
  return shape.kind === 'number' || shape.kind === 'number-or-text';
}

/** What is wrong with a text, in words; undefined where it fits. */
export function textProblem(value: string, format: TextFormat): string | undefined {
  const { pattern, expects, values, advice, isEmptyFine } = format;
  if (value === '' && isEmptyFine) return undefined;
  if (values && !values.includes(value)) {
    return `expected one of ${values.join(', ')}, got "${value}"${nearest(value, values)}`;
  }
  if (!pattern || pattern.test(value)) return undefined;
  return `expected ${expects}, got ${value === '' ? 'an empty text' : `"${value}"`}${advice?.(value) ?? ''}`;
}

/** Whoever writes one in the wrong case means that one. */
function nearest(value: string, values: readonly string[]): string {
  const same = values.find(known => known.toLowerCase() === value.toLowerCase());
  return same === undefined ? suggestion(value, values) : `; did you mean "${same}"?`;
}

/** What is wrong with a whole number, in words; undefined where it fits. */
export function numberProblem(value: number, format: NumberFormat): string | undefined {
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY, isFileMode } = format;
  if (value >= minimum && value <= maximum) return undefined;
  if (isFileMode) return modeProblem(value);
  return `expected ${rangeInWords(minimum, maximum)}, got ${value}`;
}

function rangeInWords(minimum: number, maximum: number): string {
  // What is above is nobody's mistake.
  if (maximum >= 2 ** 31 - 1 && maximum !== 2 ** 32) return `a number of at least ${minimum}`;
  return `a number from ${minimum} to ${maximum}`;
}

function modeProblem(value: number): string {
  const advice = /^[0-7]{3}$/.test(String(value)) ? `; write 0${value}` : '; write it as in 0400';
  const octal = value < 0 ? 'below 0' : `0${value.toString(8)} in octal`;
  return `expected the rights of a file, from 0 to 0777 in octal; ${value} is ${octal}${advice}`;
}
