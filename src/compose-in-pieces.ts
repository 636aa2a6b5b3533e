/**
 * Composes a YAML document piece by piece. The parser composes a document in one go, which takes as long as the document
 * is; here it gets the entries of long lists and maps a few at a time, and what it makes of them is put together.
 */
import { type CST, type Document, isCollection, isPair, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Steps } from './steps.ts';

/** Composes the documents of these tokens, as the parser does. */
type Compose = (tokens: readonly CST.Token[]) => readonly Document.Parsed[];

/**
 * The documents that `compose` would make of all tokens of a text at once, but for where lists and maps end, and for
 * comments. Where something is wrong it is said of a piece as well, maybe at another place. Only block style is taken
 * apart: what stands in braces or brackets is composed as a whole.
 */
export function* composeInPieces(
  tokens: readonly CST.Token[],
  textLength: number,
  compose: Compose,
): Steps<readonly Document.Parsed[]> {
  const whole = tokens.find(token => token.type === 'document');
  const block = whole?.value;
  if (!isBlock(block) || !isPlain(tokens)) return compose(tokens);
  const place = { block, end: textLength };
  const documents = compose(
    tokens.map(token => (token === whole ? { ...whole, value: beginningOf(place) } : token)),
  );
  yield;
  const contents: unknown = documents[0]?.contents;
  if (isCollection(contents)) yield* addTheRest(place, contents, compose);
  return documents;
}

/** One document, without what would have to reach its pieces. */
function isPlain(tokens: readonly CST.Token[]): boolean {
  const documents = tokens.filter(token => token.type === 'document');
  const hasDirective = tokens.some(({ type }) => type === 'directive');
  return documents.length === 1 && !hasDirective && !documents.some(({ start }) => hasProperties(start));
}

type Collection = YAMLMap | YAMLSeq;
type Block = CST.BlockMap | CST.BlockSequence;
type Entry = Block['items'][number];

/** A list or map, and the offset that ends it. */
interface Place {
  readonly block: Block;
  readonly end: number;
}

function isBlock(token: CST.Token | null | undefined): token is Block {
  return token?.type === 'block-map' || token?.type === 'block-seq';
}

/** A tag or an anchor is about a list or map as a whole. */
function hasProperties(before: readonly CST.SourceToken[] = []): boolean {
  return before.some(({ type }) => type === 'tag' || type === 'anchor');
}

/** Takes some hundred microseconds, and a few times that before the code is warm. */
const pieceLength = 1500;

function isLong({ block, end }: Place): boolean {
  return end - block.offset > pieceLength;
}

/** A long list or map with its first entry only, which is made short in the same way. */
function beginningOf(place: Place): Block {
  const [first] = piecesOf(place);
  return isLong(place) && first !== undefined ? blockOf(place, first) : place.block;
}

/** Entries that are composed together. */
interface Piece {
  readonly entries: readonly Entry[];
  readonly end: number;
}

/** The first entry is alone, and so is one that is long. */
function* piecesOf({ block: { items }, end }: Place): Generator<Piece> {
  let from = 0;
  for (let to = 1; to <= items.length; to++) {
    const isFull =
      from === 0 || to === items.length || endOf(items, to, end) - startOf(items[from]) > pieceLength;
    if (!isFull) continue;
    yield { entries: items.slice(from, to), end: endOf(items, to - 1, end) };
    from = to;
  }
}

function endOf(items: readonly Entry[], index: number, end: number): number {
  return index + 1 < items.length ? startOf(items[index + 1]) : end;
}

function startOf(entry: Entry | undefined): number {
  return (entry?.start[0] ?? entry?.key ?? entry?.value)?.offset ?? 0;
}

function blockOf({ block }: Place, { entries, end }: Piece): Block {
  const items = entries.map(entry => {
    const inner = blockIn(entry);
    return inner === undefined ? entry : { ...entry, value: beginningOf({ block: inner, end }) };
  });
  // The parser measures from here how long the first key is.
  const offset = entries[0] === block.items[0] ? block.offset : startOf(entries[0]);
  return { ...block, offset, items } as Block;
}

/** The list or map that stands in an entry, where it may be taken apart. */
function blockIn({ start, sep, value }: Entry): Block | undefined {
  return isBlock(value) && !hasProperties([...start, ...(sep ?? [])]) ? value : undefined;
}

/** Composes what {@link beginningOf} left out, and adds it to the node that was made of the beginning. */
function* addTheRest(place: Place, node: Collection, compose: Compose): Steps<void> {
  if (!isLong(place)) return;
  let part: Collection | undefined = node;
  for (const piece of piecesOf(place)) {
    part ??= composed(blockOf(place, piece), compose);
    if (part !== node) {
      (node.items as unknown[]).push(...(part?.items ?? []));
      yield;
    }
    const [entry, second] = piece.entries;
    const inner = entry && second === undefined ? blockIn(entry) : undefined;
    const value = valueIn(part?.items.at(-1));
    if (inner && isCollection(value)) yield* addTheRest({ block: inner, end: piece.end }, value, compose);
    part = undefined;
  }
}

function composed(block: Block, compose: Compose): Collection | undefined {
  const document: CST.Document = { type: 'document', offset: block.offset, start: [], value: block };
  const contents: unknown = compose([document])[0]?.contents;
  return isCollection(contents) ? contents : undefined;
}

function valueIn(item: unknown): unknown {
  return isPair(item) ? item.value : item;
}
