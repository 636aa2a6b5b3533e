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

/** The annotations of an object, as a map that may be empty. */
export function annotationsOf(of: Expression): Expression {
  return orValue(optionalField(of, 'metadata', 'annotations'), mapOf([]));
}

/** `own`: the annotations of the object. */
export function ownVariable(): Variable {
  return ['own', annotationsOf(name('object'))];
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
