/** A sidecar whose own volumes are those of the app. */
import {
  at,
  bind,
  conditional,
  dyn,
  each,
  eachPair,
  entry,
  equals,
  isIn,
  list,
  literal,
  mapOf,
  mapWhere,
  method,
  none,
  not,
  optionalAt,
  optionalEntry,
  optionalField,
  or,
  orValue,
  size,
  some,
} from '../cel/build-expression.ts';
import type { Expression, MapEntry } from '../cel/expression.ts';
import { isAtOrBelow } from './paths.ts';
import { parts } from './rendered-sidecar.ts';
import { isShared } from './shared-volumes.ts';

/** The mount that a volume is taken for, as an optional map of name, mountPath and perhaps subPath. */
export function mountFor(place: Expression): Expression {
  const asked = optionalAt(place, 'asked');
  const mounts = at(place, 'mounts');
  const own = mapOf([
    entry('name', dyn(at(place, 'volume'))),
    entry('mountPath', dyn(method(asked, 'value'))),
  ]);
  const ofApp = bind(at(at(mounts, 0), 'mount'), 'mount', mount =>
    mapOf([
      entry('name', dyn(at(mount, 'name'))),
      entry('mountPath', dyn(at(mount, 'mountPath'))),
      optionalEntry('subPath', optionalField(mount, 'subPath')),
    ]),
  );
  return conditional(
    method(asked, 'hasValue'),
    conditional(isAtOrBelow(at(place, 'at'), orValue(asked, '')), some(dyn(own)), none),
    conditional(equals(size(mounts), 0), none, some(dyn(ofApp))),
  );
}

/** The sidecar with the mounts of the app in its containers and in what is known of its volumes. */
export function placedSidecar(adoption: Expression): Expression {
  const sidecar = at(adoption, 'sidecar');
  const found = mapWhere(
    at(adoption, 'places'),
    'place',
    place => method(mountFor(place), 'hasValue'),
    place =>
      mapOf([
        entry('volume', dyn(at(place, 'volume'))),
        entry('mount', dyn(method(mountFor(place), 'value'))),
      ]),
  );
  return bind(found, 'places', places =>
    eachPair(sidecar, 'transformMap', ['part', 'value'], (part, value) =>
      conditional(
        isIn(part, list(literal(parts.initContainers), literal(parts.containers))),
        dyn(each(value, 'map', 'own', container => placedContainer(container, places))),
        conditional(
          equals(part, parts.volumes),
          dyn(each(value, 'map', 'volume', volume => placedVolume(volume, places))),
          dyn(value),
        ),
      ),
    ),
  );
}

/** What a volume is taken for, in a list that is empty where it is taken for nothing. */
function placesNamed(places: Expression, volume: Expression): Expression {
  return mapWhere(
    places,
    'place',
    place => equals(at(place, 'volume'), volume),
    place => at(place, 'mount'),
  );
}

function placedContainer(container: Expression, places: Expression): Expression {
  return eachPair(container, 'transformMap', ['field', 'content'], (key, value) =>
    conditional(
      equals(key, 'volumeMounts'),
      dyn(
        each(value, 'map', 'mount', mount =>
          bind(placesNamed(places, at(mount, 'name')), 'found', found =>
            conditional(equals(size(found), 0), dyn(mount), dyn(placedMount(mount, at(found, 0)))),
          ),
        ),
      ),
      dyn(value),
    ),
  );
}

function placedMount(own: Expression, place: Expression): Expression {
  const kept = ['readOnly', 'mountPropagation', 'recursiveReadOnly', 'subPathExpr'].map(
    (key): MapEntry => optionalEntry(key, optionalAt(own, key)),
  );
  const subPath = method(nonEmpty(optionalAt(place, 'subPath')), 'or', optionalAt(own, 'subPath'));
  return mapOf([
    entry('name', dyn(at(place, 'name'))),
    entry('mountPath', dyn(at(place, 'mountPath'))),
    optionalEntry('subPath', subPath),
    ...kept,
  ]);
}

function placedVolume(volume: Expression, places: Expression): Expression {
  return bind(placesNamed(places, at(at(volume, 'volume'), 'name')), 'found', found =>
    conditional(
      or(not(isShared(volume)), equals(size(found), 0)),
      dyn(volume),
      dyn(
        bind(at(found, 0), 'place', place =>
          mapOf([
            entry(
              'volume',
              dyn(
                eachPair(at(volume, 'volume'), 'transformMap', ['field', 'content'], (key, value) =>
                  conditional(equals(key, 'name'), dyn(at(place, 'name')), dyn(value)),
                ),
              ),
            ),
            entry(
              'shared',
              dyn(
                mapOf([
                  entry('isMain', dyn(at(at(volume, 'shared'), 'isMain'))),
                  entry('isFixed', dyn(at(at(volume, 'shared'), 'isFixed'))),
                  entry('at', dyn(at(place, 'mountPath'))),
                  optionalEntry('subPath', nonEmpty(optionalAt(place, 'subPath'))),
                ]),
              ),
            ),
          ]),
        ),
      ),
    ),
  );
}

function nonEmpty(optional: Expression): Expression {
  return conditional(equals(orValue(optional, ''), ''), none, optional);
}
