/** What a template becomes in CEL. */
import {
  concat,
  conditional,
  dyn,
  isLiteral,
  listOf,
  literal,
  no,
  none,
  not,
  or,
  some,
  unlessEmpty,
} from '../cel/build-expression.ts';
import type { Expression, ListEntry } from '../cel/expression.ts';

/** What one template becomes. The value is looked at only where neither of the two conditions holds. */
export interface Rendering {
  readonly value: Expression;
  /** Whether a parameter without a value was named. */
  readonly unset: Expression;
  /** Whether nothing is to stand here. */
  readonly absent: Expression;
  /** A list or a map that is left out where it loses all that it has: what is empty is absent too. */
  readonly isMaybeEmpty: boolean;
}

/** What is left out. */
export const nothing: Rendering = {
  value: literal(null),
  unset: no,
  absent: literal(true),
  isMaybeEmpty: false,
};

/** A value that is there always. */
export function always(value: Expression): Rendering {
  return { value, unset: no, absent: no, isMaybeEmpty: false };
}

/** Whether it is there for certain. */
export function isCertain({ unset, absent, isMaybeEmpty }: Rendering): boolean {
  return isLiteral(unset, false) && isLiteral(absent, false) && !isMaybeEmpty;
}

/** As an optional. */
export function asOptional({ value, unset, absent, isMaybeEmpty }: Rendering): Expression {
  const there = isMaybeEmpty ? unlessEmpty(dyn(value)) : some(dyn(value));
  return conditional(not(or(unset, absent)), there, none);
}

/** One part of a list: an entry, or as many as an expression has. */
export type ListPart =
  | { readonly kind: 'one'; readonly rendering: Rendering }
  | { readonly kind: 'many'; readonly values: Expression; readonly unset: Expression };

/** All parts behind each other as one list. */
export function listOfParts(parts: readonly ListPart[]): Expression {
  const lists: Expression[] = [];
  let entries: ListEntry[] = [];
  const end = () => {
    if (entries.length > 0) lists.push(listOf(entries));
    entries = [];
  };
  for (const part of parts) {
    if (part.kind === 'one') {
      entries.push(...entryOf(part.rendering));
      continue;
    }
    end();
    lists.push(dyn(part.values));
  }
  end();
  return lists.length === 0 ? listOf([]) : concat(...lists);
}

function entryOf(rendering: Rendering): readonly ListEntry[] {
  if (isCertain(rendering)) return [{ value: dyn(rendering.value) }];
  const optional = asOptional(rendering);
  return optional === none ? [] : [{ value: optional, isOptional: true }];
}
