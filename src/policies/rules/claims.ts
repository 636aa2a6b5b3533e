/** The names, ports and volumes that instances of one definition want for themselves. */
import {
  and,
  at,
  concat,
  concatAll,
  dyn,
  each,
  entry,
  equals,
  literal,
  mapOf,
  mapWhere,
  not,
  variable,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { portsOf } from './ports.ts';
import { allContainersOf, isWriter, ownVolumes, parts } from './rendered-sidecar.ts';
import { isShared } from './shared-volumes.ts';

/** All names and ports of the sidecars of this definition, each with the instance that claims it. */
export function claims(sidecars: Expression): Expression {
  const claim = (kind: string, sidecar: Expression, what: Expression) =>
    mapOf([
      entry('kind', dyn(literal(kind))),
      entry('what', dyn(what)),
      entry('instance', dyn(at(at(sidecar, parts.instance), 'name'))),
    ]);
  return concatAll(
    each(sidecars, 'map', 'sidecar', sidecar =>
      concat(
        each(allContainersOf(sidecar), 'map', 'own', container =>
          claim('container', sidecar, at(container, 'name')),
        ),
        each(ownVolumes(sidecar), 'map', 'volume', volume =>
          claim('volume', sidecar, at(at(volume, 'volume'), 'name')),
        ),
        each(portsOf(sidecar), 'map', 'port', port => claim('port', sidecar, port)),
        mapWhere(
          at(sidecar, parts.volumes),
          'volume',
          volume => and(isShared(volume), isWriter(sidecar, at(at(volume, 'volume'), 'name'))),
          volume => claim('write', sidecar, at(at(volume, 'volume'), 'name')),
        ),
      ),
    ),
  );
}

/** Whether another instance before this one, or this one itself, claims the same. */
export function isClaimedTwice(kind: string, what: Expression, instance: Expression): Expression {
  return each(variable('claims'), 'exists', 'claim', claim =>
    and(
      equals(at(claim, 'kind'), kind),
      equals(at(claim, 'what'), what),
      not(equals(at(claim, 'instance'), instance)),
    ),
  );
}
