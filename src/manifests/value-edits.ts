import { isScalar } from 'yaml';
import { isObject, type Json } from '../kubernetes/json.ts';
import { continuedScalar } from './continued-scalar.ts';
import { spacesFor } from './emptied.ts';
import type { Emptied, Fresh } from './patch-tree.ts';
import { endOf, offsetOf } from './places.ts';
import { type FlowStyle, flowEntries, flowValue } from './print-flow.ts';
import { inJson, printedScalar } from './print-scalar.ts';
import type { EditContext } from './text-edit.ts';

/** Where the value of a pair or an item stands. */
export interface ValuePlace {
  readonly node: unknown;
  /** Behind the colon or the dash. */
  readonly after: number;
  /** How values beside it are written, where they stand in brackets. */
  readonly flow?: FlowStyle;
}

const inOneLine: FlowStyle = { separator: ', ', colon: ': ', unit: '' };

/** Puts another value in the place of one. */
export function replaceValue(place: ValuePlace, branch: Fresh | Emptied, context: EditContext): void {
  const { node, after, flow } = place;
  const isMissing = isScalar(node) ? node.range?.[0] === node.range?.[1] : node === null;
  const end = isMissing ? after : trimmedEnd(context.text, endOf(node), after);
  const start = isMissing ? after : offsetOf(node);
  const text =
    branch.kind === 'emptied'
      ? branch.text
      : (continued(place, context.text.slice(start, end), branch.value) ??
        replacement(branch.value, {
          flow,
          old: isScalar(node) || isMissing ? context.text.slice(start, end) : '-',
        }));
  if (text === '') context.add({ start: after, end, text });
  else context.add({ start, end, text: isMissing ? ` ${text}` : text });
}

function continued({ node, flow }: ValuePlace, text: string, value: Json): string | undefined {
  if (!isScalar(node) || typeof node.value !== 'string' || typeof value !== 'string') return undefined;
  return continuedScalar({ text, value: node.value, isInFlow: flow !== undefined }, value);
}

interface Replacement {
  readonly flow: FlowStyle | undefined;
  /** The text of the scalar that is replaced; a dash for a list or map. */
  readonly old: string;
}

function replacement(value: Json, { flow, old }: Replacement): string {
  if (typeof value !== 'object' || value === null) return flow ? inJson(value) : printedScalar(value);
  const spaces = spacesFor(old);
  const style = flow ?? inOneLine;
  const separator = style.separator.includes('\n') ? inOneLine.separator : style.separator;
  const entries = flowEntries(value, { ...style, separator });
  if (spaces === undefined || entries.length === 0) return flowValue(value, style);
  const [open, close] = isObject(value) ? ['{', '}'] : ['[', ']'];
  return `${open}${spaces}${entries.join(separator)}${spaces}${close}`;
}

/** Without the line break that a block scalar ends with. */
function trimmedEnd(text: string, end: number, least: number): number {
  let trimmed = end;
  while (trimmed > least && /\s/.test(text[trimmed - 1] ?? '')) trimmed--;
  return trimmed;
}
