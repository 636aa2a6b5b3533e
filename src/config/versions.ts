import { suggestion } from '../nearest-name.ts';
import { oneLine } from '../shown-text.ts';
import { isMap } from './is-map.ts';
import { shown } from './shown.ts';

/** The shares, or all that is wrong with them, each problem behind the place that it is about. */
export type VersionsReading =
  | { readonly value: Readonly<Record<string, { readonly next: number }>> }
  | { readonly problems: readonly string[] };

/**
 * Reads the value of `versions`: a map of sidecars, each with the share of the workloads that gets its next version. Which
 * sidecars there are is not known here.
 */
export function readVersions(value: unknown): VersionsReading {
  if (!isMap(value)) return { problems: [`: got ${shown(value)}; use a map of sidecars, as in ${example}`] };
  const entries = Object.entries(value);
  if (entries.length > maxSidecars)
    return { problems: [`: got ${entries.length} sidecars; use at most ${maxSidecars}`] };
  const problems = entries.flatMap(([sidecar, rule]) =>
    problemsOf(rule).map(problem => `.${oneLine(sidecar, maxShownName)}${problem}`),
  );
  if (problems.length > 0) return { problems };
  const shares = entries.map(([sidecar, rule]) => [sidecar, { next: percentOf(rule) }] as const);
  return { value: Object.fromEntries(shares) };
}

const example = '{logs: {next: 10%}}';

/** Each is held against each pod. */
const maxSidecars = 100;

const maxShownName = 200;

function problemsOf(rule: unknown): readonly string[] {
  if (!isMap(rule)) return [`: got ${shown(rule)}; use a share for the next version, as in {next: 10%}`];
  const unknown = Object.keys(rule)
    .filter(key => key !== 'next')
    .map(key => `: unknown key ${shown(key)}${suggestion(key, ['next'])}`);
  if (unknown.length > 0) return unknown;
  const share = rule['next'];
  return isShare(share) ? [] : [`.next: got ${shown(share)}; use a percentage from 0% to 100%, such as 10%`];
}

function isShare(share: unknown): boolean {
  return typeof share === 'string' && sharePattern.test(share) && Number(share.slice(0, -1)) <= 100;
}

const sharePattern = /^\d{1,3}(?:\.\d{1,3})?%$/;

function percentOf(rule: unknown): number {
  return isMap(rule) ? Number(String(rule['next']).slice(0, -1)) : 0;
}
