/** Conditions of definitions as CEL, and where the values of an instance are. */
import { canBeUnset, type Parameter } from '../../sidecars/definition.ts';
import type { Condition, ParameterPart } from '../../sidecars/template/template.ts';
import { and, at, differs, isIn, not, yes } from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';

/** What conditions are asked of, see TemplateScope. */
interface Asked {
  readonly values: Expression;
  readonly parameters: ReadonlyMap<string, Parameter>;
  readonly isOnce: Expression;
}

/** All conditions hold. */
export function allHold(conditions: readonly Condition[], scope: Asked): Expression {
  return and(...conditions.map(condition => holds(condition, scope)));
}

function holds({ subject, fact, isNegated }: Condition, scope: Asked): Expression {
  const { values, isOnce } = scope;
  if (subject === 'run') return isNegated ? not(isOnce) : isOnce;
  const is = fact === undefined ? isSet(scope, subject) : at(values, factKey(subject, fact));
  return isNegated ? not(is) : is;
}

/** Whether a parameter has a value. */
export function isSet({ values, parameters }: Asked, name: string): Expression {
  const parameter = parameters.get(name);
  return parameter === undefined || !canBeMissing(parameter) ? yes : isIn(name, values);
}

/** Whether an instance without a problem may be without a value; the volume has the name of the instance then. */
export function canBeMissing(parameter: Parameter): boolean {
  return canBeUnset(parameter) && !(parameter.isCommon && parameter.name === 'volume');
}

/** Whether there is something to insert: a word in place of a duration has no seconds, and no duration has none. */
export function isInsertable(scope: Asked, part: ParameterPart): Expression {
  const isThere = isSet(scope, part.parameter);
  const mayBeWord = (scope.parameters.get(part.parameter)?.literals.length ?? 0) > 0;
  return part.isInSeconds && mayBeWord ? and(isThere, differs(valueAt(scope, part), 0)) : isThere;
}

/** The value of a parameter. */
export function valueAt(
  { values }: Pick<Asked, 'values'>,
  { parameter, isInSeconds }: ParameterPart,
): Expression {
  return at(values, isInSeconds ? factKey(parameter, 'seconds') : parameter);
}

/** Where the map of an instance says whether a fact holds. */
export function factKey(parameter: string, fact: string): string {
  return `${parameter}.${fact}`;
}
