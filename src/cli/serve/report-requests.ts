/** What is counted and logged of requests that anybody who reaches a port can send as often as they like. */
import type { DropReason, OnDrop } from '../../http/dropped.ts';
import type { Log } from '../../observability/logger.ts';
import type { Metrics } from '../../observability/metrics.ts';
import { oneLine, replaceUnseen } from '../../shown-text.ts';
import { LineBudget } from './line-budget.ts';

interface Reporting {
  readonly log: Log;
  readonly metrics: Metrics;
  /** The time in milliseconds, from any beginning. */
  readonly nowMs?: () => number;
}

/** Counts each connection that a server closes before its time, and logs one line for each reason in ten seconds. */
export function reportDrops({
  server,
  log,
  metrics,
  nowMs = () => performance.now(),
}: Reporting & { readonly server: string }): OnDrop {
  const budgets = new Map<DropReason, LineBudget>();
  return reason => {
    metrics.countDrop(server, reason);
    const budget = budgets.get(reason) ?? new LineBudget(1, windowMs, nowMs);
    budgets.set(reason, budget);
    const more = budget.take();
    if (more !== undefined) log.warn({ server, reason, connections: more + 1 }, 'connections dropped');
  };
}

/** Counts each request that got no decision, and logs ten lines of each kind in ten seconds. */
export function reportFailures({
  log,
  metrics,
  nowMs = () => performance.now(),
}: Reporting): (status: number, message: string, error?: unknown) => void {
  const [refusals, faults] = [1, 2].map(() => new LineBudget(10, windowMs, nowMs));
  return (status, message, error) => {
    metrics.countFailure(status);
    const leftOut = (error === undefined ? refusals : faults)?.take();
    if (leftOut === undefined) return;
    const more = leftOut === 0 ? {} : { leftOut };
    if (error === undefined) log.warn({ status, reason: message, ...more }, 'request refused');
    else log.error({ status, error: inShort(error), ...more }, 'request failed');
  };
}

const windowMs = 10_000;

/** What an error says, cut: some errors quote what they have read, and that can be a whole review. */
function inShort(error: unknown): {
  readonly type: string;
  readonly message: string;
  readonly stack: string;
} {
  const { name, message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  const shown = oneLine(message, 1000);
  return {
    type: name,
    message: shown,
    stack: cutLines(
      stack.replace(message, () => shown),
      4000,
    ),
  };
}

/** A stack is read line by line. */
function cutLines(text: string, maxCharacters: number): string {
  const lines = text.slice(0, maxCharacters).split('\n');
  const plain = lines.map(line => replaceUnseen(line, '\u{fffd}')).join('\n');
  return text.length > maxCharacters ? `${plain}…` : plain;
}
