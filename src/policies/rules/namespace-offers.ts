/** What the namespace of a pod offers it: injection/inheritance in CEL. */
import { injectParameter, statusAnnotation } from '../../injection/request/annotation-keys.ts';
import {
  and,
  at,
  concat,
  conditional,
  differs,
  each,
  equals,
  field,
  literal,
  mapOf,
  method,
  name,
  not,
  optionalAt,
  optionalField,
  orValue,
  variable,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { isOfAnySidecar, switchKey } from './annotation-keys.ts';
import { isAuthoredAnnotation, managersVariable } from './authorship.ts';
import { annotationsOf, eachKey, own } from './counting-annotations.ts';
import type { Variable } from './variable.ts';

/** What the namespace offers: nothing to a pod for Windows that asks for nothing itself. */
export function inheritedVariables(): readonly Variable[] {
  const all = annotationsOf(name('namespaceObject'));
  return [
    ['asksItself', asksItself()],
    ['offered', conditional(and(isWindows(), not(variable('asksItself'))), mapOf([]), all)],
    managersVariable(),
    ['wasInjected', wasInjected()],
  ];
}

/**
 * Whether the pod came with sidecars. A status that nobody owns was written since, by the policy of another sidecar that the
 * namespace asks for too.
 */
function wasInjected(): Expression {
  const isOfOthers = each(variable('before'), 'exists', 'entry', found =>
    not(method(at(found, 'text'), 'contains', literal('"by":"inject"'))),
  );
  return and(isAuthoredAnnotation(statusAnnotation), isOfOthers);
}

/** Whether the pod has a key of its own that asks for any sidecar, as request/asked-names.ts tells it. */
function asksItself(): Expression {
  return eachKey(own, 'exists', key => {
    const ownKey = switchKey(key);
    return and(
      isOfAnySidecar(key),
      differs(key, concat(ownKey, `.${injectParameter}`)),
      differs(orValue(optionalAt(own, concat(ownKey, `.${injectParameter}`)), ''), 'false'),
      differs(orValue(optionalAt(own, ownKey), ''), 'false'),
    );
  });
}

/** Whether the pod is for Windows, as kubernetes/is-windows-pod.ts tells it. */
export function isWindows(): Expression {
  const spec = field(name('object'), 'spec');
  const selected = orValue(optionalAt(optionalField(spec, 'nodeSelector'), 'kubernetes.io/os'), '');
  return equals(orValue(optionalField(spec, 'os', 'name'), selected), 'windows');
}
