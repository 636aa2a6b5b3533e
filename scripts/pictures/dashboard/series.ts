/** What Prometheus says of a panel: lines for one over time, one value each for one of now. */
export interface Series {
  readonly name: string;
  /** Seconds since the start of the picture, and values, in the order of time. */
  readonly points: readonly (readonly [seconds: number, value: number])[];
}

/** The text of a legend for the labels of a series, as Grafana makes it. */
export function seriesName(legend: string, labels: Readonly<Record<string, string>>): string {
  return legend.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (_, label: string) => labels[label] ?? '').trim();
}
