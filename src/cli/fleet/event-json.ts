import type { FleetEvent } from '../../fleet/fleet-event.ts';
import { shownJson } from '../terminal/shown-json.ts';
import type { RunCounts } from './run-progress.ts';

/** An event as a line of JSON: when, in which context, what; the last one with what became of the pods. */
export function eventJson(
  event: FleetEvent,
  { at, context, counts }: { readonly at: Date; readonly context: string; readonly counts: RunCounts },
): string {
  const told = event.event === 'ended' ? { ...event, counts } : event;
  return shownJson({ at: at.toISOString(), context, ...told });
}
