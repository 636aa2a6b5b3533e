/** What the author of a pod wrote: merge/authored.ts in CEL. */
import {
  concat,
  each,
  equals,
  isIn,
  list,
  method,
  name,
  optionalAt,
  optionalField,
  or,
  orValue,
  size,
  variable,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { jsonText } from '../template/json-text.ts';
import { containers, namesOf } from './pod.ts';
import type { Variable } from './variable.ts';

/** `managers`: who wrote what, as the API server notes it before it asks any policy: what those add nobody owns. */
export function managersVariable(): Variable {
  return ['managers', orValue(optionalField(name('object'), 'metadata', 'managedFields'), list())];
}

/** `authored`: the names of the containers that somebody owns, empty where nobody knows. */
export function authorshipVariables(): readonly Variable[] {
  return [
    [
      'authored',
      each(namesOf(containers), 'filter', 'name', found =>
        each(variable('managers'), 'exists', 'manager', manager =>
          method(
            optionalAt(
              optionalAt(optionalAt(optionalField(manager, 'fieldsV1'), 'f:spec'), 'f:containers'),
              concat('k:{"name":', jsonText(found), '}'),
            ),
            'hasValue',
          ),
        ),
      ),
    ],
  ];
}

/** Whether the author wrote a container, as far as somebody knows; the only one nobody else can have written. */
export function isAuthored(container: Expression): Expression {
  return or(
    equals(size(containers), 1),
    equals(size(variable('authored')), 0),
    isIn(container, variable('authored')),
  );
}

/** Whether the author wrote an annotation. */
export function isAuthoredAnnotation(key: string): Expression {
  return each(variable('managers'), 'exists', 'manager', manager =>
    method(
      optionalAt(
        optionalAt(optionalAt(optionalField(manager, 'fieldsV1'), 'f:metadata'), 'f:annotations'),
        `f:${key}`,
      ),
      'hasValue',
    ),
  );
}
