/** The places where a run of characters may have begun, the earliest first. */
export class RunBeginnings {
  /** Places that follow each other are kept as the first and the last of them. */
  readonly #spans: { from: number; to: number }[];
  #first = 0;

  constructor(position: number) {
    this.#spans = [{ from: position, to: position }];
  }

  /** Remembers one more place, which is later than the others. */
  add(position: number): void {
    const last = this.#spans.at(-1);
    if (last?.to === position - 1) last.to = position;
    else this.#spans.push({ from: position, to: position });
  }

  /**
   * How long the longest run is that is not too long; undefined where all are. To be asked at every place: what has
   * become too long there is forgotten.
   */
  longest(position: number, maximum: number): number | undefined {
    const span = this.#spans[this.#first];
    if (span === undefined) return undefined;
    if (position - span.from > maximum) span.from += 1;
    if (span.from > span.to) this.#first += 1;
    const next = this.#spans[this.#first];
    return next && position - next.from;
  }
}
