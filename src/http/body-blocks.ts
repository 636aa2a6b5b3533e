/**
 * The bytes of a body as they come. They are copied into blocks of our own: what a socket hands over can be a few bytes
 * that keep a buffer of 64 KiB alive, so that nobody could say how much a body holds.
 */
export class BodyBlocks {
  readonly #expectedBytes: number;
  #blocks: Buffer[] = [];
  #capacity = 0;
  #length = 0;

  /** @param expectedBytes the length that was announced; infinite where none was */
  constructor(expectedBytes: number) {
    this.#expectedBytes = expectedBytes;
  }

  get length(): number {
    return this.#length;
  }

  /** What it takes of the memory. */
  get heldBytes(): number {
    return this.#capacity;
  }

  add(chunk: Buffer): void {
    // Whole at once, as most are: it is read right away, and a copy would only cost time.
    if (this.#length === 0 && chunk.length === this.#expectedBytes) {
      this.#blocks = [chunk];
      this.#capacity = chunk.length;
      this.#length = chunk.length;
      return;
    }
    let rest = chunk;
    while (rest.length > 0) {
      const free = this.#capacity - this.#length;
      const block = free > 0 ? this.#blocks.at(-1) : this.#addBlock(rest.length);
      if (block === undefined) return;
      const copied = rest.copy(block, block.length - (this.#capacity - this.#length));
      this.#length += copied;
      rest = rest.subarray(copied);
    }
  }

  /** All of it in one piece; nothing is held here afterwards. */
  takeWhole(): Buffer {
    const [first] = this.#blocks;
    const whole =
      first !== undefined && this.#blocks.length === 1
        ? first.subarray(0, this.#length)
        : Buffer.concat(this.#blocks, this.#length);
    this.clear();
    return whole;
  }

  clear(): void {
    this.#blocks = [];
    this.#capacity = 0;
    this.#length = 0;
  }

  /** As large as all that has come, so that there are few; no larger than what may still come. */
  #addBlock(atLeast: number): Buffer {
    const missing = this.#expectedBytes - this.#length;
    const wanted = Math.max(smallestBlock, this.#length, atLeast);
    const block = Buffer.allocUnsafeSlow(Math.max(atLeast, Math.min(wanted, missing)));
    this.#blocks.push(block);
    this.#capacity += block.length;
    return block;
  }
}

const smallestBlock = 16 * 1024;
