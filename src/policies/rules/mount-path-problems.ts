/** Paths at which no container can mount something. */
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import {
  and,
  at,
  bind,
  concat,
  each,
  equals,
  isIn,
  list,
  literal,
  mapWhere,
  method,
  not,
  or,
  size,
} from '../cel/build-expression.ts';
import type { Expression, ListEntry } from '../cel/expression.ts';
import { plainName } from '../parameters/plain-name.ts';
import { keyOfInstance, switchOfSidecar } from './instance-keys.ts';
import { isAtOrBelow, withoutTrailingSlash } from './paths.ts';
import { problemIf } from './problems.ts';
import { allContainersOf, parts } from './rendered-sidecar.ts';
import { hasPlace, isMain, isShared, placeOf } from './shared-volumes.ts';
import { mountsOf } from './volume-facts.ts';

/** No container starts with these. */
export function mountPathProblems(
  sidecar: Expression,
  { parameters }: SidecarDefinition,
): readonly ListEntry[] {
  if (!parameters.get('mount')?.isCommon) return [];
  const instance = at(sidecar, parts.instance);
  const further = mapWhere(
    at(sidecar, parts.volumes),
    'volume',
    volume =>
      and(isShared(volume), not(isMain(volume)), not(at(at(volume, 'shared'), 'isFixed')), hasPlace(volume)),
    placeOf,
  );
  const isFatal = (path: Expression) => or(equals(path, '/dev'), isAtOrBelow(path, literal('/proc')));
  const all = concat(list(at(instance, 'mount')), further);
  return [
    problemIf(
      and(isIn('mount', instance), each(all, 'exists', 'path', isFatal)),
      'mount-path-taken',
      'annotation ',
      keyOfInstance(instance, 'mount'),
      ': a container with a mount at ',
      plainName(at(instance, 'mount')),
      ' never starts; choose another path',
    ),
  ];
}

/** The sidecar itself would mount two things at one path. */
export function ownMountProblems(sidecar: Expression): readonly ListEntry[] {
  const isTwice = each(allContainersOf(sidecar), 'exists', 'own', container =>
    bind(
      each(mountsOf(container), 'map', 'mount', mount => withoutTrailingSlash(at(mount, 'mountPath'))),
      'paths',
      paths => not(equals(size(paths), size(method(paths, 'distinct')))),
    ),
  );
  return [
    problemIf(
      isTwice,
      'mount-path-twice',
      'annotation ',
      switchOfSidecar(sidecar),
      ': the sidecar mounts something of its own at that path; use another directory',
    ),
  ];
}
