/** What is known of a volume of a sidecar, as volumes.ts writes it. */
import {
  and,
  at,
  call,
  conditional,
  differs,
  equals,
  isIn,
  name,
  optionalField,
  orValue,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';

/** Whether a volume is the one that `.volume` and `.mount` are about. */
export function isMain(volume: Expression): Expression {
  return and(isShared(volume), at(at(volume, 'shared'), 'isMain'));
}

/** Whether the app sees a volume. */
export function isShared(volume: Expression): Expression {
  return isIn('shared', volume);
}

/** Whether a volume is an emptyDir on the disk of the node. */
export function isOnDisk(volume: Expression): Expression {
  return and(
    isIn('emptyDir', volume),
    differs(orValue(optionalField(volume, 'emptyDir', 'medium'), ''), 'Memory'),
  );
}

/** Whether somebody says where the app sees a shared volume. */
export function hasPlace(volume: Expression): Expression {
  return isIn('at', at(volume, 'shared'));
}

/** Where the app sees it: a path, or a list of one. */
export function placeOf(volume: Expression): Expression {
  const place = at(at(volume, 'shared'), 'at');
  return conditional(equals(call('type', place), name('list')), at(place, 0), place);
}
