/** The keys of annotations: injection/request/annotation-keys.ts in CEL. */
import { annotationPrefix } from '../../injection/request/annotation-keys.ts';
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import { equals, literal, method, or } from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';

/** The key up to its first dot, which asks for the instance. */
export function switchKey(key: Expression): Expression {
  return method(key, 'find', literal('^sidecar[.]io/[^.]*'));
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
