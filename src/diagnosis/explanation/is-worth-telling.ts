import type { JsonObject } from '../../kubernetes/json.ts';
import type { NamedWorkloadKind } from '../../kubernetes/workload.ts';
import type { Explanation } from './explanation.ts';
import { roleOf } from './object-role.ts';

/** What neither makes pods nor looks as if somebody thought so is no news. */
export function isWorthTelling(
  object: JsonObject,
  { problems, warnings }: Explanation,
  workloadKinds: readonly NamedWorkloadKind[],
): boolean {
  if (problems.length > 0) return true;
  const { role } = roleOf(object, workloadKinds);
  return role === 'namespace' ? warnings.length > 0 : role !== 'other';
}
