import { RunProgress } from '../../../../src/cli/fleet/run-progress.ts';
import type { FleetEvent, PodOutcome } from '../../../../src/fleet/fleet-event.ts';

/** A pod of the Deployment web in the namespace shop. */
export const web = (number: number) =>
  ({ pod: `shop/web-${number}`, workload: 'shop/Deployment/web' }) as const;

export const moves = [{ container: 'logs', from: 'l:1', to: 'l:2' }] as const;

export const began = (number: number): FleetEvent => ({ event: 'podBegan', ...web(number), moves });

export const ended = (number: number, outcome: PodOutcome): FleetEvent => ({
  event: 'podEnded',
  ...web(number),
  ...outcome,
});

export const upgraded = (number: number): FleetEvent =>
  ended(number, { outcome: 'upgraded', milliseconds: 2345 });

export const left = (number: number, kind: 'rollout' | 'counted' | 'done'): FleetEvent => ({
  ...{ event: 'podLeft', ...web(number) },
  ...{ container: 'logs', message: 'cannot', kind },
});

export const planned = (...pods: readonly number[]): FleetEvent => ({
  ...{ event: 'planned', namespaces: 1 },
  waves: pods.map(count => ({ pods: count, workloads: 1 })),
});

/** How far a run is after events, each a second after the one before. */
export function progressAfter(...events: readonly FleetEvent[]): RunProgress {
  const progress = new RunProgress(0);
  for (const [index, event] of events.entries()) progress.take(event, (index + 1) * 1000);
  return progress;
}
