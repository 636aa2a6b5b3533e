/** A time span as a person says it, in its two largest units at most: `12 s`, `3 min 20 s`, `2 h 5 min`. */
export function spanInWords(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return inUnits([Math.floor(seconds / 60), 'min'], [seconds % 60, 's']);
  const minutes = Math.round(seconds / 60);
  return inUnits([Math.floor(minutes / 60), 'h'], [minutes % 60, 'min']);
}

type Amount = readonly [count: number, unit: string];

function inUnits(large: Amount, [count, unit]: Amount): string {
  return [large.join(' '), ...(count === 0 ? [] : [`${count} ${unit}`])].join(' ');
}

/** The same of what nobody can know exactly: in its largest unit alone. */
export function aboutInWords(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 90) return spanInWords(Math.ceil(seconds / 10) * 10_000);
  if (seconds < 5400) return `${Math.ceil(seconds / 60)} min`;
  return spanInWords(Math.ceil(seconds / 600) * 600_000);
}
