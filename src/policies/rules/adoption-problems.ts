/** What stands against a mount of the app that a shared volume is known by. */
import {
  and,
  at,
  bind,
  concat,
  conditional,
  each,
  equals,
  literal,
  mapWhere,
  method,
  not,
  optionalAt,
  optionalField,
  orValue,
  size,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { plainName } from '../parameters/plain-name.ts';
import { mountFor } from './adopted-mounts.ts';
import { keyOfInstance, switchOfInstance } from './instance-keys.ts';
import { isAtOrBelow } from './paths.ts';
import { problemIf, problemList } from './problems.ts';
import { parts } from './rendered-sidecar.ts';

/** What stands against the mounts of the app over one place. */
export function placeProblems(adoption: Expression, place: Expression): Expression {
  const instance = at(at(adoption, 'sidecar'), parts.instance);
  const asked = optionalAt(place, 'asked');
  const isAsked = method(asked, 'hasValue');
  const mounts = at(place, 'mounts');
  const first = at(mounts, 0);
  const isOther = each(mounts, 'exists', 'candidate', candidate =>
    not(isSame(at(candidate, 'mount'), at(first, 'mount'))),
  );
  const hasMount = and(not(isAsked), not(equals(size(mounts), 0)));
  const key = switchOfInstance(instance);
  return problemList([
    problemIf(
      and(isAsked, not(at(place, 'isFixed')), not(isAtOrBelow(at(place, 'at'), orValue(asked, '')))),
      'invalid-value',
      'annotation ',
      keyOfInstance(instance, 'mount'),
      ': got ',
      concat('"', plainName(orValue(asked, '')), '"'),
      '; use ',
      plainName(at(place, 'at')),
      ' or a directory above it',
    ),
    problemIf(
      and(hasMount, isOther),
      'volume-ambiguous',
      key,
      ': containers mount different things over ',
      plainName(at(place, 'at')),
      conditional(
        at(place, 'isMain'),
        concat('; name the volume with ', keyOfInstance(instance, 'volume')),
        literal('; mount the same in both'),
      ),
    ),
    problemIf(
      and(
        hasMount,
        not(isOther),
        not(equals(orValue(optionalField(at(first, 'mount'), 'subPathExpr'), ''), '')),
      ),
      'volume-ambiguous',
      key,
      ': container ',
      plainName(at(first, 'container')),
      ' mounts ',
      plainName(at(place, 'at')),
      ' with subPathExpr, which only it can read; use subPath',
    ),
  ]);
}

function isSame(a: Expression, b: Expression): Expression {
  const subPath = (mount: Expression) => orValue(optionalField(mount, 'subPath'), '');
  return and(
    equals(at(a, 'name'), at(b, 'name')),
    equals(at(a, 'mountPath'), at(b, 'mountPath')),
    equals(subPath(a), subPath(b)),
  );
}

/** Whether two volumes of a sidecar would be one of the app. */
export function isTwice(places: Expression): Expression {
  return bind(
    mapWhere(
      places,
      'place',
      place => method(mountFor(place), 'hasValue'),
      place => at(method(mountFor(place), 'value'), 'name'),
    ),
    'names',
    names => not(equals(size(names), size(method(names, 'distinct')))),
  );
}
