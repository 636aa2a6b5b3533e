import { isMap } from 'yaml';
import { editBlockList, editBlockMap } from './block-edits.ts';
import { editFlow, flowStyle } from './flow-edits.ts';
import type { Branch, ListBranch, MapBranch } from './patch-tree.ts';
import { dashesOf, endOfColon, isFlow, offsetOf } from './places.ts';
import type { EditContext } from './text-edit.ts';
import { replaceValue, type ValuePlace } from './value-edits.ts';

/** The edits that make of a text what a tree says: those deeper within come before those around them. */
export function collectEdits(branch: Branch, context: EditContext): void {
  if (branch.kind !== 'map' && branch.kind !== 'list') return;
  for (const { place, below } of placesOf(branch, context.text)) {
    if (below.kind === 'fresh' || below.kind === 'emptied') replaceValue(place, below, context);
    else collectEdits(below, context);
  }
  if (isFlow(branch.node)) editFlow(branch, context);
  else if (branch.kind === 'map') editBlockMap(branch, context);
  else editBlockList(branch, context);
}

interface PlacedBranch {
  readonly place: ValuePlace;
  readonly below: Branch;
}

/** What stands in the text already. */
function placesOf(branch: MapBranch | ListBranch, text: string): readonly PlacedBranch[] {
  const { node } = branch;
  const flow = isFlow(node) ? { flow: flowStyle(text, node) } : {};
  if (branch.kind === 'map') {
    return branch.entries.flatMap(({ pair, branch: below }) =>
      pair === undefined ? [] : [{ place: { node: pair.value, after: endOfColon(pair), ...flow }, below }],
    );
  }
  const dashes = isMap(node) || isFlow(node) ? [] : dashesOf(branch.node);
  return branch.entries.flatMap(({ index, branch: below }) => {
    if (index === undefined) return [];
    const item = branch.node.items[index];
    const dash = dashes[index];
    return [{ place: { node: item, after: dash === undefined ? offsetOf(item) : dash + 1, ...flow }, below }];
  });
}
