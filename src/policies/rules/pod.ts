/** The pod as the API server hands it over. */
import {
  at,
  dyn,
  each,
  field,
  list,
  name,
  optionalField,
  orValue,
  unlessEmpty,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';

export const spec = field(name('object'), 'spec');

/** The init containers and the containers of the pod, as lists that may be empty. */
export const initContainers = orValue(optionalField(spec, 'initContainers'), list());
// A pod that has none comes with null.
export const containers = orValue(
  unlessEmpty(dyn(orValue(optionalField(spec, 'containers'), list()))),
  list(),
);

/** The names of containers. */
export function namesOf(found: Expression): Expression {
  return each(found, 'map', 'container', container => at(container, 'name'));
}
