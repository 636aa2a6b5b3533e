/** Whether the shared volumes can be written. */
import {
  and,
  at,
  bind,
  concat,
  concatAll,
  conditional,
  each,
  equals,
  list,
  literal,
  method,
  not,
  optionalField,
  or,
  orValue,
  size,
  variable,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { plainName } from '../parameters/plain-name.ts';
import { isClaimedTwice } from './claims.ts';
import { keyOfInstance, switchOfSidecar } from './instance-keys.ts';
import { problemIf, problemList } from './problems.ts';
import { isWriter, parts } from './rendered-sidecar.ts';
import { isMain, isShared } from './shared-volumes.ts';
import { isByPolicy } from './status.ts';
import { isReadOnlyVolume, volumesNamed } from './volume-facts.ts';

/** What the shared volumes are in the pod. */
export function volumeProblems(sidecar: Expression): Expression {
  const instance = at(sidecar, parts.instance);
  const shared = each(at(sidecar, parts.volumes), 'filter', 'volume', isShared);
  return concatAll(
    each(shared, 'map', 'volume', volume =>
      bind(volumesNamed(variable('podVolumes'), at(at(volume, 'volume'), 'name')), 'found', found => {
        const declared = at(found, 0);
        const isThere = not(equals(size(found), 0));
        const name = plainName(at(at(volume, 'volume'), 'name'));
        const advice = conditional(
          isMain(volume),
          concat(', or name another with ', keyOfInstance(instance, 'volume')),
          literal(''),
        );
        return problemList([
          problemIf(
            isOfOther(at(at(volume, 'volume'), 'name'), sidecar),
            'name-clash',
            switchOfSidecar(sidecar),
            ' and another would both add a volume "',
            name,
            '"; choose another instance or volume name',
          ),
          problemIf(
            and(isThere, isReadOnlyVolume(declared)),
            'volume-read-only',
            switchOfSidecar(sidecar),
            ': the volume "',
            name,
            '" is a read-only one; declare an emptyDir',
            advice,
          ),
          problemIf(
            and(isThere, isUnfit(declared)),
            'volume-read-only',
            switchOfSidecar(sidecar),
            ': the volume "',
            name,
            '" is a block device or a claim that cannot be written; declare a file system that can be written',
            advice,
          ),
          problemIf(
            and(
              isWriter(sidecar, at(at(volume, 'volume'), 'name')),
              isClaimedTwice('write', at(at(volume, 'volume'), 'name'), at(instance, 'name')),
            ),
            'volume-shared-twice',
            switchOfSidecar(sidecar),
            ' and another would both write the volume "',
            name,
            '"; give each its own',
            conditional(isMain(volume), concat(' with ', keyOfInstance(instance, 'volume')), literal('')),
          ),
        ]);
      }),
    ),
  );
}

/** Whether a policy has put the volume in for another sidecar: that is no volume of the app, which could be shared. */
function isOfOther(volume: Expression, sidecar: Expression): Expression {
  const own = at(at(sidecar, parts.instance), 'name');
  return each(variable('before'), 'exists', 'entry', found =>
    and(
      isByPolicy(at(found, 'text')),
      not(equals(at(found, 'name'), own)),
      method(
        method(at(found, 'text'), 'find', literal('"volumes":[[][^]]*[]]')),
        'contains',
        concat('"', volume, '"'),
      ),
    ),
  );
}

/** A device of a container, or a claim in which no files can be written. */
function isUnfit(declared: Expression): Expression {
  const isDevice = each(variable('allContainers'), 'exists', 'container', container =>
    each(orValue(optionalField(container, 'volumeDevices'), list()), 'exists', 'device', device =>
      equals(at(device, 'name'), at(declared, 'name')),
    ),
  );
  const claim = optionalField(declared, 'ephemeral', 'volumeClaimTemplate', 'spec');
  const accessModes = orValue(optionalField(claim, 'accessModes'), list());
  return or(
    isDevice,
    equals(orValue(optionalField(claim, 'volumeMode'), ''), 'Block'),
    and(
      not(equals(size(accessModes), 0)),
      each(accessModes, 'all', 'accessMode', mode => equals(mode, 'ReadOnlyMany')),
    ),
  );
}
