/** The pod as the API server hands it over. */
import { at, each, field, list, name, optionalField, orValue } from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';

export const spec = field(name('object'), 'spec');

/** The init containers and the containers of the pod, as lists that may be empty. */
export const initContainers = orValue(optionalField(spec, 'initContainers'), list());
export const containers = orValue(optionalField(spec, 'containers'), list());

/** The names of containers. */
export function namesOf(found: Expression): Expression {
  return each(found, 'map', 'container', container => at(container, 'name'));
}
