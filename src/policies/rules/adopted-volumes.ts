/** Shared volumes that are known by their places in the app: merge/adopt-volume.ts in CEL. */
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import {
  and,
  at,
  bind,
  concat,
  concatAll,
  conditional,
  dyn,
  each,
  entry,
  equals,
  list,
  mapOf,
  mapWhere,
  none,
  optionalAt,
  optionalEntry,
  size,
  variable,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { placedSidecar } from './adopted-mounts.ts';
import { isTwice, placeProblems } from './adoption-problems.ts';
import { coveringMounts } from './covering-mounts.ts';
import { switchOfInstance } from './instance-keys.ts';
import { problemIf, problemList } from './problems.ts';
import { parts } from './rendered-sidecar.ts';
import { hasPlace, isMain, isShared, placeOf } from './shared-volumes.ts';
import type { Variable } from './variable.ts';
import { hasPlacedVolume } from './volumes.ts';

/**
 * `sidecars`: what was rendered, with the mounts of the app in place of its own volumes; `adoptionProblems`: what stands
 * against the choice.
 */
export function adoptionVariables(definition: SidecarDefinition): readonly Variable[] {
  if (!hasPlacedVolume(definition)) {
    return [
      ['sidecars', variable('rendered')],
      ['adoptionProblems', list()],
    ];
  }
  return [
    [
      'adoptions',
      each(variable('rendered'), 'map', 'sidecar', sidecar =>
        mapOf([entry('sidecar', dyn(sidecar)), entry('places', dyn(placesOf(sidecar, definition)))]),
      ),
    ],
    [
      'adoptionProblems',
      concatAll(
        each(variable('adoptions'), 'map', 'adoption', adoption =>
          concat(
            concatAll(each(at(adoption, 'places'), 'map', 'place', place => placeProblems(adoption, place))),
            problemList([
              problemIf(
                isTwice(at(adoption, 'places')),
                'shared-volumes-in-one',
                switchOfInstance(at(at(adoption, 'sidecar'), parts.instance)),
                ': two of its volumes would be one of the app',
              ),
            ]),
          ),
        ),
      ),
    ],
    [
      'sidecars',
      conditional(
        equals(size(variable('adoptionProblems')), 0),
        each(variable('adoptions'), 'map', 'adoption', placedSidecar),
        list(),
      ),
    ],
  ];
}

/** Of each shared volume with a place: what is asked for, and the mounts of the app that could be it. */
function placesOf(sidecar: Expression, definition: SidecarDefinition): Expression {
  const instance = at(sidecar, parts.instance);
  return mapWhere(
    at(sidecar, parts.volumes),
    'volume',
    volume => and(isShared(volume), hasPlace(volume)),
    volume =>
      bind(placeOf(volume), 'at', place =>
        mapOf([
          entry('volume', dyn(at(at(volume, 'volume'), 'name'))),
          entry('at', dyn(place)),
          entry('isMain', dyn(isMain(volume))),
          entry('isFixed', dyn(at(at(volume, 'shared'), 'isFixed'))),
          optionalEntry('asked', conditional(isMain(volume), askedMount(definition, instance), none)),
          entry('mounts', dyn(coveringMounts(sidecar, volume, { place, definition }))),
        ]),
      ),
  );
}

function askedMount({ parameters }: SidecarDefinition, instance: Expression): Expression {
  return parameters.get('mount')?.isCommon ? optionalAt(instance, 'mount') : none;
}
