/** The mounts through which the app sees a place. */
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import {
  and,
  at,
  bind,
  concatAll,
  conditional,
  dyn,
  each,
  entry,
  equals,
  list,
  literal,
  mapOf,
  method,
  none,
  not,
  optionalAt,
  or,
  orValue,
  size,
  variable,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { isAuthored } from './authorship.ts';
import { requestKey } from './instance-keys.ts';
import { isAtOrBelow, withoutTrailingSlash } from './paths.ts';
import { containers } from './pod.ts';
import { isWriter, parts } from './rendered-sidecar.ts';
import { requestKeys } from './requests.ts';
import { isMain } from './shared-volumes.ts';
import { isOfApp } from './status.ts';
import { isReadOnly, isReadOnlyVolume, mountsOf } from './volume-facts.ts';

/**
 * The mounts through which the app sees that place, of each container the nearest: those that can be written, or else those
 * through which it reads what the sidecar writes.
 */
export function coveringMounts(
  sidecar: Expression,
  volume: Expression,
  { place, definition }: { readonly place: Expression; readonly definition: SidecarDefinition },
): Expression {
  const instance = at(sidecar, parts.instance);
  const texts = at(at(instance, requestKey), requestKeys.texts);
  const wanted = conditional(isMain(volume), optionalAt(texts, 'volume'), none);
  const apps = each(containers, 'filter', 'container', container =>
    and(isOfApp(container), isAuthored(at(container, 'name'))),
  );
  const covering = concatAll(
    each(apps, 'map', 'container', container => nearestMount(container, place, wanted)),
  );
  return bind(covering, 'candidates', candidates =>
    bind(
      each(candidates, 'filter', 'candidate', candidate => not(isReadOnly(at(candidate, 'mount')))),
      'written',
      written =>
        conditional(
          or(not(equals(size(written), 0)), not(isToRead(sidecar, volume, definition))),
          written,
          each(candidates, 'filter', 'candidate', candidate =>
            and(
              equals(
                withoutTrailingSlash(at(at(candidate, 'mount'), 'mountPath')),
                withoutTrailingSlash(place),
              ),
              isWritable(at(at(candidate, 'mount'), 'name')),
            ),
          ),
        ),
    ),
  );
}

/** The one of a container that is nearest to the place, with its container; no other volume than the wanted one counts. */
function nearestMount(container: Expression, place: Expression, wanted: Expression): Expression {
  const covering = each(mountsOf(container), 'filter', 'mount', mount =>
    isAtOrBelow(place, at(mount, 'mountPath')),
  );
  const asWanted = (nearest: Expression) =>
    conditional(
      equals(orValue(wanted, at(nearest, 'name')), at(nearest, 'name')),
      list(mapOf([entry('container', dyn(at(container, 'name'))), entry('mount', dyn(nearest))])),
      list(),
    );
  return bind(covering, 'covering', found =>
    bind(
      each(found, 'map', 'mount', mount => size(at(mount, 'mountPath'))),
      'lengths',
      lengths =>
        conditional(
          equals(size(found), 0),
          list(),
          bind(
            at(
              each(found, 'filter', 'mount', mount =>
                equals(size(at(mount, 'mountPath')), method(lengths, 'max')),
              ),
              0,
            ),
            'nearest',
            asWanted,
          ),
        ),
    ),
  );
}

function isToRead(
  sidecar: Expression,
  volume: Expression,
  { isMountReadOnly }: SidecarDefinition,
): Expression {
  if (!isMountReadOnly) return literal(false);
  return isWriter(sidecar, at(at(volume, 'volume'), 'name'));
}

function isWritable(volume: Expression): Expression {
  return each(variable('podVolumes'), 'exists', 'declared', declared =>
    and(equals(at(declared, 'name'), volume), not(isReadOnlyVolume(declared))),
  );
}
