/** What lies below a shared volume in a container of the app: merge/check-nested-mounts.ts in CEL, as far as it refuses. */
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import {
  and,
  at,
  concat,
  concatAll,
  dyn,
  each,
  entry,
  equals,
  isIn,
  list,
  mapOf,
  mapWhere,
  not,
  or,
  size,
  variable,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { addedTo, mountedPlaces } from './mounted-places.ts';
import { judged } from './nesting-problems.ts';
import { parts } from './rendered-sidecar.ts';
import { isShared } from './shared-volumes.ts';
import { isOfApp } from './status.ts';
import type { Variable } from './variable.ts';
import { isReadOnly, mountsOf } from './volume-facts.ts';

/**
 * `sharedNames`: the volumes that the app sees; `written`: those that it writes; `nested`: the containers to look at, each
 * with all places in it; `nestingProblems`.
 */
export function nestingVariables(definition: SidecarDefinition): readonly Variable[] {
  if (!definition.parameters.get('mount')?.isCommon) return [['nestingProblems', list()]];
  const apps = each(variable('places'), 'filter', 'place', place => isOfApp(at(place, 'container')));
  return [
    [
      'sharedNames',
      concatAll(
        each(variable('sidecars'), 'map', 'sidecar', sidecar =>
          mapWhere(at(sidecar, parts.volumes), 'volume', isShared, volume =>
            at(at(volume, 'volume'), 'name'),
          ),
        ),
      ),
    ],
    [
      'written',
      concatAll(
        each(apps, 'map', 'place', place =>
          mapWhere(
            mountsOf(at(place, 'container')),
            'mount',
            mount => not(isReadOnly(mount)),
            mount => at(mount, 'name'),
          ),
        ),
      ),
    ],
    ['allVolumes', allVolumes()],
    [
      'nested',
      mapWhere(
        apps,
        'place',
        place =>
          or(
            not(equals(size(addedTo(place)), 0)),
            each(mountsOf(at(place, 'container')), 'exists', 'mount', mount =>
              and(isReadOnly(mount), isIn(at(mount, 'name'), variable('sharedNames'))),
            ),
          ),
        place =>
          mapOf([
            entry('container', dyn(at(place, 'container'))),
            entry('places', dyn(mountedPlaces(place))),
          ]),
      ),
    ],
    [
      'nestingProblems',
      concatAll(
        each(variable('nested'), 'map', 'found', found =>
          concatAll(each(at(found, 'places'), 'map', 'inner', inner => judged(found, inner))),
        ),
      ),
    ],
  ];
}

/** Those of the pod, and behind them those that it gets. */
function allVolumes(): Expression {
  const added = concatAll(
    each(variable('sidecars'), 'map', 'sidecar', sidecar =>
      each(at(sidecar, parts.volumes), 'map', 'volume', volume => at(volume, 'volume')),
    ),
  );
  return concat(dyn(variable('podVolumes')), dyn(added));
}
