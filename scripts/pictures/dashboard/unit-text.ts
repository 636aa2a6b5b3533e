import type { Unit } from './panels.ts';

/** A value as a person reads it, in a unit of Grafana. */
export function unitText(value: number, unit: Unit): string {
  if (!Number.isFinite(value)) return 'no data';
  const scales = { none: counts, s: seconds, reqps: rates, bytes: sizes }[unit];
  const size = Math.abs(value);
  const [factor, name] = scales.findLast(([from]) => size >= from) ?? scales[0] ?? [1, ''];
  return `${inDigits(value / factor)}${name}`;
}

/** From which value on a scale is used, and what it is called. The first is for what is smaller too. */
type Scale = readonly (readonly [factor: number, name: string])[];

const counts: Scale = [[1, '']];
const rates: Scale = [[1, ' req/s']];
const seconds: Scale = [
  [1e-3, ' ms'],
  [1, ' s'],
  [60, ' min'],
  [3600, ' h'],
  [86_400, ' days'],
];
const sizes: Scale = [
  [1, ' B'],
  [1024, ' KiB'],
  [1024 ** 2, ' MiB'],
  [1024 ** 3, ' GiB'],
];

/** Three digits, without zeros at the end. */
function inDigits(value: number): string {
  return String(Number(value.toPrecision(3)));
}
