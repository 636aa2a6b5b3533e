/** Lines up columns as kubectl does: each as wide as its longest cell, three spaces apart; an empty cell is `-`. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    rows.reduce((width, row) => Math.max(width, cell(row, column).length), 0),
  );
  return rows
    .map(
      row =>
        `${widths
          .map((width, column) => cell(row, column).padEnd(width + 3))
          .join('')
          .trimEnd()}\n`,
    )
    .join('');
}

function cell(row: readonly string[], column: number): string {
  return row[column] || '-';
}
