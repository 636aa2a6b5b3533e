import { label, type Place, type Rectangle, stroke } from '../svg.ts';
import { colours, legendParts, legendRowHeight, legendRows } from './chart-legend.ts';
import type { Unit } from './panels.ts';
import type { Series } from './series.ts';
import { unitText } from './unit-text.ts';

/** The lines of a panel over time, from 0 up, with the greatest value at the top and a legend below. */
export function timeChart(
  { x, y, width, height }: Rectangle,
  unit: Unit,
  series: readonly Series[],
  seconds: number,
): readonly string[] {
  const names = series.map(({ name }) => name);
  const rows = legendRows(names, width - 24);
  const legendHeight = rows.length * legendRowHeight;
  const plot = { x: x + 74, y: y + 6, width: width - 74 - 16, height: height - 46 - legendHeight };
  const values = series.flatMap(({ points }) => points.map(([, value]) => value));
  const top = roundUp(Math.max(0, ...values), unit);
  const at = ([time, value]: readonly [number, number]): Place => ({
    x: plot.x + (plot.width * time) / seconds,
    y: plot.y + plot.height * (1 - value / top),
  });
  return [
    ...[0, 0.5, 1].flatMap(part => horizontal(plot, part, unitText(part * top, unit))),
    ...Object.entries(alignments).map(([part, alignment]) =>
      label(
        { x: plot.x + plot.width * Number(part), y: plot.y + plot.height + 16 },
        inMinutes(seconds * Number(part)),
        `small quiet ${alignment}`,
      ),
    ),
    ...series.flatMap(({ points }, index) =>
      unbroken(points, seconds).map(part => stroke(part.map(at), `curve line-${index % colours}`)),
    ),
    ...legendParts({ x: x + 12, y: y + height + 4 - legendHeight }, rows),
  ];
}

/** Which times stand below a chart, as parts of all, and how. */
const alignments = { 0: '', 0.5: 'middle', 1: 'end' };

function horizontal({ x, y, width, height }: Rectangle, part: number, text: string): readonly string[] {
  const level = y + height * (1 - part);
  return [
    stroke(
      [
        { x, y: level },
        { x: x + width, y: level },
      ],
      'grid',
    ),
    label({ x: x - 8, y: level + 4 }, text, 'small quiet end'),
  ];
}

/** A line has a gap where Prometheus had no value. */
function unbroken(points: Series['points'], seconds: number): readonly Series['points'][] {
  const parts: (readonly [number, number])[][] = [];
  for (const point of points) {
    const last = parts.at(-1)?.at(-1);
    if (last !== undefined && point[0] - last[0] <= (seconds * 1.5) / steps) parts.at(-1)?.push(point);
    else parts.push([point]);
  }
  // A point alone is a line to itself.
  return parts.map(part => (part.length > 1 ? part : [...part, ...part]));
}

/** How many steps of time a picture has. */
export const steps = 60;

/** 1, 2 or 5 times a power of ten in its unit; 1 where all is zero. */
function roundUp(value: number, unit: Unit): number {
  if (value <= 0) return 1;
  const base = unit === 'bytes' ? 1024 ** Math.floor(Math.log2(value) / 10) : 1;
  const power = base * 10 ** Math.floor(Math.log10(value / base));
  return power * ([1, 2, 5, 10].find(step => step * power >= value) ?? 10);
}

function inMinutes(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
