/**
 * How the policy that changes pods hands what is wrong to the ones that refuse them: in an annotation. No pod is ever stored
 * with one.
 */
import {
  concat,
  conditional,
  equals,
  isIn,
  list,
  literal,
  mapOf,
  method,
  name,
  object,
  optionalAt,
  optionalField,
  orValue,
  size,
  variable,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { messageText } from './told.ts';

/**
 * Writes problems into the annotation, where they are not in it yet; takes it away where there are none. Maps of CEL have no
 * order, and the same problems are to give the same text.
 */
export function problemOperations(key: string, problems: Expression): Expression {
  const text = messageText(method(problems, 'sort'));
  const told = list(operationAt(annotationPath(key), 'add', text));
  const hasAnnotations = method(optionalField(name('object'), 'metadata', 'annotations'), 'hasValue');
  return conditional(
    equals(size(problems), 0),
    conditional(isIn(key, variable('own')), list(operationAt(annotationPath(key), 'remove')), list()),
    conditional(
      equals(orValue(optionalAt(variable('own'), key), ''), text),
      list(),
      conditional(
        hasAnnotations,
        told,
        concat(list(operationAt('/metadata/annotations', 'add', mapOf([]))), told),
      ),
    ),
  );
}

function annotationPath(key: string): string {
  return `/metadata/annotations/${key.replaceAll('/', '~1')}`;
}

function operationAt(path: string, op: 'add' | 'remove', value?: Expression): Expression {
  return object('JSONPatch', [
    ['op', literal(op)],
    ['path', literal(path)],
    ...(value === undefined ? [] : [['value', value] as const]),
  ]);
}
