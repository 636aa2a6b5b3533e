/** The annotations of a pod, and what counts beside them. */
import {
  each,
  literal,
  mapOf,
  name,
  optionalAt,
  optionalField,
  orValue,
  variable,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import type { Variable } from './variable.ts';

export const own = variable('own');

export const offered = variable('offered');

/** `own`: the annotations of the pod. */
export function ownVariable(): Variable {
  return ['own', orValue(optionalField(name('object'), 'metadata', 'annotations'), mapOf([]))];
}

/** The value of an annotation that counts. */
export function countingValue(key: Expression, inherits: boolean): Expression {
  const ofNamespace = inherits ? orValue(optionalAt(offered, key), '') : literal('');
  return orValue(optionalAt(own, key), ofNamespace);
}

/** A macro over the keys of annotations. */
export function eachKey(
  map: Expression,
  macro: 'exists' | 'filter',
  body: (key: Expression) => Expression,
): Expression {
  return each(map, macro, 'key', body);
}
