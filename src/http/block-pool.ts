/**
 * Blocks of memory that bodies are gathered in, used again and again. Buffers of their own would be garbage until it is
 * collected, and leave holes in the memory of the process: under attack that is more than the bodies themselves.
 */
export class BlockPool {
  /** The first slabs stay: a body every now and then is no reason to ask the system for memory each time. */
  readonly #kept = Array.from({ length: keptSlabs }, slabOfBlocks).flat();
  /** Where one body after the other is put together, made for the first that needs it. */
  #desk: Buffer | undefined;
  #free = [...this.#kept];
  #taken = 0;

  /** Whether bodies take so much that what else they leave behind is worth to be freed by hand. */
  get isBusy(): boolean {
    return this.#taken > busyBlocks;
  }

  take(): Buffer {
    this.#taken++;
    if (this.#free.length === 0) this.#free = slabOfBlocks();
    return this.#free.pop() as Buffer;
  }

  /** Lends memory for a body in one piece, for the call: the next body gets the same. A large one gets its own, which is freed. */
  inOnePiece<T>(length: number, read: (piece: Buffer) => T): T {
    if (length <= deskBytes) {
      this.#desk ??= Buffer.allocUnsafeSlow(deskBytes);
      return read(this.#desk.subarray(0, length));
    }
    const piece = Buffer.allocUnsafeSlow(length);
    try {
      return read(piece);
    } finally {
      piece.buffer.transfer(0);
    }
  }

  /** Whoever gives a block back may not look at it any more. */
  give(blocks: readonly Buffer[]): void {
    this.#taken -= blocks.length;
    if (this.#taken === 0) this.#free = [...this.#kept];
    else this.#free.push(...blocks);
  }
}

export const blockBytes = 64 * 1024;

/** Room for a body of 1.5 MiB, as large as an object of the API server usually may be, with its review. */
const keptSlabs = 2;
const deskBytes = 2 * 1024 * 1024;

/** Large enough that the allocator takes it from the system and gives it back. */
const slabBytes = 1024 * 1024;

/** 4 MiB: more than honest bodies take together at most times. */
const busyBlocks = 64;

function slabOfBlocks(): Buffer[] {
  const slab = Buffer.allocUnsafeSlow(slabBytes);
  return Array.from({ length: slabBytes / blockBytes }, (_, index) =>
    slab.subarray(index * blockBytes, (index + 1) * blockBytes),
  );
}
