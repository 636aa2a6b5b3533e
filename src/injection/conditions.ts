import type { ParameterValue } from '../sidecars/definition.ts';
import type { Condition } from '../sidecars/template.ts';

/** What conditions are asked of. */
export interface Facts {
  readonly values: ReadonlyMap<string, ParameterValue>;
  /** Whether the container does its work once and ends. */
  readonly isOnce: boolean;
}

/** Whether all conditions hold. */
export function doHold(conditions: readonly Condition[], facts: Facts): boolean {
  return conditions.every(condition => holds(condition, facts) !== condition.isNegated);
}

function holds({ subject, fact }: Condition, { values, isOnce }: Facts): boolean {
  if (subject === 'run') return isOnce;
  const value = values.get(subject);
  return value !== undefined && (fact === undefined || (value.facts?.includes(fact) ?? false));
}
