/** Annotations of others that hold a list, into which a sidecar needs names: patch/list-annotations.ts in CEL. */
import { roleVolumes } from '../../injection/merge/cloud-identity.ts';
import {
  type ListAnnotation as EngineList,
  safeToEvict,
  withoutRole,
  withoutWorkloadIdentity,
  workloadIdentityLabel,
} from '../../injection/patch/list-annotations.ts';
import { tokenDirectory } from '../../kubernetes/mount-path.ts';
import {
  and,
  at,
  concat,
  concatAll,
  conditional,
  each,
  equals,
  isIn,
  list,
  literal,
  mapWhere,
  method,
  name,
  not,
  optionalAt,
  optionalField,
  or,
  orValue,
  size,
  texts,
  variable,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { withoutTrailingSlash } from './paths.ts';
import { allContainersOf, ownVolumes } from './rendered-sidecar.ts';
import { isOnDisk } from './shared-volumes.ts';
import { mountsOf } from './volume-facts.ts';

/** A list that others read in an annotation, and the names that each sidecar needs in it. */
interface ListAnnotation extends Pick<EngineList, 'key' | 'separator'> {
  readonly variable: string;
  readonly namesFor: (sidecar: Expression) => Expression;
}

export const listAnnotations: readonly ListAnnotation[] = [
  {
    ...listed(safeToEvict),
    variable: 'safeToEvict',
    namesFor: sidecar =>
      mapWhere(
        ownVolumes(sidecar),
        'volume',
        volume => isOnDisk(at(volume, 'volume')),
        volume => at(at(volume, 'volume'), 'name'),
      ),
  },
  {
    ...listed(withoutRole),
    variable: 'withoutRole',
    namesFor: sidecar =>
      conditional(
        each(variable('podVolumes'), 'exists', 'declared', declared =>
          isIn(at(declared, 'name'), texts([...roleVolumes])),
        ),
        namesWithoutIdentity(sidecar),
        list(),
      ),
  },
  {
    ...listed(withoutWorkloadIdentity),
    variable: 'withoutWorkloadIdentity',
    namesFor: sidecar =>
      conditional(
        equals(
          orValue(optionalAt(optionalField(name('object'), 'metadata', 'labels'), workloadIdentityLabel), ''),
          'true',
        ),
        namesWithoutIdentity(sidecar),
        list(),
      ),
  },
];

function listed({ key, separator }: EngineList): Pick<EngineList, 'key' | 'separator'> {
  return { key, separator };
}

/** The containers of a sidecar over whose token something is mounted. */
function namesWithoutIdentity(sidecar: Expression): Expression {
  return mapWhere(
    allContainersOf(sidecar),
    'own',
    own =>
      each(mountsOf(own), 'exists', 'mount', mount =>
        equals(withoutTrailingSlash(at(mount, 'mountPath')), tokenDirectory),
      ),
    own => at(own, 'name'),
  );
}

/** Whether a key of an annotation is the user's own, as far as the status says. */
export function isUsers(key: string): Expression {
  return and(
    isIn(key, variable('own')),
    not(method(variable('status'), 'contains', literal(JSON.stringify(key)))),
  );
}

/** Whether an instance needs names in the list. */
export function needsNames({ variable: own }: ListAnnotation, instance: Expression): Expression {
  return each(variable(own), 'exists', 'needed', needed =>
    and(equals(at(needed, 'instance'), instance), not(equals(size(at(needed, 'names')), 0))),
  );
}

/** The names of a list that are not in it yet, each once. */
export function missingNames({ key, separator, variable: own }: ListAnnotation): Expression {
  const all = concatAll(each(variable(own), 'map', 'needed', needed => at(needed, 'names')));
  const known = method(orValue(optionalAt(variable('own'), key), ''), 'split', literal(separator));
  return each(method(all, 'distinct'), 'filter', 'name', found => not(isIn(found, known)));
}

/** What stands behind a list of the user's because of a sidecar. */
export function appendedNames(listed: ListAnnotation, instance: Expression): Expression {
  const ofInstance = concatAll(
    mapWhere(
      variable(listed.variable),
      'needed',
      needed => equals(at(needed, 'instance'), instance),
      needed => at(needed, 'names'),
    ),
  );
  const known = method(
    orValue(optionalAt(variable('own'), listed.key), ''),
    'split',
    literal(listed.separator),
  );
  const isOurs = (found: Expression) =>
    or(
      not(isIn(found, known)),
      method(variable('status'), 'contains', concat(`"${listed.key}:`, found, '"')),
    );
  return conditional(
    isUsers(listed.key),
    mapWhere(ofInstance, 'name', isOurs, found => concat(`${listed.key}:`, found)),
    list(),
  );
}
