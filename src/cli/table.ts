/** Lines up columns as kubectl does: each as wide as its longest cell, three spaces apart; an empty cell is `-`. */
export function table(rows: readonly (readonly string[])[]): string {
  return [...tableInParts(rows)].join('');
}

/** The same in parts of a thousand lines: of many lines the text is larger than the cells. */
export function* tableInParts(rows: readonly (readonly string[])[]): Generator<string> {
  const widths = (rows[0] ?? []).map((_, column) =>
    rows.reduce((width, row) => Math.max(width, cell(row, column).length), 0),
  );
  for (let from = 0; from < rows.length; from += linesInPart) {
    yield rows
      .slice(from, from + linesInPart)
      .map(row => lineOf(row, widths))
      .join('');
  }
}

const linesInPart = 1000;

function lineOf(row: readonly string[], widths: readonly number[]): string {
  const cells = widths.map((width, column) => cell(row, column).padEnd(width + 3));
  return `${cells.join('').trimEnd()}\n`;
}

function cell(row: readonly string[], column: number): string {
  return row[column] || '-';
}
