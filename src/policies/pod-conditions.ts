/** The conditions under which policies look at a pod at all. */
import { injectAnnotation } from '../injection/request/annotation-keys.ts';
import type { SidecarDefinition } from '../sidecars/definition.ts';
import {
  each,
  equals,
  isIn,
  literal,
  method,
  name,
  not,
  optionalAt,
  orValue,
} from './cel/build-expression.ts';
import type { Expression } from './cel/expression.ts';
import { isOfSidecar } from './rules/annotation-keys.ts';
import { annotationsOf } from './rules/counting-annotations.ts';
import type { Variable } from './rules/variable.ts';

const annotations = annotationsOf(name('object'));

/** A pod without annotations of ours never depends on a policy; in a labelled namespace they may be the namespace's. */
export function conditionsFor(
  definition: Pick<SidecarDefinition, 'name'> | undefined,
  isForLabelled: boolean,
): readonly Variable[] {
  const isOurs = (key: Expression) =>
    definition ? isOfSidecar(key, definition) : method(key, 'startsWith', literal('sidecar.io/'));
  const asks: Variable = ['asks-for-it', each(annotations, 'exists', 'key', isOurs)];
  return [
    ['not-a-mirror-pod', not(isIn('kubernetes.io/config.mirror', annotations))],
    ['not-opted-out', not(equals(orValue(optionalAt(annotations, injectAnnotation), ''), 'false'))],
    ...(isForLabelled ? [] : [asks]),
  ];
}
