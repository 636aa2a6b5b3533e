import { type BlockPool, blockBytes } from './block-pool.ts';

/**
 * The bytes of a body as they come. They are copied into blocks of our own: what a socket hands over can be a few bytes
 * that keep a large buffer alive, so that nobody could say how much a body holds.
 */
export class BodyBlocks {
  readonly #pool: BlockPool;
  readonly #blocks: Buffer[] = [];
  #length = 0;

  constructor(pool: BlockPool) {
    this.#pool = pool;
  }

  get length(): number {
    return this.#length;
  }

  /** What it takes of the memory. */
  get heldBytes(): number {
    return this.#blocks.length * blockBytes;
  }

  add(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      const used = this.#length % blockBytes;
      if (used === 0) this.#blocks.push(this.#pool.take());
      const part = chunk.subarray(at, at + blockBytes - used);
      this.#blocks.at(-1)?.set(part, used);
      this.#length += part.length;
      at += part.length;
    }
  }

  /** Hands over all of it in one piece, which is there only while it is read; nothing is held here afterwards. */
  readWhole<T>(read: (whole: Buffer) => T): T {
    return this.#pool.inOnePiece(this.#length, whole => {
      for (const [index, block] of this.#blocks.entries()) block.copy(whole, index * blockBytes);
      this.clear();
      return read(whole);
    });
  }

  clear(): void {
    this.#pool.give(this.#blocks.splice(0));
    this.#length = 0;
  }
}
