/** The annotations that a pod gets beside its status. */
import {
  and,
  at,
  bind,
  concat,
  concatAll,
  conditional,
  differs,
  each,
  equals,
  isIn,
  list,
  literal,
  mapWhere,
  method,
  not,
  optionalAt,
  or,
  orValue,
  size,
  variable,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { listAnnotations, missingNames } from './list-annotations.ts';
import { annotation } from './patch-operations.ts';
import { parts } from './rendered-sidecar.ts';

/** Names in lists of others, and the annotations of the definition that the pod does not have. */
export function addedAnnotations(): Expression {
  const lists = listAnnotations.map(listed => {
    const present = orValue(optionalAt(variable('own'), listed.key), '');
    const isNeeded = each(variable(listed.variable), 'exists', 'needed', needed =>
      not(equals(size(at(needed, 'names')), 0)),
    );
    const value = bind(missingNames(listed), 'missing', missing =>
      method(
        concat(conditional(equals(present, ''), list(), list(present)), missing),
        'join',
        literal(listed.separator),
      ),
    );
    const isChanged = and(isNeeded, or(differs(value, present), not(isIn(listed.key, variable('own')))));
    return conditional(isChanged, list(annotation(literal(listed.key), value)), list());
  });
  const pairs = concatAll(
    each(variable('sidecars'), 'map', 'sidecar', sidecar => at(sidecar, parts.annotations)),
  );
  const own = bind(pairs, 'pairs', found =>
    mapWhere(
      method(
        each(found, 'map', 'pair', pair => at(pair, 0)),
        'distinct',
      ),
      'key',
      key => not(isIn(key, variable('own'))),
      key =>
        annotation(
          key,
          at(
            at(
              each(found, 'filter', 'pair', pair => equals(at(pair, 0), key)),
              0,
            ),
            1,
          ),
        ),
    ),
  );
  return concat(...lists, own);
}

/** The keys of the definition's addedAnnotations that are there because of it. */
export function broughtKeys(sidecar: Expression): Expression {
  const first = (key: Expression) =>
    at(
      at(
        each(
          concatAll(each(variable('sidecars'), 'map', 'other', other => at(other, parts.annotations))),
          'filter',
          'pair',
          pair => equals(at(pair, 0), key),
        ),
        0,
      ),
      1,
    );
  return mapWhere(
    at(sidecar, parts.annotations),
    'brought',
    brought =>
      conditional(
        isIn(at(brought, 0), variable('own')),
        and(
          method(variable('status'), 'contains', concat('"', at(brought, 0), '"')),
          equals(orValue(optionalAt(variable('own'), at(brought, 0)), ''), at(brought, 1)),
        ),
        equals(first(at(brought, 0)), at(brought, 1)),
      ),
    brought => at(brought, 0),
  );
}
