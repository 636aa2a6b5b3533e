import { isObject, type Json } from '../kubernetes/json.ts';
import { inJson } from './print-scalar.ts';

/** How the text around writes lists and maps in brackets. */
export interface FlowStyle {
  /** Between two entries; with a line break and the indentation of an entry where each has a line. */
  readonly separator: string;
  /** Between a key and its value. */
  readonly colon: string;
  /** What one level more is indented by, where each entry has a line. */
  readonly unit: string;
}

/** A new pair of a map in brackets. */
export function flowPair(key: string, value: Json, style: FlowStyle): string {
  return `${inJson(key)}${style.colon}${flowValue(value, style)}`;
}

/** A new value in brackets, as JSON. The first bracket is followed by no space: that would mean something else. */
export function flowValue(value: Json, style: FlowStyle): string {
  const inner = within(style);
  const entries = flowEntries(value, inner);
  if (entries.length === 0) return inJson(value);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  return `${open}${lineBreak(inner)}${entries.join(inner.separator)}${lineBreak(style)}${close}`;
}

/** The entries of a list or map, each as it stands in brackets; none for a scalar. */
export function flowEntries(value: Json, style: FlowStyle): readonly string[] {
  if (Array.isArray(value)) return value.map((item: Json) => flowValue(item, style));
  if (!isObject(value)) return [];
  return Object.entries(value).map(([key, below]) => flowPair(key, below, style));
}

function within(style: FlowStyle): FlowStyle {
  return style.separator.includes('\n') ? { ...style, separator: style.separator + style.unit } : style;
}

/** The line break and the indentation of an entry, where each has a line. */
function lineBreak({ separator }: FlowStyle): string {
  return separator.includes('\n') ? separator.slice(separator.indexOf(',') + 1) : '';
}
