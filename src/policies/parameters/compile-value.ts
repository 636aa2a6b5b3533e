import type { Parameter } from '../../sidecars/definition.ts';
import { atMost } from '../../sidecars/parameters/several-values.ts';
import { parameterTypes } from '../../sidecars/parameters/types/parameter-types.ts';
import {
  and,
  binary,
  bind,
  conditional,
  differs,
  double,
  equals,
  isIn,
  literal,
  matches,
  method,
  no,
  not,
  or,
  texts,
  yes,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import type { FoundLoss } from '../losses.ts';
import { type Advise, advising, type CompiledType, firstOf, isLongerThan } from './compiled-type.ts';
import { compiledType } from './compiled-types.ts';
import { printPattern, printRegExp } from './print-pattern.ts';

/** One value of a parameter in CEL. */
export interface CompiledValue {
  readonly type: CompiledType;
  /** What to write instead of a text, any text; empty where it is a value. */
  readonly misfit: (text: Expression) => Expression;
  readonly value: (text: Expression) => Expression;
  readonly insertedText: (text: Expression) => Expression;
  readonly fact: (text: Expression, fact: string) => Expression;
  readonly losses: readonly FoundLoss[];
}

/** Says in CEL what one value of a parameter may be. */
export function compileValue(parameter: Parameter): CompiledValue {
  const type = compiledType(parameter.type);
  const advise = adviceOf(parameter);
  const isWithin = withinLimits(parameter, type);
  const misfit = (text: Expression): Expression =>
    firstOf(
      unsafe(parameter, advise).map(([isUnsafe, use]) => [isUnsafe(text), use]),
      bind(type.misfit(text, advise), 'ofType', found =>
        conditional(or(differs(found, ''), isWithin(text)), found, advise()),
      ),
    );
  return {
    type,
    misfit,
    value: text => type.value?.(text) ?? text,
    insertedText: text => type.insertedText?.(text) ?? text,
    fact: (text, fact) => (parameter.limits.values ? equals(text, fact) : (type.facts?.[fact]?.(text) ?? no)),
    losses: lossesOf(parameter, type),
  };
}

/** The parameter's advice, where the type's own words stand for those of the parameter. */
export function adviceOf(parameter: Parameter): Advise {
  const advise = advising(parameter);
  const ofType = parameterTypes.get(parameter.type)?.expects;
  return use => advise(use === ofType ? undefined : use);
}

type Condition = (text: Expression) => Expression;

/** What no value may be, whatever its type. */
function unsafe(
  { type: name, limits }: Parameter,
  advise: Advise,
): readonly (readonly [Condition, Expression])[] {
  const type = parameterTypes.get(name);
  const maximumLength = type?.maximumLength ?? 0;
  const mayHaveSpaces = name === 'string' && limits.pattern !== undefined;
  const minus: readonly [Condition, Expression] = [
    text => method(text, 'startsWith', literal('-')),
    advise('a value that does not begin with "-"'),
  ];
  const spaces: readonly [Condition, Expression] = [
    text => matches(text, printRegExp(/\s/)),
    advise('a value without spaces'),
  ];
  return [
    [text => isLongerThan(text, maximumLength), advise(atMost(maximumLength))],
    [text => equals(text, ''), advise()],
    [text => matches(text, unseen), advise('a value without control characters')],
    ...(type?.isSigned ? [] : [minus]),
    ...(mayHaveSpaces ? [] : [spaces]),
  ];
}

/** Halves of pairs come to no policy. */
const unseen = '[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]';

/** What the definition says beside the type, of a text that fits the type. */
function withinLimits({ type: name, limits }: Parameter, type: CompiledType): Condition {
  const { values, pattern, minimum, maximum, not: refused = [] } = limits;
  const printed = pattern === undefined ? undefined : printPattern(pattern).text;
  const refusal = texts(refused);
  const bound = (text: Expression, operator: '>=' | '<=', limit: string | undefined): Expression => {
    const amount = limit === undefined ? undefined : magnitudeOf(name, limit);
    const magnitude = type.magnitude?.(text);
    if (amount === undefined || magnitude === undefined) return yes;
    return binary(operator, magnitude, double(amount));
  };
  return text =>
    and(
      values === undefined ? yes : isIn(text, texts(values)),
      printed === undefined ? yes : matches(text, printed),
      refused.length === 0 ? yes : not(isIn(text, refusal)),
      refused.length === 0 || !type.insertedText ? yes : not(isIn(type.insertedText(text), refusal)),
      bound(text, '>=', minimum),
      bound(text, '<=', maximum),
    );
}

function magnitudeOf(type: string, text: string): number | undefined {
  const reading = parameterTypes.get(type)?.read(text);
  return reading && 'value' in reading ? reading.magnitude : undefined;
}

function lossesOf({ name, limits: { pattern } }: Parameter, type: CompiledType): readonly FoundLoss[] {
  const ofPattern =
    pattern !== undefined && printPattern(pattern).knowsUnicode
      ? [{ code: 'unicode-version' as const, detail: `the pattern of ${name}` }]
      : [];
  return [...(type.losses ?? []).map(({ code }) => ({ code, detail: name })), ...ofPattern];
}
