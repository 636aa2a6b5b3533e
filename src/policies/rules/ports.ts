/** The ports of containers. */
import { at, call, concat, concatAll, each, list, optionalField, orValue } from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { parts } from './rendered-sidecar.ts';
import { isNative } from './traits.ts';

/** The ports of the containers that run beside the app, as `80/TCP`. */
export function portsOf(sidecar: Expression): Expression {
  const native = each(at(sidecar, parts.initContainers), 'filter', 'own', isNative);
  return concatAll(each(concat(native, at(sidecar, parts.containers)), 'map', 'own', portsIn));
}

/** Those of one container. */
export function portsIn(container: Expression): Expression {
  return each(orValue(optionalField(container, 'ports'), list()), 'map', 'port', port =>
    concat(call('string', at(port, 'containerPort')), '/', orValue(optionalField(port, 'protocol'), 'TCP')),
  );
}
