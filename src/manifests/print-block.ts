import { isObject, type Json, type JsonObject } from '../kubernetes/json.ts';
import { inJson, literalBlock, printedKey, printedScalar } from './print-scalar.ts';

/** How the text around writes its blocks. */
export interface BlockStyle {
  /** How much further maps in maps stand. */
  readonly step: number;
  /** How much further the dashes of a list stand than its key. */
  readonly dashStep: number;
  /** Whether texts of several lines may be literal blocks. */
  readonly allowLiterals: boolean;
}

/** The lines of a new pair, whose key stands in this column. */
export function pairLines(key: string, value: Json, column: number, style: BlockStyle): readonly string[] {
  return below(`${' '.repeat(column)}${printedKey(key)}:`, value, column, style);
}

/** The lines of a new item, whose dash stands in this column. */
export function itemLines(value: Json, column: number, style: BlockStyle): readonly string[] {
  const dash = `${' '.repeat(column)}-`;
  const nested = nestedLines(value, column + 2, style);
  if (nested === undefined) return below(dash, value, column, style);
  const [first = '', ...others] = nested;
  return [`${dash} ${first.slice(column + 2)}`, ...others];
}

/** What stands behind a colon or a dash: a scalar in the same line, or lines of its own. */
function below(beginning: string, value: Json, column: number, style: BlockStyle): readonly string[] {
  const inner = Array.isArray(value) ? column + style.dashStep : column + style.step;
  const nested = nestedLines(value, inner, style);
  if (nested !== undefined) return [beginning, ...nested];
  const literal = style.allowLiterals && typeof value === 'string' ? literalBlock(value) : undefined;
  if (literal === undefined) return [`${beginning} ${scalarOrEmpty(value)}`];
  const indentation = ' '.repeat(column + style.step);
  const lines = literal.lines.map(line => (line === '' ? '' : `${indentation}${line}`));
  return [`${beginning} ${literal.header}`, ...lines];
}

function nestedLines(value: Json, column: number, style: BlockStyle): readonly string[] | undefined {
  if (Array.isArray(value)) {
    return value.length === 0 ? undefined : value.flatMap((item: Json) => itemLines(item, column, style));
  }
  if (!isObject(value)) return undefined;
  const entries = Object.entries(value);
  return entries.length === 0
    ? undefined
    : entries.flatMap(([key, below]) => pairLines(key, below, column, style));
}

function scalarOrEmpty(value: Json | JsonObject): string {
  return typeof value === 'object' && value !== null ? inJson(value) : printedScalar(value);
}
