/** The mounts that annotations ask for in containers of the app: merge/mount-volume.ts in CEL. */
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import {
  and,
  at,
  binary,
  bind,
  concatAll,
  conditional,
  dyn,
  each,
  entry,
  equals,
  isIn,
  list,
  literal,
  mapOf,
  mapWhere,
  none,
  not,
  optionalAt,
  optionalEntry,
  optionalField,
  or,
  orValue,
  size,
  variable,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { plainName } from '../parameters/plain-name.ts';
import { isAskable } from './chosen-containers.ts';
import { keyOfInstance } from './instance-keys.ts';
import { withoutTrailingSlash } from './paths.ts';
import { problem } from './problems.ts';
import { parts } from './rendered-sidecar.ts';
import { hasPlace, isMain, isShared, placeOf as sharedPlaceOf } from './shared-volumes.ts';
import { mountsOf } from './volume-facts.ts';

/** Every mount that is asked for: of each sidecar, in each chosen container, of each volume that the app sees. */
export function wantedMounts(definition: SidecarDefinition): Expression {
  if (!isAskable(definition, 'mount')) return list();
  return concatAll(
    each(variable('choices'), 'map', 'choice', chosen =>
      concatAll(
        each(at(chosen, 'places'), 'map', 'place', place =>
          mapWhere(
            at(at(chosen, 'sidecar'), parts.volumes),
            'volume',
            volume =>
              and(
                isIn('mount', at(at(chosen, 'sidecar'), parts.instance)),
                isShared(volume),
                or(isMain(volume), hasPlace(volume)),
              ),
            volume =>
              mapOf([
                entry('instance', dyn(at(at(chosen, 'sidecar'), parts.instance))),
                entry('place', dyn(place)),
                entry('mount', dyn(wantedMount(chosen, volume, definition))),
              ]),
          ),
        ),
      ),
    ),
  );
}

function wantedMount(
  chosen: Expression,
  volume: Expression,
  { isMountReadOnly }: SidecarDefinition,
): Expression {
  const asked = at(at(at(chosen, 'sidecar'), parts.instance), 'mount');
  const path = conditional(isMain(volume), asked, sharedPlaceOf(volume));
  const subPath = conditional(isMain(volume), none, optionalAt(at(volume, 'shared'), 'subPath'));
  return mapOf([
    entry('name', dyn(at(at(volume, 'volume'), 'name'))),
    entry('mountPath', dyn(path)),
    optionalEntry('subPath', subPath),
    ...(isMountReadOnly ? [entry('readOnly', dyn(literal(true)))] : []),
  ]);
}

/** What the container mounts at the path, in a list that is empty where it mounts nothing there. */
function occupants(wanted: Expression): Expression {
  const { container, path } = placeOf(wanted);
  return each(mountsOf(container), 'filter', 'mount', mount =>
    equals(withoutTrailingSlash(at(mount, 'mountPath')), path),
  );
}

function hasDevice(wanted: Expression): Expression {
  const { container, path } = placeOf(wanted);
  return each(orValue(optionalField(container, 'volumeDevices'), list()), 'exists', 'device', device =>
    equals(withoutTrailingSlash(at(device, 'devicePath')), path),
  );
}

function placeOf(wanted: Expression): { readonly container: Expression; readonly path: Expression } {
  const found = at(wanted, 'wanted');
  return { container: at(at(found, 'place'), 'container'), path: at(at(found, 'mount'), 'mountPath') };
}

/** Those that are asked for earlier at the same place. */
function earlierMounts(wanted: Expression): Expression {
  const { container, path } = placeOf(wanted);
  return each(variable('wantedMounts'), 'filter', 'other', other =>
    and(
      binary('<', at(other, 'position'), at(wanted, 'position')),
      equals(at(placeOf(other).container, 'name'), at(container, 'name')),
      equals(placeOf(other).path, path),
    ),
  );
}

/** Whether nothing is at that place yet. */
export function isAddedMount(wanted: Expression): Expression {
  return and(
    equals(size(occupants(wanted)), 0),
    not(hasDevice(wanted)),
    equals(size(earlierMounts(wanted)), 0),
  );
}

/** Something else is at that place. */
export function mountProblems(): Expression {
  const nameOf = (wanted: Expression) => at(at(at(wanted, 'wanted'), 'mount'), 'name');
  const isTaken = (wanted: Expression) =>
    bind(occupants(wanted), 'occupants', found =>
      conditional(
        not(equals(size(found), 0)),
        not(equals(at(at(found, 0), 'name'), nameOf(wanted))),
        or(
          hasDevice(wanted),
          each(earlierMounts(wanted), 'exists', 'first', first => not(equals(nameOf(first), nameOf(wanted)))),
        ),
      ),
    );
  return mapWhere(variable('wantedMounts'), 'wanted', isTaken, wanted =>
    problem(
      'mount-path-taken',
      'annotation ',
      keyOfInstance(at(at(wanted, 'wanted'), 'instance'), 'mount'),
      ': container ',
      plainName(at(placeOf(wanted).container, 'name')),
      ' has something at ',
      plainName(placeOf(wanted).path),
      ' already; choose another path',
    ),
  );
}
