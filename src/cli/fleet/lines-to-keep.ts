import type { FleetEvent } from '../../fleet/fleet-event.ts';

/**
 * Chooses what stands above the view of a run and is there when it has ended: what somebody has to look at, and when a
 * wave began. Of pods of one workload that are left, or wait in vain, for one reason one is named; all are counted.
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
        return this.#isToSee(event) ? lines : [];
      case 'podLeft':
        return this.#isNew(`${event.workload} ${event.container} ${event.message}`) ? lines : [];
      default:
        return [];
    }
  }

  #isToSee(event: Extract<FleetEvent, { readonly event: 'podEnded' }>): boolean {
    if (event.outcome === 'blocked') return this.#isNew(`${event.workload} ${event.why}`);
    return event.outcome === 'failed' || event.outcome === 'gone';
  }

  #isNew(what: string): boolean {
    const { size } = this.#told;
    return this.#told.add(what).size > size;
  }
}
