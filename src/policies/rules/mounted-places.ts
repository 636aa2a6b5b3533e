/** Every path in a container of the app at which something is: merge/nested-places.ts in CEL. */
import { defaultMessagePath, tokenTarget } from '../../injection/merge/nested-places.ts';
import { tokenDirectory } from '../../kubernetes/mount-path.ts';
import {
  at,
  bind,
  concat,
  conditional,
  dyn,
  each,
  entry,
  equals,
  list,
  literal,
  mapOf,
  optionalField,
  orValue,
  variable,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { withoutTrailingSlash } from './paths.ts';
import { mountsOf } from './volume-facts.ts';

const hosts = '/etc/hosts';

/** Every path in a container at which something is mounted or made; `mount` where it is one of a volume. */
export function mountedPlaces(place: Expression): Expression {
  const container = at(place, 'container');
  const path = (written: Expression) =>
    conditional(equals(written, '/'), written, withoutTrailingSlash(written));
  const madeOf = (written: Expression, mount: Expression | undefined, isAdded: boolean) =>
    mapOf([
      entry('path', dyn(path(written))),
      ...(mount === undefined ? [] : [entry('mount', dyn(mount))]),
      entry('isAdded', dyn(literal(isAdded))),
    ]);
  const tokens = each(mountsOf(container), 'filter', 'mount', mount =>
    equals(withoutTrailingSlash(at(mount, 'mountPath')), tokenDirectory),
  );
  const messagePath = orValue(optionalField(container, 'terminationMessagePath'), defaultMessagePath);
  return concat(
    each(mountsOf(container), 'map', 'mount', mount => madeOf(at(mount, 'mountPath'), mount, false)),
    each(addedTo(place), 'map', 'added', added =>
      bind(at(at(added, 'wanted'), 'mount'), 'mount', mount => madeOf(at(mount, 'mountPath'), mount, true)),
    ),
    each(orValue(optionalField(container, 'volumeDevices'), list()), 'map', 'device', device =>
      madeOf(at(device, 'devicePath'), undefined, false),
    ),
    conditional(equals(messagePath, ''), list(), list(madeOf(messagePath, undefined, false))),
    each(tokens, 'map', 'mount', () => madeOf(literal(tokenTarget), undefined, false)),
    list(madeOf(literal(hosts), undefined, false)),
  );
}

/** The mounts that annotations add to a container. */
export function addedTo(place: Expression): Expression {
  return each(variable('addedMounts'), 'filter', 'added', added =>
    equals(at(at(at(at(added, 'wanted'), 'place'), 'container'), 'name'), at(at(place, 'container'), 'name')),
  );
}
