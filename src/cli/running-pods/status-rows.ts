import type { RunningPod } from '../../kubernetes/running-pod.ts';
import type { SidecarState, SurveyedSidecar } from '../../running-pods/survey-pod.ts';

/** A sidecar of a pod, as `status` shows it. */
export interface StatusRow extends SurveyedSidecar {
  readonly namespace: string;
  readonly pod: string;
}

/** How many sidecars are in each state. */
export type StatusCounts = Readonly<Record<SidecarState, number>>;

export const noneCounted: StatusCounts = { injected: 0, outdated: 0, bare: 0 };

/** The sidecars of a pod, each with what it is in. */
export function rowsOf({ metadata }: RunningPod, surveyed: readonly SurveyedSidecar[]): readonly StatusRow[] {
  return surveyed.map(sidecar => ({ namespace: metadata.namespace, pod: metadata.name, ...sidecar }));
}

/** Counts some more. */
export function countedWith(counts: StatusCounts, rows: readonly Pick<StatusRow, 'state'>[]): StatusCounts {
  const sums = { ...counts };
  for (const { state } of rows) sums[state]++;
  return sums;
}

/** Who put a sidecar in; undefined where it is not there. */
export function whoPutIn({ image, by }: Pick<StatusRow, 'image' | 'by'>): string | undefined {
  return image === undefined ? undefined : (by ?? 'webhook');
}

/** Which version of its definition it has; undefined where it is not there. */
export function versionOf({ image, version }: Pick<StatusRow, 'image' | 'version'>): string | undefined {
  return image === undefined ? undefined : (version ?? 'current');
}

/** What is told only where it is not the same everywhere. */
export const unusual: Readonly<Record<'BY' | 'VERSION', (row: StatusRow) => boolean>> = {
  BY: ({ by }) => by !== undefined,
  VERSION: ({ version, definitionVersion }) => version !== undefined || definitionVersion !== undefined,
};

/** Whether a column is there: who put sidecars in, and which version they are of, stands there where it is unusual. */
export function isColumnShown(header: string, found: ReadonlySet<string>): boolean {
  return !(header in unusual) || found.has(header);
}

/** Adds the columns that these sidecars need. */
export function findUnusual(rows: readonly StatusRow[], found: Set<string>): void {
  for (const [header, isUnusual] of Object.entries(unusual)) if (rows.some(isUnusual)) found.add(header);
}
