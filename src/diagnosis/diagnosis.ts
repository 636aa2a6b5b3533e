import type { Obstacle } from './obstacles.ts';

/** What a check says of a cluster. */
export type Judgement = Ok | Trouble;

/** √ */
export interface Ok {
  readonly outcome: 'ok';
  /** What was seen, in a few words. */
  readonly seen?: string;
}

/** `failure` × stands in the way of injection, `warning` ‼ may. */
export interface Trouble {
  readonly outcome: 'warning' | 'failure';
  readonly code: Obstacle;
  /** A sentence that names what and where, with the value seen. */
  readonly cause: string;
  /** What to do about it. */
  readonly advice: string;
}

export const checkCategories = [
  'kubernetes',
  'rights',
  'neighbours',
  'registration',
  'service',
  'replicas',
  'certificates',
  'guard',
  'definitions',
  'namespaces',
  'probe',
] as const;

export type CheckCategory = (typeof checkCategories)[number];

/** A judgement under the name of its check, which is a heading of docs/checks.md. */
export type CheckResult = Judgement & {
  readonly check: string;
  readonly category: CheckCategory;
  /** What is so where all is well. */
  readonly title: string;
};

export function ok(seen?: string): Ok {
  return seen === undefined ? { outcome: 'ok' } : { outcome: 'ok', seen };
}

export function warning(code: Obstacle, cause: string, advice: string): Trouble {
  return { outcome: 'warning', code, cause, advice };
}

export function failure(code: Obstacle, cause: string, advice: string): Trouble {
  return { outcome: 'failure', code, cause, advice };
}
