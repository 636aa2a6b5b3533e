/** How fast pods are done, by those of the last while: a wave of one pod says little about one of thousands. */
export class RunPace {
  #sinceMs: number;
  #endsMs: number[] = [];
  #msPerPod: number | undefined;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
  }

  /** From now on another number of pods is moved at once. */
  begin(nowMs: number): void {
    this.#sinceMs = nowMs;
    this.#endsMs = [];
  }

  /** A pod is done. */
  end(nowMs: number): void {
    this.#endsMs.push(nowMs);
    if (this.#endsMs.length > window) this.#sinceMs = this.#endsMs.shift() ?? nowMs;
    if (this.#endsMs.length >= fewest) this.#msPerPod = (nowMs - this.#sinceMs) / this.#endsMs.length;
  }

  /** How long so many pods will take; undefined where nobody can tell yet. */
  msFor(pods: number, nowMs: number): number | undefined {
    if (pods === 0) return 0;
    if (this.#msPerPod === undefined) return undefined;
    // What stands still takes longer with every second.
    const { length } = this.#endsMs;
    const standing = length < fewest ? 0 : (nowMs - this.#sinceMs) / (length + 1);
    return Math.max(this.#msPerPod, standing) * pods;
  }
}

const window = 100;

/** So many ends say something. */
const fewest = 5;
