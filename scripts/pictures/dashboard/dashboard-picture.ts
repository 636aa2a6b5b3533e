/** docs/pictures/dashboard.svg: the panels of the dashboard with what Prometheus said of them in a run. */
import { box, label, svgFile } from '../svg.ts';
import { type Panel, panelsDigest } from './panels.ts';
import type { Series } from './series.ts';
import { timeChart } from './time-chart.ts';
import { unitText } from './unit-text.ts';

/** A panel, and what Prometheus says of it. */
export interface MeasuredPanel {
  readonly panel: Panel;
  readonly series: readonly Series[];
}

/** Draws the panels where the dashboard has them. */
export function dashboardPicture(measured: readonly MeasuredPanel[], seconds: number): string {
  const rows = Math.max(...measured.map(({ panel: { place } }) => place.y + place.h));
  const titles = measured.map(({ panel }) => panel.title);
  return svgFile({
    width: columns * columnWidth + gap,
    height: rows * rowHeight + gap,
    title: 'The dashboard of sidecar-injector, with figures of a run',
    description: `${titles.length} panels: ${titles.join('; ')}. The time below a chart is in minutes and seconds since the start of the picture.`,
    metadata: panelsDigest(measured.map(({ panel }) => panel)),
    parts: measured.flatMap(one => panelParts(one, seconds)),
  });
}

const columns = 24;
const columnWidth = 40;
const rowHeight = 26;
const gap = 8;

function panelParts({ panel, series }: MeasuredPanel, seconds: number): readonly string[] {
  const { x, y, w, h } = panel.place;
  const frame = {
    x: x * columnWidth + gap,
    y: y * rowHeight + gap,
    width: w * columnWidth - gap,
    height: h * rowHeight - gap,
  };
  const head = [box(frame, 'panel'), label({ x: frame.x + 12, y: frame.y + 21 }, panel.title, 'heading')];
  const below = { ...frame, y: frame.y + 30, height: frame.height - 30 };
  return [
    ...head,
    ...(panel.type === 'stat' ? stats(below, panel, series) : timeChart(below, panel.unit, series, seconds)),
  ];
}

/** The last value of each series, side by side. */
function stats(
  { x, y, width }: { readonly x: number; readonly y: number; readonly width: number },
  { unit }: Panel,
  series: readonly Series[],
): readonly string[] {
  return series.flatMap(({ name, points }, index) => {
    const middle = x + (width * (index + 0.5)) / series.length;
    const value = points.at(-1)?.[1] ?? Number.NaN;
    return [
      label({ x: middle, y: y + 34 }, unitText(value, unit), 'large middle'),
      ...(name === '' ? [] : [label({ x: middle, y: y + 52 }, name, 'small quiet middle')]),
    ];
  });
}
