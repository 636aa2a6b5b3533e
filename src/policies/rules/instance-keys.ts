/** The annotations of an instance, for messages. */
import { at, concat } from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { parts } from './rendered-sidecar.ts';
import { requestKeys } from './requests.ts';

/** Where the map of an instance has its request: no parameter has such a name. */
export const requestKey = '@request';

/** The annotation that asks for an instance. */
export function switchOfInstance(instance: Expression): Expression {
  return at(at(instance, requestKey), requestKeys.id);
}

/** The annotation that asks for a rendered sidecar. */
export function switchOfSidecar(sidecar: Expression): Expression {
  return switchOfInstance(at(sidecar, parts.instance));
}

/** The annotation of a parameter. */
export function keyOfInstance(instance: Expression, parameter: string): Expression {
  return concat(switchOfInstance(instance), `.${parameter}`);
}
