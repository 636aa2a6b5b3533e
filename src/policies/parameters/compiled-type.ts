import { advice } from '../../injection/request/advice.ts';
import { and, binary, conditional, integer, literal, method, or, size } from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import type { FoundLoss } from '../losses.ts';

/** What to write instead, as a text of CEL. `use` completes "use …"; without it the parameter's own words. */
export type Advise = (use?: string) => Expression;

/** A type of parameters in CEL. Each takes the text of one value, not empty and without what no value may hold. */
export interface CompiledType {
  /** What is wrong with the text, as `advise` says it; an empty text where nothing is. */
  readonly misfit: (text: Expression, advise: Advise) => Expression;
  /** The value of a text that fits, where it is another than the text. */
  readonly value?: (text: Expression) => Expression;
  /** The value as a part of a text, where it is another than the text. */
  readonly insertedText?: (text: Expression) => Expression;
  /** When the facts of the type hold of a text that fits. */
  readonly facts?: Readonly<Record<string, (text: Expression) => Expression>>;
  /** The magnitude of a text that fits, as a double. */
  readonly magnitude?: (text: Expression) => Expression;
  /** Where a text that fits points to; undefined where its facts make it point nowhere. */
  readonly origin?: CompiledOrigin;
  readonly losses?: readonly Omit<FoundLoss, 'detail'>[];
}

export interface CompiledOrigin {
  /** An empty text where it has none. */
  readonly scheme: (text: Expression) => Expression;
  /** As it was written. */
  readonly host: (text: Expression) => Expression;
}

/** The text that no value is: nothing is wrong. */
export const fits = literal('');

/** The advice for the first condition that holds. */
export function firstOf(
  cases: readonly (readonly [condition: Expression, then: Expression])[],
  otherwise: Expression,
): Expression {
  return cases.reduceRight<Expression>(
    (rest, [condition, then]) => conditional(condition, then, rest),
    otherwise,
  );
}

/** Advice in the words of a parameter or a switch, as its messages give it. */
export function advising(of: { readonly expects: string }): Advise {
  return use => literal(use === undefined ? of.expects : advice(use, of));
}

/** Whether a text has more units of UTF-16 than that: a character outside of the first 65536 is two. */
export function isLongerThan(text: Expression, maximum: number): Expression {
  const length = size(text);
  const units = binary('+', length, size(method(text, 'findAll', literal('[\\x{10000}-\\x{10FFFF}]'))));
  return or(
    binary('>', length, integer(maximum)),
    and(binary('>', length, integer(Math.floor(maximum / 2))), binary('>', units, integer(maximum))),
  );
}
