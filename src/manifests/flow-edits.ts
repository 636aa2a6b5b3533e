import { isMap, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import type { ListBranch, MapBranch } from './patch-tree.ts';
import { endOf, endOfColon, endOfPair, offsetOf, startOfPair } from './places.ts';
import { type FlowStyle, flowPair, flowValue } from './print-flow.ts';
import { isMergeKey } from './read-value.ts';
import type { EditContext } from './text-edit.ts';

interface Part {
  readonly start: number;
  readonly end: number;
  readonly isLeft: boolean;
}

/** Takes entries out of a list or map in brackets, and puts new ones where they belong, written as those beside them. */
export function editFlow(branch: MapBranch | ListBranch, context: EditContext): void {
  const { node } = branch;
  const parts = partsOf(branch);
  const style = flowStyle(context.text, node);
  const runs = newRuns(branch, parts, style);
  const [first, last] = [parts[0], parts.at(-1)];
  if (first === undefined || last === undefined) {
    const open = (node.range?.[0] ?? 0) + 1;
    const entries = runs.flatMap(run => run.entries).join(style.separator);
    if (entries !== '') context.add({ start: open, end: open, text: ` ${entries} ` });
  } else if (parts.every(({ isLeft }) => !isLeft)) {
    const entries = runs.flatMap(run => run.entries);
    context.add({ start: first.start, end: last.end, text: entries.join(style.separator) });
  } else {
    takeOut(parts, context);
    for (const run of runs) insert(run, first.start, { context, separator: style.separator });
  }
}

interface Insertion {
  readonly context: EditContext;
  readonly separator: string;
}

function insert({ behind, entries }: Run, first: number, { context, separator }: Insertion): void {
  const start = behind ?? first;
  const text = entries.map(entry => (behind === undefined ? entry + separator : separator + entry)).join('');
  context.add({ start, end: start, text });
}

function partsOf(branch: MapBranch | ListBranch): readonly Part[] {
  if (branch.kind === 'map') {
    const left = new Set(branch.entries.map(({ pair }) => pair));
    return branch.node.items.map(pair => ({
      start: startOfPair(pair),
      end: endOfPair(pair),
      isLeft: left.has(pair) || isMergeKey(pair.key),
    }));
  }
  const left = new Set(branch.entries.map(({ index }) => index));
  return branch.node.items.map((item, index) => ({
    start: offsetOf(item),
    end: endOf(item),
    isLeft: left.has(index),
  }));
}

interface Run {
  /** The end of the entry that it follows; undefined before the first one. */
  readonly behind: number | undefined;
  readonly entries: readonly string[];
}

/** New entries, together where they follow on the same one. */
function newRuns(branch: MapBranch | ListBranch, parts: readonly Part[], style: FlowStyle): readonly Run[] {
  if (branch.kind === 'map') {
    const entries = branch.entries.flatMap(({ key, pair, branch: below }) =>
      pair === undefined && below.kind === 'fresh' ? [flowPair(key, below.value, style)] : [],
    );
    return entries.length === 0 ? [] : [{ behind: parts.at(-1)?.end, entries }];
  }
  const runs = new Map<number | undefined, string[]>();
  let behind: number | undefined;
  for (const { index, branch: below } of branch.entries) {
    if (index !== undefined) behind = parts[index]?.end;
    else if (below.kind === 'fresh') {
      const run = runs.get(behind) ?? [];
      run.push(flowValue(below.value, style));
      runs.set(behind, run);
    }
  }
  return [...runs].map(([place, entries]) => ({ behind: place, entries }));
}

function takeOut(parts: readonly Part[], { add }: EditContext): void {
  const firstLeft = parts.findIndex(({ isLeft }) => isLeft);
  const [first] = parts;
  if (firstLeft > 0) add({ start: first?.start ?? 0, end: parts[firstLeft]?.start ?? 0, text: '' });
  parts.forEach(({ end, isLeft }, index) => {
    if (index > firstLeft && !isLeft) add({ start: parts[index - 1]?.end ?? end, end, text: '' });
  });
}

/** How entries beside a new one are written. */
export function flowStyle(text: string, node: YAMLMap | YAMLSeq): FlowStyle {
  const colon = colonOf(text, node);
  const bounds = node.items.map(item =>
    isMap(node)
      ? ([startOfPair(item as Pair), endOfPair(item as Pair)] as const)
      : ([offsetOf(item), endOf(item)] as const),
  );
  const [last, before] = [bounds.at(-1), bounds.at(-2)];
  const usual = colon === ':' ? ',' : ', ';
  if (last === undefined) return { separator: usual, colon, unit: '' };
  const separator = separatorOf(text, node, last[0], before?.[1]) ?? usual;
  return { separator, colon, unit: unitOf(separator, text.slice(last[1], endOf(node) - 1)) };
}

function separatorOf(
  text: string,
  node: YAMLMap | YAMLSeq,
  start: number,
  endBefore: number | undefined,
): string | undefined {
  if (endBefore !== undefined) {
    const between = text.slice(endBefore, start);
    return /^\s*,\s*$/.test(between) ? between : undefined;
  }
  const beginning = text.slice((node.range?.[0] ?? 0) + 1, start);
  return beginning.includes('\n') && beginning.trim() === '' ? `,${beginning}` : undefined;
}

/** What stands between a key and its value, in the node or the first map in it. */
function colonOf(text: string, node: YAMLMap | YAMLSeq): string {
  const map = isMap(node) ? node : node.items.find(isMap);
  const pair = map?.items.findLast(({ value }) => value !== null && endOf(value) > offsetOf(value));
  if (pair === undefined) return ': ';
  const between = text.slice(endOf(pair.key), Math.max(endOfColon(pair), offsetOf(pair.value)));
  return /^[ \t]*:[ \t]*$/.test(between) ? between : ': ';
}

/** What an entry is indented by beyond the bracket that closes. */
function unitOf(separator: string, ending: string): string {
  const [inner, outer] = [separator, ending].map(space => space.slice(space.lastIndexOf('\n') + 1));
  if (!separator.includes('\n') || inner === undefined) return '';
  const unit =
    ending.includes('\n') && outer !== undefined && inner.startsWith(outer) ? inner.slice(outer.length) : '';
  return unit === '' ? '  ' : unit;
}
