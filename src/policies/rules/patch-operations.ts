/** Operations of a patch: variables of a policy know none, so they are maps until the end. */
import {
  at,
  bind,
  call,
  concat,
  conditional,
  dyn,
  each,
  entry,
  equals,
  list,
  literal,
  mapOf,
  method,
  object,
  size,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';

/** Of an addition: variables know no operations of the API server. */
export function operation(path: Expression | string, value: Expression): Expression {
  const text = typeof path === 'string' ? literal(path) : path;
  return mapOf([entry('path', dyn(text)), entry('value', dyn(value))]);
}

/** The operations as the API server takes them. */
export function patchOf(operations: Expression): Expression {
  return each(operations, 'map', 'operation', added =>
    object('JSONPatch', [
      ['op', literal('add')],
      ['path', call('string', at(added, 'path'))],
      ['value', at(added, 'value')],
    ]),
  );
}

/** Adds to a list, or the list where the pod has none. */
export function append(path: string, present: Expression, values: Expression): Expression {
  return bind(dyn(values), 'added', added =>
    conditional(
      equals(size(added), 0),
      list(),
      conditional(
        method(present, 'hasValue'),
        each(added, 'map', 'value', value => operation(`${path}/-`, value)),
        list(operation(path, added)),
      ),
    ),
  );
}

/** Sets an annotation. */
export function annotation(key: Expression, value: Expression): Expression {
  return operation(concat('/metadata/annotations/', escapedKey(key)), value);
}

/** A key as a part of a path, as RFC 6901 wants it. */
function escapedKey(key: Expression): Expression {
  const tilde = method(key, 'replace', literal('~'), literal('~0'));
  return method(tilde, 'replace', literal('/'), literal('~1'));
}
