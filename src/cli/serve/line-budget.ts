/**
 * How many lines of one kind may be written to the log: a client that provokes them must not fill it. What is not written
 * is counted, and told with the next line that is.
 */
export class LineBudget {
  readonly #lines: number;
  readonly #windowMs: number;
  readonly #nowMs: () => number;
  #sinceMs = Number.NEGATIVE_INFINITY;
  #written = 0;
  #unwritten = 0;

  constructor(lines: number, windowMs: number, nowMs: () => number) {
    this.#lines = lines;
    this.#windowMs = windowMs;
    this.#nowMs = nowMs;
  }

  /** How many lines were left out since the last one, where one may be written now; undefined where none may. */
  take(): number | undefined {
    const nowMs = this.#nowMs();
    if (nowMs - this.#sinceMs >= this.#windowMs) {
      this.#sinceMs = nowMs;
      this.#written = 0;
    }
    if (this.#written >= this.#lines) {
      this.#unwritten++;
      return undefined;
    }
    this.#written++;
    const unwritten = this.#unwritten;
    this.#unwritten = 0;
    return unwritten;
  }
}
