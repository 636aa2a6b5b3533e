/**
 * A document as it is to be. Only what operations touch is taken apart; all else stays the node that it was, and its
 * text is never looked at.
 */
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';

import type { Json } from '../kubernetes/json.ts';
import { ManifestProblemError } from './manifest-problem.ts';
import { offsetOf } from './places.ts';
import { isMergeKey, keyText, type ValueReader } from './read-value.ts';

/** A value of the document: as it was, taken apart, new, or empty again. */
export type Branch = Kept | MapBranch | ListBranch | Fresh | Emptied;

export interface Kept {
  readonly kind: 'kept';
  readonly node: unknown;
}

export interface MapBranch {
  readonly kind: 'map';
  readonly node: YAMLMap;
  readonly entries: MapEntry[];
}

export interface MapEntry {
  readonly key: string;
  /** The pair that stands in the text; undefined for a new one. */
  readonly pair?: Pair;
  branch: Branch;
}

export interface ListBranch {
  readonly kind: 'list';
  readonly node: YAMLSeq;
  readonly entries: ListEntry[];
}

export interface ListEntry {
  /** The number of the item in the text; undefined for a new one. */
  readonly index?: number;
  branch: Branch;
}

export interface Fresh {
  readonly kind: 'fresh';
  readonly value: Json;
}

/** A list or map of which everything was taken out, and what had stood there before something was put in. */
export interface Emptied {
  readonly kind: 'emptied';
  readonly value: Json;
  readonly text: string;
}

export function kept(node: unknown): Kept {
  return { kind: 'kept', node };
}

/** Takes nodes apart. */
export class Unfolder {
  readonly #shared: ReadonlyMap<string, number>;
  readonly #values: ValueReader;

  constructor(document: Document.Parsed, values: ValueReader) {
    this.#values = values;
    const shared = new Map<string, number>();
    visit(document, { Alias: (_key, alias) => void shared.set(alias.source, offsetOf(alias)) });
    this.#shared = shared;
  }

  /** @throws ManifestProblemError where the node is used elsewhere too, or is no list and no map. */
  unfold(branch: Branch): Exclude<Branch, Kept> {
    if (branch.kind !== 'kept') return branch;
    const { node } = branch;
    this.checkOwn(node);
    if (isMap(node) && node.srcToken === undefined) {
      throw new ManifestProblemError(
        offsetOf(node),
        'a pair without braces in brackets; write braces around it',
      );
    }
    if (isMap(node)) return { kind: 'map', node, entries: entriesOf(node) };
    if (isSeq(node)) {
      const entries = node.items.map((item, index) => ({ index, branch: kept(item) }));
      return { kind: 'list', node, entries };
    }
    throw new ManifestProblemError(offsetOf(node), 'there is neither a list nor a map here to edit');
  }

  /** @throws ManifestProblemError where an alias shares the node. */
  checkOwn(node: unknown): void {
    const anchor = isCollection(node) || isScalar(node) ? node.anchor : undefined;
    const isShared = isAlias(node) || (anchor !== undefined && this.#shared.has(anchor));
    if (!isShared) return;
    const name = isAlias(node) ? `*${node.source}` : `&${anchor}`;
    throw new ManifestProblemError(
      offsetOf(node),
      `${name} shares this part with another place, so an edit would reach both; write it out here`,
    );
  }

  /** What a branch is as JSON. */
  valueOf(branch: Branch): Json {
    switch (branch.kind) {
      case 'kept':
        return this.#values.read(branch.node);
      case 'fresh':
      case 'emptied':
        return branch.value;
      case 'list':
        return branch.entries.map(entry => this.valueOf(entry.branch));
      case 'map':
        return this.#valueOfMap(branch);
    }
  }

  /** Merged keys count where they stand, as when the text is read. */
  #valueOfMap({ node, entries }: MapBranch): Json {
    const byPair = new Map(entries.map(entry => [entry.pair, entry]));
    const value = new Map<string, Json>();
    for (const pair of node.items) {
      const entry = byPair.get(pair);
      if (entry !== undefined) value.set(entry.key, this.valueOf(entry.branch));
      else if (isMergeKey(pair.key)) {
        for (const [key, merged] of this.#values.merged(pair.value)) value.set(key, merged);
      }
    }
    for (const { key, pair, branch } of entries) if (pair === undefined) value.set(key, this.valueOf(branch));
    return Object.fromEntries(value);
  }
}

/** A key that stands twice has two entries; the last one counts. */
function entriesOf({ items }: YAMLMap): MapEntry[] {
  return items
    .filter(({ key }) => !isMergeKey(key))
    .map(pair => ({ key: keyText(pair.key), pair, branch: kept(pair.value) }));
}
