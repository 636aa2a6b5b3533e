import type { Condition } from './template.ts';

/** What conditions are asked of. */
export interface Facts {
  /** The facts of each parameter that has a value. */
  readonly values: ReadonlyMap<string, { readonly facts?: readonly string[] }>;
  /** Whether the container does its work once and ends. */
  readonly isOnce: boolean;
}

/** The facts of a run, each with its sentence for the reference. Only the container is rendered for a run. */
export const runFacts: Readonly<Record<string, string>> = {
  'run.once': 'the container does its work once and ends: mode init, and the init container of mode classic',
};

/** Whether all conditions hold. */
export function doHold(conditions: readonly Condition[], facts: Facts): boolean {
  return conditions.every(condition => holds(condition, facts) !== condition.isNegated);
}

function holds({ subject, fact }: Condition, { values, isOnce }: Facts): boolean {
  if (subject === 'run') return isOnce;
  const value = values.get(subject);
  return value !== undefined && (fact === undefined || (value.facts?.includes(fact) ?? false));
}
