import type { SidecarStatus } from '../injection/status/pod-status.ts';
import { readStatus } from '../injection/status/read-status.ts';
import type { RunningPod } from '../kubernetes/running-pod.ts';
import { movesBegun } from './plan-rollback.ts';

/**
 * Tells which upgrade was the last one, by the pods alone. Where a container has been moved on from a definition, or has
 * come back to it, others that have it still were moved by an earlier upgrade, though they remember what was before that.
 */
export class LeftDefinitions {
  readonly #left = new Set<string>();
  /** Of each container and version: how many could be moved back from each definition. */
  readonly #moved = new Map<string, Map<string, number>>();
  /** Of which some have been rolled back. */
  readonly #back = new Set<string>();

  /** Takes in the containers of a pod that are meant. */
  take(pod: RunningPod, isMeant: (container: string) => boolean): void {
    const moved = new Set(movesBegun(pod).map(({ container }) => container));
    for (const [container, entry] of Object.entries(readStatus(pod).before.sidecars)) {
      if (!isMeant(container)) continue;
      const kind = [container, entry.version].join('.');
      if (entry.rolledBackFrom !== undefined) {
        this.#left.add(entry.definition);
        this.#back.add(kind);
      }
      if (moved.has(container)) this.#takeMoved(kind, entry);
    }
  }

  /** Whether a container with this definition was moved by an earlier upgrade than the last one. */
  has(definition: string): boolean {
    return this.#left.has(definition);
  }

  /** How many containers were moved by earlier upgrades, and are left as they are. */
  get count(): number {
    const counts = [...this.#moved.values()].flatMap(each => [...each]);
    return counts.reduce((sum, [definition, count]) => sum + (this.has(definition) ? count : 0), 0);
  }

  /**
   * Where nobody can tell which upgrade was the last one: the container, and whether there are several of which nothing
   * says that one came after the other, or none because each came after another.
   */
  get doubt(): { readonly container: string; readonly why: 'several' | 'none' } | undefined {
    for (const [kind, counts] of this.#moved) {
      const container = kind.split('.', 1)[0] ?? '';
      const last = [...counts.keys()].filter(definition => !this.has(definition)).length;
      if (last > 1) return { container, why: 'several' };
      if (last === 0 && !this.#back.has(kind)) return { container, why: 'none' };
    }
    return undefined;
  }

  #takeMoved(kind: string, { definition, definitionBefore }: SidecarStatus): void {
    const counts = this.#moved.get(kind) ?? new Map<string, number>();
    this.#moved.set(kind, counts.set(definition, (counts.get(definition) ?? 0) + 1));
    if (definitionBefore !== undefined && definitionBefore !== definition) this.#left.add(definitionBefore);
  }
}
