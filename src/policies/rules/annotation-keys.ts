/** The keys of annotations: injection/request/annotation-keys.ts in CEL. */
import {
  annotationPrefix,
  injectAnnotation,
  propagatedAnnotation,
  statusAnnotation,
} from '../../injection/request/annotation-keys.ts';
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import { and, equals, integer, isIn, literal, method, not, or, texts } from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';

/** The key up to its first dot, which asks for the instance. */
export function switchKey(key: Expression): Expression {
  return method(key, 'find', literal('^sidecar[.]io/[^.]*'));
}

/** The name of the instance that a {@link switchKey} asks for, as its container has it. */
export function instanceName(ownKey: Expression): Expression {
  const name = method(ownKey, 'substring', integer(annotationPrefix.length));
  return method(name, 'replace', literal('_'), literal('-'));
}

/** Whether a key is one of any sidecar. */
export function isOfAnySidecar(key: Expression): Expression {
  return and(
    method(key, 'startsWith', literal(annotationPrefix)),
    not(isIn(key, texts([injectAnnotation, statusAnnotation, propagatedAnnotation]))),
  );
}

/** Whether a key is one of this sidecar. */
export function isOfSidecar(key: Expression, { name: sidecar }: Pick<SidecarDefinition, 'name'>): Expression {
  const base = `${annotationPrefix}${sidecar}`;
  return or(
    equals(key, base),
    method(key, 'startsWith', literal(`${base}.`)),
    method(key, 'startsWith', literal(`${base}_`)),
  );
}
