/** A sidecar that was rendered, as a map of its parts, and what is to be known of it. */
import { and, at, concat, each, equals, not, variable } from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { isShared } from './shared-volumes.ts';
import { isReadOnly, mountsOf } from './volume-facts.ts';

/** The keys of a rendered sidecar, in the order in which what they hold is made. */
export const parts = {
  instance: 'instance',
  mode: 'mode',
  initContainers: 'initContainers',
  containers: 'containers',
  volumes: 'volumes',
  annotations: 'annotations',
  env: 'env',
  content: 'content',
} as const;

/** All containers of a sidecar, in the order in which they start. */
export function allContainersOf(sidecar: Expression): Expression {
  return concat(at(sidecar, parts.initContainers), at(sidecar, parts.containers));
}

/** Whether a sidecar writes to a volume. */
export function isWriter(sidecar: Expression, volume: Expression): Expression {
  return each(allContainersOf(sidecar), 'exists', 'own', container =>
    each(mountsOf(container), 'exists', 'mount', mount =>
      and(equals(at(mount, 'name'), volume), not(isReadOnly(mount))),
    ),
  );
}

/** The volumes that it adds: a shared one that the pod declares is used as it is. */
export function ownVolumes(sidecar: Expression): Expression {
  return each(at(sidecar, parts.volumes), 'filter', 'volume', volume =>
    not(and(isShared(volume), isDeclared(at(at(volume, 'volume'), 'name')))),
  );
}

function isDeclared(volume: Expression): Expression {
  return each(variable('podVolumes'), 'exists', 'declared', declared => equals(at(declared, 'name'), volume));
}
