/** What comes of two templates of which a condition chooses one. */
import { and, conditional, dyn, equals, isLiteral, not, or, size } from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { nothing, type Rendering } from './rendering.ts';

/** The first where the condition holds, otherwise the second. */
export function either(condition: Expression, then: Rendering, otherwise: Rendering): Rendering {
  if (isLiteral(condition, true)) return then;
  if (isLiteral(condition, false)) return otherwise;
  if (isLiteral(otherwise.absent, true))
    return { ...then, unset: and(condition, then.unset), absent: or(not(condition), then.absent) };
  if (isLiteral(then.absent, true)) return either(not(condition), otherwise, then);
  const [a, b] =
    then.isMaybeEmpty === otherwise.isMaybeEmpty ? [then, otherwise] : [then, otherwise].map(asked);
  if (a === undefined || b === undefined) return nothing;
  return {
    value: conditional(condition, dyn(a.value), dyn(b.value)),
    unset: conditional(condition, a.unset, b.unset),
    absent: conditional(condition, a.absent, b.absent),
    isMaybeEmpty: a.isMaybeEmpty,
  };
}

/** With the question whether it is empty among its conditions. */
function asked(rendering: Rendering): Rendering {
  if (!rendering.isMaybeEmpty) return rendering;
  const absent = or(rendering.absent, and(not(rendering.unset), equals(size(rendering.value), 0)));
  return { ...rendering, absent, isMaybeEmpty: false };
}
