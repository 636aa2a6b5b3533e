import type { ReviewRecord } from '../../admission/review-record.ts';
import type { Log } from '../../observability/logger.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { Readiness } from '../../observability/readiness.ts';
import { inOneLine } from '../../sidecars/definition-problem.ts';
import { emptySidecarSet, type SidecarSet } from '../../sidecars/sidecar-set.ts';

/** Writes the one line of a decision and counts it. What of a line is the same for many is written once. */
export function decisionReport({
  log,
  metrics,
}: {
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'countDecision'>;
}): (record: ReviewRecord, seconds: number) => void {
  const logs = new Map<string, Log>();
  return (record, seconds) => {
    metrics.countDecision(record, seconds);
    // Of each of the three there are few.
    const { kind, decision, reason, ...fields } = record;
    const key = `${kind} ${decision} ${reason}`;
    let decisionLog = logs.get(key);
    if (decisionLog === undefined) {
      decisionLog = log.child({ kind, decision, reason });
      logs.set(key, decisionLog);
    }
    const milliseconds = Math.round(seconds * 1e6) / 1e3;
    decisionLog.info({ ...fields, milliseconds }, `${whatOf(record)} ${decision}`);
  };
}

function whatOf({ kind, workload }: ReviewRecord): string {
  if (kind === 'Namespace') return 'namespace';
  return workload === undefined ? 'pod' : 'workload';
}

/** Says which definitions are in force and what is wrong with the others; readiness stays, pods are refused by name. */
export function reportDefinitions(options: {
  readonly set: SidecarSet;
  readonly previous: SidecarSet;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
}): void {
  const { set, previous, log, metrics, readiness } = options;
  const known = new Set(previous.problems.map(inOneLine));
  const fresh = set.problems.filter(problem => !known.has(inOneLine(problem)));
  for (const { file, line, column, path, message } of fresh.slice(0, maxLogged)) {
    const keeps = set.files.get(file)?.definition ? 'the last good version' : 'nothing';
    log.error({ file, line, column, path, problem: message, inForce: keeps }, 'definition rejected');
  }
  if (fresh.length > maxLogged)
    log.error({ others: fresh.length - maxLogged }, 'more problems of definitions');
  const rejected = new Set(set.problems.map(({ file }) => file)).size;
  const names = [...set.sidecars.keys()];
  const next = [...set.next.keys()];
  log.info({ sidecars: names, ...(next.length > 0 ? { next } : {}), rejected }, 'definitions loaded');
  metrics.setDefinitions(names.length + next.length, rejected);
  if (previous !== emptySidecarSet) metrics.countReload(fresh.length > 0 ? 'failure' : 'success');
  const detail = [
    `${names.length} loaded${next.length > 0 ? `, and ${next.length} next versions` : ''}`,
    ...set.problems.slice(0, maxShown).map(({ file, line, message }) => `${file}:${line}: ${message}`),
    ...(set.problems.length > maxShown ? [`and ${set.problems.length - maxShown} more`] : []),
  ];
  readiness.report({ name: 'definitions', isReady: true, detail: detail.join('; ') });
}

/** One for each file that a directory may have, however many of them are bad; `validate` shows the others. */
const maxLogged = 1000;

/** More than anybody reads on a page. */
const maxShown = 100;

/** Says that the directory of definitions cannot be read, or that it can again; what is in force stays. */
export function reportDirectory(options: {
  readonly problem: string | undefined;
  readonly path: string;
  readonly log: Log;
  readonly readiness: Readiness;
}): void {
  const { problem, path: directory, log, readiness } = options;
  if (problem === undefined) log.info({ directory }, 'definitions can be read again');
  else log.error({ directory, problem }, 'definitions cannot be read');
  const detail = problem === undefined ? 'readable' : `${problem}; what was read before stays in force`;
  readiness.report({ name: 'directory', isReady: true, detail });
}
