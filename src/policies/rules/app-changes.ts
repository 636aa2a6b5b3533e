/** What annotations ask for in containers of the app, all together. */
import type { InjectionPolicy } from '../../injection/policy.ts';
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import {
  at,
  concat,
  concatAll,
  dyn,
  each,
  eachPair,
  entry,
  list,
  literal,
  mapOf,
  variable,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { isAddedMount, mountProblems, wantedMounts } from './added-mounts.ts';
import { isAddedVariable, variableProblems, wantedVariables } from './added-variables.ts';
import { choice, isAskable } from './chosen-containers.ts';
import { containers, initContainers } from './pod.ts';
import type { Variable } from './variable.ts';

/**
 * `places`: all containers with their place in the pod; `choices`: of each sidecar the chosen ones; `wantedMounts` and
 * `addedMounts`, `wantedVariables` and `addedVariables`; `appProblems`.
 */
export function appVariables(definition: SidecarDefinition, policy: InjectionPolicy): readonly Variable[] {
  const canAsk = isAskable(definition, 'mount') || isAskable(definition, 'env');
  if (!canAsk) {
    return ['wantedMounts', 'addedMounts', 'wantedVariables', 'addedVariables', 'appProblems'].map(
      (name): Variable => [name, list()],
    );
  }
  return [
    ['places', concat(placesIn('initContainers', initContainers), placesIn('containers', containers))],
    ['choices', each(variable('sidecars'), 'map', 'sidecar', sidecar => choice(sidecar, definition, policy))],
    ['wantedMounts', withPositions(wantedMounts(definition))],
    ['addedMounts', each(variable('wantedMounts'), 'filter', 'wanted', isAddedMount)],
    ['wantedVariables', withPositions(wantedVariables(definition))],
    ['addedVariables', each(variable('wantedVariables'), 'filter', 'wanted', isAddedVariable)],
    [
      'appProblems',
      concat(
        concatAll(each(variable('choices'), 'map', 'choice', found => at(found, 'problems'))),
        mountProblems(),
        variableProblems(),
      ),
    ],
  ];
}

function placesIn(listName: string, of: Expression): Expression {
  return eachPair(of, 'transformList', ['index', 'container'], (index, container) =>
    mapOf([
      entry('list', dyn(literal(listName))),
      entry('index', dyn(index)),
      entry('container', dyn(container)),
    ]),
  );
}

/** Each with its position, so that what comes first can be told. */
function withPositions(wanted: Expression): Expression {
  return eachPair(wanted, 'transformList', ['index', 'wanted'], (index, found) =>
    mapOf([entry('position', dyn(index)), entry('wanted', dyn(found))]),
  );
}
