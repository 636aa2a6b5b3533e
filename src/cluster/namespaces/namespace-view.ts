import type { NamespaceFacts } from '../../namespaces/namespace-facts.ts';

/**
 * The namespaces of a cluster as far as they have been told, in no more memory than is said. Those that do not fit in are
 * left out: whoever needs one reads it.
 */
export class NamespaceView {
  readonly #facts = new Map<string, NamespaceFacts>();
  readonly #maxCharacters: number;
  #characters = 0;

  constructor(maxCharacters = defaultMaxCharacters) {
    this.#maxCharacters = maxCharacters;
  }

  get size(): number {
    return this.#facts.size;
  }

  get(name: string): NamespaceFacts | undefined {
    return this.#facts.get(name);
  }

  set(facts: NamespaceFacts): void {
    this.delete(facts.name);
    const characters = charactersOf(facts);
    if (this.#characters + characters > this.#maxCharacters) return;
    this.#characters += characters;
    this.#facts.set(facts.name, facts);
  }

  delete(name: string): void {
    const known = this.#facts.get(name);
    if (known === undefined) return;
    this.#characters -= charactersOf(known);
    this.#facts.delete(name);
  }
}

/** Fifty thousand namespaces with a few labels each; a replica has 256 MiB. */
const defaultMaxCharacters = 16 * 1024 * 1024;

function charactersOf({ name, labels, annotations }: NamespaceFacts): number {
  const texts = [name, ...Object.entries(labels).flat(), ...Object.entries(annotations).flat()];
  return texts.reduce((sum, text) => sum + text.length + perText, 0);
}

/** What a text takes beside its characters. */
const perText = 32;
