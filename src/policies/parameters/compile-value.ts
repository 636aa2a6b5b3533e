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
  /** The same of a text in which nothing is that no value may have, see `forbiddenIn`. */
  readonly misfitOfType: (text: Expression) => Expression;
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
  const misfitOfType = (text: Expression): Expression =>
    bind(type.misfit(text, advise), 'ofType', found => {
      const fitsBoth = isWithin(text);
      return fitsBoth === yes ? found : conditional(or(differs(found, ''), fitsBoth), found, advise());
    });
  return {
    type,
    misfitOfType,
    misfit: text =>
      firstOf(
        unsafe(parameter, advise).map(([isUnsafe, use]) => [isUnsafe(text), use]),
        misfitOfType(text),
      ),
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

/** What no value of a parameter may have, whatever its type. */
export interface Forbidden {
  readonly maximumLength: number;
  readonly mayBeginWithMinus: boolean;
  readonly mayHaveSpaces: boolean;
}

export function forbiddenIn({ type: name, limits }: Parameter): Forbidden {
  const type = parameterTypes.get(name);
  return {
    maximumLength: type?.maximumLength ?? 0,
    mayBeginWithMinus: type?.isSigned === true,
    mayHaveSpaces: name === 'string' && limits.pattern !== undefined,
  };
}

export const hasUnseen: Condition = text => matches(text, unseen);
export const beginsWithMinus: Condition = text => method(text, 'startsWith', literal('-'));
export const hasSpaces: Condition = text => matches(text, printRegExp(/\s/));

/** What to write instead of a text that has something of it. */
export const adviceAgainst = {
  unseen: 'a value without control characters',
  minus: 'a value that does not begin with "-"',
  spaces: 'a value without spaces',
} as const;

/** What no value may be, whatever its type. */
function unsafe(parameter: Parameter, advise: Advise): readonly (readonly [Condition, Expression])[] {
  const { maximumLength, mayBeginWithMinus, mayHaveSpaces } = forbiddenIn(parameter);
  const minus: readonly [Condition, Expression] = [beginsWithMinus, advise(adviceAgainst.minus)];
  const spaces: readonly [Condition, Expression] = [hasSpaces, advise(adviceAgainst.spaces)];
  return [
    [text => isLongerThan(text, maximumLength), advise(atMost(maximumLength))],
    [text => equals(text, ''), advise()],
    [hasUnseen, advise(adviceAgainst.unseen)],
    ...(mayBeginWithMinus ? [] : [minus]),
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
