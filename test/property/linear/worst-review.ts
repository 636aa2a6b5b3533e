import type { Surroundings } from '../../../src/admission/surroundings.ts';
import type { SidecarSet } from '../../../src/sidecars/sidecar-set.ts';

export interface WorstReview {
  readonly name: string;
  readonly sidecars: SidecarSet;
  /** A review with about so many characters of what makes it hard. */
  readonly review: (size: number) => unknown;
  /** What is said around its object, of the same size; nothing where it is absent. */
  readonly surroundings?: (size: number) => Surroundings;
}
