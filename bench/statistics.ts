/** What many measurements say together. */

/** The middle one, and between which two the middle half is; rounded. */
export interface Spread {
  readonly median: number;
  readonly lower: number;
  readonly upper: number;
}

export function spreadOf(values: readonly number[]): Spread {
  return {
    median: round(median(values)),
    lower: round(percentile(values, 25)),
    upper: round(percentile(values, 75)),
  };
}

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** The smallest value that so many of a hundred do not exceed. */
export function percentile(values: readonly number[], rank: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * rank) / 100))] ?? Number.NaN;
}

/** Rounded to what a reader needs. */
export function round(value: number): number {
  return value >= 100 ? Math.round(value) : Math.round(value * 100) / 100;
}
