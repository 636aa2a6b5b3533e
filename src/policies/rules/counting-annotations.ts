/** The annotations of a pod, and what counts beside them. */
import { injectParameter } from '../../injection/request/annotation-keys.ts';
import {
  and,
  concat,
  each,
  equals,
  literal,
  mapOf,
  name,
  optionalAt,
  optionalField,
  or,
  orValue,
  variable,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { switchKey } from './annotation-keys.ts';
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

/** Whether a key of an instance does not count, because its `.inject` leaves it out, or is itself such a key. */
export function isLeftOut(key: Expression, inherits: boolean): Expression {
  const leaveOut = concat(switchKey(key), `.${injectParameter}`);
  const value = countingValue(leaveOut, inherits);
  return or(equals(value, 'false'), and(equals(key, leaveOut), equals(value, 'true')));
}

/** A macro over the keys of annotations. */
export function eachKey(
  map: Expression,
  macro: 'exists' | 'filter',
  body: (key: Expression) => Expression,
): Expression {
  return each(map, macro, 'key', body);
}
