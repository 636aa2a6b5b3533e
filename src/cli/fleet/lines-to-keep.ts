import type { FleetEvent } from '../../fleet/fleet-event.ts';

/**
 * Chooses what stands above the view of a run and is there when it has ended: what somebody has to look at, and when a
 * wave began. Of pods of one workload that are left for one reason one is named; all are counted.
 */
export class LinesToKeep {
  readonly #told = new Set<string>();

  of(event: FleetEvent, lines: readonly string[]): readonly string[] {
    switch (event.event) {
      case 'waveBegan':
      case 'stopped':
      case 'wouldMove':
        return lines;
      case 'verifyEnded':
        return event.exitCode === 0 ? [] : lines;
      case 'podEnded':
        return event.outcome === 'failed' || event.outcome === 'gone' ? lines : [];
      case 'podLeft':
        return this.#isNew(`${event.workload} ${event.container} ${event.message}`) ? lines : [];
      default:
        return [];
    }
  }

  #isNew(what: string): boolean {
    const { size } = this.#told;
    return this.#told.add(what).size > size;
  }
}
