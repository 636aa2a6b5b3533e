/** Whether the ports of a sidecar are free. */
import {
  and,
  at,
  concat,
  concatAll,
  each,
  equals,
  isIn,
  literal,
  mapWhere,
  not,
  optionalField,
  or,
  orValue,
  size,
} from '../cel/build-expression.ts';
import type { Expression, ListEntry } from '../cel/expression.ts';
import { isClaimedTwice } from './claims.ts';
import { requestKey, switchOfSidecar } from './instance-keys.ts';
import { containers, initContainers, spec } from './pod.ts';
import { portsIn, portsOf } from './ports.ts';
import { problemIf } from './problems.ts';
import { parts } from './rendered-sidecar.ts';
import { requestKeys } from './requests.ts';
import { isNative } from './traits.ts';

/** Ports that another container has, or another sidecar. */
export function portProblems(sidecar: Expression): Expression {
  const running = concat(each(initContainers, 'filter', 'container', isNative), containers);
  const taken = concatAll(each(running, 'map', 'container', portsIn));
  const instance = at(at(sidecar, parts.instance), 'name');
  return mapWhere(
    portsOf(sidecar),
    'port',
    port => or(isIn(port, taken), isClaimedTwice('port', port, instance)),
    port =>
      concat(
        switchOfSidecar(sidecar),
        ': another container has the port ',
        port,
        ' already; containers of a pod share their ports, so move one of them (port-taken)',
      ),
  );
}

/** Whoever made the pod did not ask for it. */
export function nodePortProblem(sidecar: Expression): ListEntry {
  const request = at(at(sidecar, parts.instance), requestKey);
  return problemIf(
    and(
      orValue(optionalField(spec, 'hostNetwork'), literal(false)),
      at(request, requestKeys.isInherited),
      not(equals(size(portsOf(sidecar)), 0)),
    ),
    'port-of-node',
    switchOfSidecar(sidecar),
    ': hostNetwork would make its ports ports of the node',
  );
}
