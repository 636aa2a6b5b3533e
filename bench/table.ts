import type { Spread } from './statistics.ts';

/** A table as it is kept: by the name of its line, and of its column. */
export type Rows = Readonly<Record<string, Row>>;
export type Row = Readonly<Record<string, number | Spread>>;

/** A table as it is printed: a spread as `123 (120–127)`, its median and between which values the middle half is. */
export function tableText(rows: Rows): string {
  const columns = [...new Set(Object.values(rows).flatMap(row => Object.keys(row)))];
  const lines = [
    ['', ...columns],
    ...Object.entries(rows).map(([name, row]) => [name, ...columns.map(column => cellOf(row[column]))]),
  ];
  const widths = ['', ...columns].map((_, index) => Math.max(...lines.map(line => line[index]?.length ?? 0)));
  return lines
    .map(([name = '', ...cells]) =>
      [
        name.padEnd(widths[0] ?? 0),
        ...cells.map((cell, index) => cell.padStart(widths[index + 1] ?? 0)),
      ].join('  '),
    )
    .join('\n');
}

function cellOf(value: number | Spread | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  return `${value.median} (${value.lower}–${value.upper})`;
}
