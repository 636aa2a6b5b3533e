/**
 * Blocks of memory that bodies are gathered in, used again and again. Buffers of their own would be garbage until it is
 * collected, and leave holes in the memory of the process: under attack that is more than the bodies themselves.
 */
export class BlockPool {
  #free: Buffer[] = [];
  #taken = 0;

  take(): Buffer {
    this.#taken++;
    return this.#free.pop() ?? this.#allocate();
  }

  /** Whoever gives a block back may not look at it any more. */
  give(blocks: readonly Buffer[]): void {
    this.#taken -= blocks.length;
    if (this.#taken === 0) this.#free = [];
    else this.#free.push(...blocks);
  }

  #allocate(): Buffer {
    const slab = Buffer.allocUnsafeSlow(slabBytes);
    for (let at = blockBytes; at < slabBytes; at += blockBytes) {
      this.#free.push(slab.subarray(at, at + blockBytes));
    }
    return slab.subarray(0, blockBytes);
  }
}

export const blockBytes = 64 * 1024;

/** Large enough that the allocator takes it from the system and gives it back. */
const slabBytes = 1024 * 1024;
