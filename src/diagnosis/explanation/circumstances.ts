import type { Engine } from './engine.ts';
import type { Family, Surroundings } from './surroundings.ts';

/** What an object is judged by, beside itself. */
export interface Circumstances {
  readonly engine: Engine;
  readonly surroundings: Surroundings;
  readonly family: Family;
}
