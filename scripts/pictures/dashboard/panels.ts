import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A panel of the dashboard that the component `monitoring` brings, as far as the picture shows it. */
export interface Panel {
  readonly title: string;
  readonly type: 'stat' | 'timeseries';
  readonly unit: Unit;
  /** In the 24 columns and in the rows of Grafana. */
  readonly place: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly queries: readonly Query[];
}

/** The units of Grafana that the panels use. */
export type Unit = 'none' | 's' | 'reqps' | 'bytes';

export interface Query {
  readonly expression: string;
  /** What the legend says, with `{{label}}` for the value of a label. */
  readonly legend: string;
}

interface GrafanaPanel {
  readonly title: string;
  readonly type: 'stat' | 'timeseries';
  readonly gridPos: Panel['place'];
  readonly fieldConfig: { readonly defaults: { readonly unit: Unit } };
  readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
}

/** Where the dashboard of the component `monitoring` stands in the project. */
const dashboardFile = 'deploy/components/monitoring/sidecar-injector.json';

export function readPanels(): readonly Panel[] {
  const { panels }: { readonly panels: readonly GrafanaPanel[] } = JSON.parse(
    readFileSync(new URL(`../../../${dashboardFile}`, import.meta.url), 'utf8'),
  );
  return panels.map(({ title, type, gridPos, fieldConfig, targets }) => ({
    title,
    type,
    unit: fieldConfig.defaults.unit,
    place: gridPos,
    queries: targets.map(({ expr, legendFormat }) => ({ expression: expr, legend: legendFormat })),
  }));
}

/** What a picture of these panels carries, so that it can be seen to be of other ones. */
export function panelsDigest(panels: readonly Panel[]): string {
  return `panels sha256:${createHash('sha256').update(JSON.stringify(panels)).digest('hex')}`;
}
