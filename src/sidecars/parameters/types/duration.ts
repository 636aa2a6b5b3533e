import type { ParameterType } from './parameter-type.ts';

const durationPattern = /^(?:\d+(?:\.\d+)?(?:ns|us|\u00b5s|ms|s|m|h))+$/;

/** A duration in Go's notation, always with a unit: https://pkg.go.dev/time#ParseDuration */
export const duration: ParameterType = {
  expects: 'a duration with its unit, such as 30s, 5m or 1h30m',
  maximumLength: 64,
  facts: {},
  constraints: ['minimum', 'maximum'],
  pattern: durationPattern,
  read: text => {
    const seconds = parseDurationSeconds(text);
    return seconds === undefined ? { use: duration.expects } : { value: text, magnitude: seconds };
  },
};

/** The seconds of a duration such as `1h30m`; undefined where it is none. */
export function parseDurationSeconds(text: string): number | undefined {
  if (!durationPattern.test(text)) return undefined;
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(ns|us|\u00b5s|ms|s|m|h)/g);
  const seconds = [...parts].reduce(
    (sum, [, amount, unit = '']) => sum + Number(amount) * (units[unit] ?? 0),
    0,
  );
  return seconds < maximumSeconds ? seconds : undefined;
}

/** Go holds a duration in 64-bit nanoseconds: 292 years. */
export const maximumSeconds = 9.2e9;

/** The seconds that each unit has. */
export const units: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
};
