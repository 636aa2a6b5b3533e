import { maxSilenceMs } from '../watch-objects.ts';

/** Times are milliseconds of a clock that only goes forward. */
interface Heard {
  /** When the API server last said anything, or that nothing has happened. */
  readonly heardMs: number;
  /** Since when nothing is heard, because no watch is open. */
  readonly gapSinceMs?: number;
  /** Until when what was missed may still be coming. */
  readonly settledMs: number;
}

/**
 * Whether a view is as of less than a second ago: it was complete once, and since then a watch has told what changed.
 *
 * A watch that is opened again first tells what was missed, and does not say when it has; so it counts only after a while,
 * unless it was gone for a moment only. One that says nothing for long may have lost its connection without a word: the
 * API server sends a bookmark shortly before it ends a watch, which it does every twenty seconds.
 */
export class Freshness {
  readonly #nowMs: () => number;
  readonly #startMs: number;
  #heard: Heard | undefined;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#startMs = nowMs();
  }

  /** Everything was told anew, by a list. */
  listed(): void {
    const now = this.#nowMs();
    this.#heard = { heardMs: now, gapSinceMs: now, settledMs: now };
  }

  opened(): void {
    if (this.#heard === undefined) return;
    const now = this.#nowMs();
    const { heardMs, gapSinceMs = now, settledMs } = this.#heard;
    const isShort = now - gapSinceMs < shortGapMs;
    this.#heard = { heardMs, settledMs: isShort ? settledMs : now + settlingMs };
  }

  heard(): void {
    if (this.#heard !== undefined) this.#heard = { ...this.#heard, heardMs: this.#nowMs() };
  }

  closed(): void {
    if (this.#heard !== undefined) this.#heard = { gapSinceMs: this.#nowMs(), ...this.#heard };
  }

  get isFresh(): boolean {
    if (this.#heard === undefined) return false;
    const now = this.#nowMs();
    const { heardMs, gapSinceMs = now, settledMs } = this.#heard;
    return now - heardMs <= maxSilenceMs && now - gapSinceMs < shortGapMs && now >= settledMs;
  }

  /** For how long nothing has been heard; from the start on where nothing ever was. */
  get silentMs(): number {
    return this.#nowMs() - (this.#heard?.heardMs ?? this.#startMs);
  }
}

/** The next watch is opened within this time where the last one ended as it should. */
const shortGapMs = 500;

/** What was missed comes within milliseconds. */
const settlingMs = 1000;
