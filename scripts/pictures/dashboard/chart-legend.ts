import { label, type Place } from '../svg.ts';

/** How many colours the lines of a picture have; with more lines they come again. */
export const colours = 6;

export const legendRowHeight = 16;

interface LegendEntry {
  readonly index: number;
  readonly name: string;
  readonly left: number;
}

/** The names of series in rows of at most this width; a letter is about as wide as it is taken to be. */
export function legendRows(names: readonly string[], width: number): readonly (readonly LegendEntry[])[] {
  const rows: LegendEntry[][] = [[]];
  let left = 0;
  for (const [index, name] of names.entries()) {
    const needed = 14 + name.length * 6.4 + 14;
    if (left > 0 && left + needed > width) {
      rows.push([]);
      left = 0;
    }
    rows.at(-1)?.push({ index, name, left });
    left += needed;
  }
  return rows;
}

/** A square in the colour of its line before each name. */
export function legendParts({ x, y }: Place, rows: ReturnType<typeof legendRows>): readonly string[] {
  return rows.flatMap((row, line) =>
    row.flatMap(({ index, name, left }) => {
      const place = { x: x + left, y: y + line * legendRowHeight };
      return [
        label(place, '■', `small mark-${index % colours}`),
        label({ ...place, x: place.x + 14 }, name, 'small'),
      ];
    }),
  );
}
