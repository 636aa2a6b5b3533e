import { nearestName } from '../nearest-name.ts';

/** A place in a document. */
export type KeyPath = readonly (string | number)[];

interface Part {
  readonly below: Map<string | number, Part>;
  isBroken: boolean;
  /** Keys that nobody knows, and that may be other ones misspelt. */
  readonly unknownKeys: string[];
  /** Of a list that entries were taken from: where each of the others stood. */
  kept?: readonly number[];
}

/**
 * The parts of a document that do not have the shape they should have, by their places in the file. What is left of the
 * document can be judged, but nothing that is said about them, or about what they are missing from, would be sure.
 */
export class BrokenParts {
  readonly #root: Part = newPart();

  /** Whether nothing is broken. */
  get isEmpty(): boolean {
    return !this.#root.isBroken && this.#root.below.size === 0;
  }

  add(path: KeyPath): void {
    this.#part(path).isBroken = true;
  }

  addUnknownKey(path: KeyPath): void {
    this.add(path);
    const { unknownKeys } = this.#part(path.slice(0, -1));
    if (unknownKeys.length < maxUnknownKeys) unknownKeys.push(String(path.at(-1)));
  }

  /** Remembers which entries a list still has: paths into it name them by their new numbers from now on. */
  keepEntries(path: KeyPath, indexes: readonly number[]): void {
    const part = this.#part(path);
    const before = part.kept;
    part.kept = before === undefined ? indexes : indexes.map(index => before[index] ?? index);
  }

  /** The path in the file of something in what is left of the document. */
  inFile(path: KeyPath): KeyPath {
    let part: Part | undefined = this.#root;
    return path.map(key => {
      const original: string | number = (typeof key === 'number' ? part?.kept?.[key] : undefined) ?? key;
      part = part?.below.get(original);
      return original;
    });
  }

  /** Whether something at a path in the file, above it or below it, is broken. */
  touch(path: KeyPath): boolean {
    let part: Part | undefined = this.#root;
    for (const key of path) {
      if (part === undefined || part.isBroken) return part !== undefined;
      part = part.below.get(key);
    }
    // A part is remembered only on the way to a broken one.
    return part !== undefined && (part.isBroken || part.below.size > 0);
  }

  /** Whether what should be at a path may be there and cannot be read: broken as a whole, or under a misspelt key. */
  hide(path: KeyPath): boolean {
    let part: Part | undefined = this.#root;
    for (const key of path) {
      if (part === undefined) return false;
      if (part.isBroken || part.unknownKeys.some(name => nearestName(name, [String(key)]) !== undefined))
        return true;
      part = part.below.get(key);
    }
    return part?.isBroken ?? false;
  }

  /** Whether it may be that a part is not as the document says: something of it is broken, or it is hidden. */
  blur(path: KeyPath): boolean {
    return this.touch(path) || this.hide(path);
  }

  /** The keys of a map in which, or below which, something is broken; as names, whatever is wrong with their letters. */
  keysBelow(path: KeyPath): readonly string[] {
    let part: Part | undefined = this.#root;
    for (const key of path) part = part?.below.get(key);
    return [...(part?.below.keys() ?? [])].flatMap(key => [String(key), String(key).toLowerCase()]);
  }

  #part(path: KeyPath): Part {
    let part = this.#root;
    for (const key of path) {
      const next = part.below.get(key) ?? newPart();
      part.below.set(key, next);
      part = next;
    }
    return part;
  }
}

/** Comparing names takes time, and whoever mends these sees the next ones. */
const maxUnknownKeys = 20;

function newPart(): Part {
  return { below: new Map(), isBroken: false, unknownKeys: [] };
}
