/** Who wrote the annotations of a pod template: workloads/annotation-managers.ts in CEL. */
import { propagatedAnnotation } from '../../injection/request/annotation-keys.ts';
import {
  and,
  concat,
  conditional,
  each,
  equals,
  isIn,
  method,
  optionalAt,
  optionalField,
  or,
  orValue,
  texts,
  variable,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';

/** How a field manager wrote: Apply or Update. */
export function operationOf(manager: Expression): Expression {
  return orValue(optionalField(manager, 'operation'), '');
}

function fieldsOf(manager: Expression, path: readonly string[]): Expression {
  return path.reduce<Expression>(
    (inner, step) => optionalAt(inner, `f:${step}`),
    optionalField(manager, 'fieldsV1'),
  );
}

/** Whether a writer has brought our own memory along. */
export function hasMemory(manager: Expression): Expression {
  return method(
    optionalAt(fieldsOf(manager, ['metadata', 'annotations']), `f:${propagatedAnnotation}`),
    'hasValue',
  );
}

/** Whether an update put back an earlier state, as workloads/annotation-managers.ts tells it. */
export function isUndo(manager: Expression): Expression {
  const isOfUndo = isIn(
    orValue(optionalField(manager, 'manager'), ''),
    texts(['kubectl', 'kubectl-argo-rollouts']),
  );
  return and(equals(operationOf(manager), 'Update'), or(isOfUndo, hasMemory(manager)));
}

/** Whether such a field manager has the annotation of the template among its own. */
export function isOwned(key: Expression, isMeant: (manager: Expression) => Expression): Expression {
  const ofTemplate = (manager: Expression) =>
    conditional(
      variable('isNested'),
      fieldsOf(manager, ['spec', 'jobTemplate', 'spec', 'template', 'metadata', 'annotations']),
      fieldsOf(manager, ['spec', 'template', 'metadata', 'annotations']),
    );
  return each(variable('managers'), 'exists', 'manager', manager =>
    and(isMeant(manager), method(optionalAt(ofTemplate(manager), concat('f:', key)), 'hasValue')),
  );
}
