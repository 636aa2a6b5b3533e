import { pino } from 'pino';
import { Metrics } from '../../../../src/observability/metrics.ts';

/** The log and the metrics that are reported to, and what they got. */
export function logAndMetrics() {
  const lines: Record<string, unknown>[] = [];
  const log = pino(
    { base: null, timestamp: false, formatters: { level: level => ({ level }) } },
    { write: line => void lines.push(JSON.parse(line)) },
  );
  const metrics = new Metrics();
  /** The lines of a metric with labels. */
  const counted = async (name: string) =>
    (await metrics.exposition()).text
      .split('\n')
      .filter(line => line.startsWith(`sidecar_injector_${name}{`));
  return { lines, log, metrics, counted };
}
