/** What the policies refuse a pod for: a list of sentences, each with the code that the webhook gives. */
import type { RefusalReason } from '../../injection/reason.ts';
import { concat, conditional, list, listOf, literal, none, some } from '../cel/build-expression.ts';
import type { Expression, ListEntry } from '../cel/expression.ts';
import type { LossCode } from '../losses.ts';

/** A problem where the condition holds. */
export function problemIf(
  condition: Expression,
  code: RefusalReason | LossCode,
  ...message: readonly (Expression | string)[]
): ListEntry {
  const told = conditional(condition, some(problem(code, ...message)), none);
  return { value: told, isOptional: true };
}

/** A sentence as the webhook tells it. */
export function problem(
  code: RefusalReason | LossCode,
  ...message: readonly (Expression | string)[]
): Expression {
  return concat(...message, literal(` (${code})`));
}

/** All of them behind each other: problems that may be there, and lists of problems. */
export function problemList(parts: readonly (ListEntry | Expression)[]): Expression {
  const lists: Expression[] = [];
  let entries: ListEntry[] = [];
  const end = () => {
    if (entries.length > 0) lists.push(listOf(entries));
    entries = [];
  };
  for (const part of parts) {
    if (!('kind' in part)) entries.push(part);
    else {
      end();
      lists.push(part);
    }
  }
  end();
  return lists.length === 0 ? list() : concat(...lists);
}
