import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { BrokenParts, KeyPath } from './broken-parts.ts';
import { checkShape } from './schema/check-shape.ts';
import type { Shape } from './shape.ts';

/**
 * Takes out of a document what does not have its shape, so that the rest can be judged as if the file held nothing else.
 * Whoever misses a key that must be there goes too. False where so much is broken that nothing is left to be judged.
 */
export function takeOutBrokenParts(document: Document.Parsed, broken: BrokenParts, shape: Shape): boolean {
  let paths = brokenIn(document, shape);
  for (let round = 0; round < maxRounds; round++) {
    takeOut(document.contents, treeOf(paths), [], broken);
    paths = brokenIn(document, shape);
    if (paths.length === 0) return true;
    for (const path of paths) broken.add(broken.inFile(path));
  }
  return false;
}

/** What misses a part is taken out of what it is part of, and so on: nobody writes more in one another. */
const maxRounds = 20;

/** What does not fit now, beside what the file as a whole must have. */
function brokenIn(document: Document.Parsed, shape: Shape): readonly KeyPath[] {
  const paths: KeyPath[] = [];
  const add = (path: KeyPath) => paths.push(path);
  checkShape(
    {
      document,
      addAtNode: (_node, path) => add(path),
      addUnknownKey: (_key, path) => add(path),
      addMissing: (_node, path) => {
        if (!pillars.has(path.join('.'))) add(path);
      },
    },
    shape,
  );
  return paths;
}

/** These stay, whatever they lack: all else is in them. */
const pillars: ReadonlySet<string> = new Set(['', 'metadata', 'spec', 'spec.container']);

type Tree = Map<string | number, Tree>;

/** The paths as one tree, whose leaves are to go. */
function treeOf(paths: readonly KeyPath[]): Tree {
  const root: Tree = new Map();
  for (const path of paths) {
    let tree = root;
    for (const key of path) {
      const next = tree.get(key) ?? new Map();
      tree.set(key, next);
      tree = next;
    }
    tree.clear();
    tree.set(gone, new Map());
  }
  return root;
}

/** Marks what is to go; no key of a document is like it. */
const gone = -1;

function takeOut(node: unknown, tree: Tree, path: KeyPath, broken: BrokenParts): void {
  const stays = (key: string | number, value: unknown) => {
    const below = tree.get(key);
    if (below?.has(gone)) return false;
    if (below !== undefined) takeOut(value, below, [...path, key], broken);
    return true;
  };
  if (isMap(node)) {
    const map = node as YAMLMap<Node, Node | null>;
    map.items = map.items.filter(({ key, value }: Pair<Node, Node | null>) => stays(nameOf(key), value));
  }
  if (!isSeq(node)) return;
  const list = node as YAMLSeq<Node | null>;
  const indexes = list.items.flatMap((entry, index) => (stays(index, entry) ? [index] : []));
  if (indexes.length === list.items.length) return;
  list.items = list.items.filter((_entry, index) => stays(index, undefined));
  broken.keepEntries(broken.inFile(path), indexes);
}

function nameOf(key: Node): string {
  return isScalar(key) ? String(key.value) : '';
}
