import { type Document, isMap, isSeq, type Pair, visit } from 'yaml';
import { dashesOf, isFlow, startOfPair } from './places.ts';
import type { BlockStyle } from './print-block.ts';
import { columnOf } from './text-edit.ts';

/** How a document indents, told by its first list and its first map within a map; by two spaces where it has none. */
export function blockStyle(text: string, document: Document.Parsed, allowLiterals: boolean): BlockStyle {
  let [step, dashStep]: (number | undefined)[] = [];
  visit(document, {
    Pair: (_key, pair) => {
      const { value } = pair;
      // Only of what stands in lines: a line of brackets may be as long as its document.
      const column = () => columnOf(text, startOfPair(pair as Pair));
      if (isMap(value) && !isFlow(value) && value.items[0] !== undefined) {
        step ??= columnOf(text, startOfPair(value.items[0])) - column();
      }
      if (isSeq(value) && !isFlow(value)) dashStep ??= columnOf(text, dashesOf(value)[0] ?? 0) - column();
      return step !== undefined && dashStep !== undefined ? visit.BREAK : undefined;
    },
  });
  return { step: atLeast(step, 1), dashStep: atLeast(dashStep, 0), allowLiterals };
}

/** A pair whose value follows a dash in its line is no measure. */
function atLeast(found: number | undefined, least: number): number {
  return found === undefined || found < least || found > 8 ? 2 : found;
}
