/** Whether sidecars fit into the pod as it is: the checks of injection/merge that refuse, in CEL. */
import { maxShared } from '../../injection/render/check-sharing.ts';
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import {
  and,
  at,
  binary,
  call,
  concat,
  concatAll,
  each,
  equals,
  integer,
  isIn,
  not,
  size,
  variable,
} from '../cel/build-expression.ts';
import type { Expression, ListEntry } from '../cel/expression.ts';
import { claims } from './claims.ts';
import { keyOfInstance, requestKey, switchOfSidecar } from './instance-keys.ts';
import { mountPathProblems, ownMountProblems } from './mount-path-problems.ts';
import { nameProblems } from './name-problems.ts';
import { isWindows } from './namespace-offers.ts';
import { containers } from './pod.ts';
import { nodePortProblem, portProblems } from './port-problems.ts';
import { problemIf, problemList } from './problems.ts';
import { parts } from './rendered-sidecar.ts';
import { requestKeys } from './requests.ts';
import { isMain, isShared } from './shared-volumes.ts';
import type { Variable } from './variable.ts';
import { volumeProblems } from './volume-problems.ts';

/** `fitProblems`: what of the pod stands against the sidecars, but for mounts and variables that annotations ask for. */
export function fitVariables(definition: SidecarDefinition, inherits: boolean): readonly Variable[] {
  const sidecars = variable('sidecars');
  const groups: readonly (readonly [name: string, problemsOf: (sidecar: Expression) => Expression])[] = [
    ['nameProblems', sidecar => problemList([...podProblems(sidecar), nameProblems(sidecar)])],
    [
      'sharingProblems',
      sidecar =>
        problemList([...sharingProblems(sidecar, definition), ...mountPathProblems(sidecar, definition)]),
    ],
    ['volumeProblems', volumeProblems],
    [
      'portProblems',
      sidecar =>
        problemList([
          portProblems(sidecar),
          ...(inherits ? [nodePortProblem(sidecar)] : []),
          ...ownMountProblems(sidecar),
        ]),
    ],
  ];
  return [
    ['claims', claims(sidecars)],
    ...groups.map(
      ([key, problemsOf]): Variable => [key, concatAll(each(sidecars, 'map', 'sidecar', problemsOf))],
    ),
    ['fitProblems', concat(...groups.map(([key]) => variable(key)))],
  ];
}

function podProblems(sidecar: Expression): readonly ListEntry[] {
  const windows = isWindows();
  return [
    problemIf(
      windows,
      'windows-pod',
      switchOfSidecar(sidecar),
      ': the pod is for Windows, the sidecar runs on Linux; remove the annotation',
    ),
    problemIf(
      and(not(windows), equals(size(containers), 0)),
      'no-containers',
      switchOfSidecar(sidecar),
      ': the pod has no containers; write at least one to spec.containers',
    ),
  ];
}

function sharingProblems(sidecar: Expression, definition: SidecarDefinition): readonly ListEntry[] {
  const instance = at(sidecar, parts.instance);
  const set = at(at(instance, requestKey), requestKeys.texts);
  const shared = each(at(sidecar, parts.volumes), 'filter', 'volume', isShared);
  const hasMain = each(at(sidecar, parts.volumes), 'exists', 'volume', isMain);
  const isTooMany = binary('>', size(shared), integer(maxShared));
  const unused = definition.parameters.get('mount')?.isCommon ? ['volume', 'size', 'mount'] : [];
  return [
    problemIf(
      isTooMany,
      'sidecar-too-large',
      switchOfSidecar(sidecar),
      ': it would share ',
      call('string', size(shared)),
      ` volumes with the app, at most ${maxShared} may be; shorten its lists`,
    ),
    ...unused.map(parameter =>
      problemIf(
        and(not(isTooMany), not(hasMain), isIn(parameter, set)),
        'parameter-needs-another',
        'annotation ',
        keyOfInstance(instance, parameter),
        ': without effect, as there is no shared volume',
      ),
    ),
  ];
}
