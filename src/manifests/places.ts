/** Where the parts of a document stand in its text, from the tokens that it was read from. */
import {
  type CST,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';

/** Whether a list or map stands in brackets. */
export function isFlow(node: YAMLMap | YAMLSeq): boolean {
  return node.flow === true;
}

/** Where a node begins. */
export function offsetOf(node: unknown): number {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? (node.range?.[0] ?? 0) : 0;
}

/** Where the content of a node ends, without comments and empty lines behind it. */
export function endOf(node: unknown): number {
  if (isScalar(node) && node.srcToken?.type === 'block-scalar') return endOfBlockScalar(node.srcToken);
  const last = isCollection(node) && !isFlow(node as YAMLMap | YAMLSeq) ? node.items.at(-1) : undefined;
  if (isMap(node) && last !== undefined) return endOfPair(last as Pair);
  if (isSeq(node) && last !== undefined) {
    return endOfItem(node, node.items.length - 1, dashesOf(node).at(-1) ?? 0);
  }
  return isScalar(node) || isCollection(node) || isAlias(node) ? (node.range?.[1] ?? 0) : 0;
}

/** Where a pair begins: at its key, or at the `?` before it. */
export function startOfPair({ key, srcToken }: Pair): number {
  const sign = srcToken?.start.find(({ type }) => type === 'explicit-key-ind');
  const properties = srcToken?.start.find(({ type }) => type === 'anchor' || type === 'tag');
  return sign?.offset ?? properties?.offset ?? offsetOf(key);
}

/** Where a pair ends; an empty value ends at the colon. */
export function endOfPair(pair: Pair): number {
  return isEmpty(pair.value) ? endOfProperties(pair) : endOf(pair.value);
}

/** Where the colon of a pair ends; where its key does if it has none. */
export function endOfColon({ key, srcToken }: Pair): number {
  const colon = srcToken?.sep?.find(({ type }) => type === 'map-value-ind');
  return colon === undefined ? endOf(key) : colon.offset + 1;
}

function endOfProperties(pair: Pair): number {
  const tokens = pair.srcToken?.sep?.filter(({ type }) => type === 'anchor' || type === 'tag') ?? [];
  const last = tokens.at(-1);
  return last === undefined ? endOfColon(pair) : last.offset + last.source.length;
}

/** The dashes of a list that stands in lines. */
export function dashesOf(list: YAMLSeq): readonly number[] {
  const items = (list.srcToken as CST.BlockSequence | undefined)?.items ?? [];
  return items.flatMap(({ start }) => {
    const dash = start.find(({ type }) => type === 'seq-item-ind');
    return dash === undefined ? [] : [dash.offset];
  });
}

/** Where an item behind a dash ends. */
export function endOfItem({ items }: YAMLSeq, index: number, dash: number): number {
  const item = items[index];
  return isEmpty(item) ? dash + 1 : endOf(item);
}

/** Empty lines behind it are part of it only where it keeps them; otherwise they may be somebody else's. */
function endOfBlockScalar({ offset, props, source }: CST.BlockScalar): number {
  const sources = props.map(token => ('source' in token ? token.source : ''));
  const header = props.findIndex(({ type }) => type === 'block-scalar-header');
  const isKept = sources[header]?.includes('+') ?? false;
  return offset + sources.join('').length + (isKept ? source : source.trimEnd()).length;
}

function isEmpty(node: unknown): boolean {
  return node === null || (isScalar(node) && node.type === 'PLAIN' && node.value === '');
}
