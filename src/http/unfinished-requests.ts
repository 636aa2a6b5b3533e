import type { Closable } from './connections.ts';
import type { OnDrop } from './dropped.ts';

/** What all unfinished requests together may take. */
export interface UnfinishedBounds {
  readonly maxBytes: number;
  /** From the first byte of a body to the last byte of its answer. */
  readonly maxAgeMs: number;
}

/** A request whose bytes are held: those of its body until it is whole, then those of its answer until they are taken. */
export interface UnfinishedRequest {
  /** Says how many bytes it holds now. */
  hold(bytes: number): void;
  /** Nothing is held any more. */
  end(): void;
}

interface Entry {
  readonly connection: Closable;
  readonly sinceMs: number;
  bytes: number;
}

/**
 * Bounds the bytes and the time of all requests that are under way. At the bound the one that has been unfinished longest
 * loses its connection: an honest body is whole within moments, and to refuse the newest would shut the API server out.
 * There is no limit for each address, because the API server may share one with others.
 */
export class UnfinishedRequests {
  readonly #bounds: UnfinishedBounds;
  readonly #nowMs: () => number;
  readonly #onDrop: OnDrop;
  /** Those that hold bytes, in the order in which they began to. */
  readonly #entries = new Set<Entry>();
  #bytes = 0;

  constructor(bounds: UnfinishedBounds, nowMs: () => number, onDrop: OnDrop) {
    this.#bounds = bounds;
    this.#nowMs = nowMs;
    this.#onDrop = onDrop;
  }

  /** The bytes of all of them. */
  get bytes(): number {
    return this.#bytes;
  }

  begin(connection: Closable): UnfinishedRequest {
    let entry: Entry | undefined;
    let hasEnded = false;
    return {
      hold: bytes => {
        if (hasEnded) return;
        entry ??= this.#add(connection);
        // One that was dropped holds nothing any more, whatever still comes.
        if (this.#entries.has(entry)) this.#hold(entry, bytes);
      },
      end: () => {
        hasEnded = true;
        if (entry !== undefined) this.#remove(entry);
      },
    };
  }

  /** Closes the connections of those whose time is over. */
  expire(): void {
    const beforeMs = this.#nowMs() - this.#bounds.maxAgeMs;
    for (const entry of this.#entries) {
      if (entry.sinceMs > beforeMs) return;
      this.#drop(entry, 'slow');
    }
  }

  #add(connection: Closable): Entry {
    const entry = { connection, sinceMs: this.#nowMs(), bytes: 0 };
    this.#entries.add(entry);
    return entry;
  }

  #hold(entry: Entry, bytes: number): void {
    this.#bytes += bytes - entry.bytes;
    entry.bytes = bytes;
    for (const oldest of this.#entries) {
      if (this.#bytes <= this.#bounds.maxBytes) return;
      this.#drop(oldest, 'bytes');
    }
  }

  #drop(entry: Entry, reason: 'bytes' | 'slow'): void {
    this.#remove(entry);
    entry.connection.destroy();
    this.#onDrop(reason);
  }

  #remove(entry: Entry): void {
    if (this.#entries.delete(entry)) this.#bytes -= entry.bytes;
  }
}
