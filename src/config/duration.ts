/** A time span, as it was written and in milliseconds. */
export interface Duration {
  readonly text: string;
  readonly milliseconds: number;
}

const unitMs = { s: 1000, m: 60_000, h: 3600_000, d: 24 * 3600_000 } as const;

/** Reads `90s`, `10m`, `12h` or `365d`; undefined where it is something else, or nothing at all. */
export function parseDuration(value: unknown): Duration | undefined {
  const text = String(value);
  const [, count, unit] = /^([1-9]\d{0,6})([smhd])$/.exec(text) ?? [];
  if (count === undefined) return undefined;
  return { text, milliseconds: Number(count) * unitMs[unit as keyof typeof unitMs] };
}
