/** Which containers of the app are meant: merge/choose-containers.ts in CEL. */
import type { InjectionPolicy } from '../../injection/policy.ts';
import { defaultContainerAnnotation } from '../../kubernetes/containers.ts';
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import {
  and,
  at,
  bind,
  concat,
  concatAll,
  conditional,
  dyn,
  each,
  entry,
  equals,
  isIn,
  list,
  literal,
  mapOf,
  mapWhere,
  method,
  no,
  none,
  not,
  optionalAt,
  or,
  orValue,
  size,
  texts,
  variable,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { plainName } from '../parameters/plain-name.ts';
import { isAuthored, isAuthoredAnnotation } from './authorship.ts';
import { keyOfInstance } from './instance-keys.ts';
import { containers } from './pod.ts';
import { problem, problemIf, problemList } from './problems.ts';
import { parts } from './rendered-sidecar.ts';
import { isOfApp } from './status.ts';

/** Whether an annotation can ask for mounts or for variables. */
export function isAskable({ parameters, appEnv }: SidecarDefinition, parameter: 'mount' | 'env'): boolean {
  return parameters.get(parameter)?.isCommon === true && (parameter === 'mount' || appEnv !== undefined);
}

interface Asking {
  readonly isMount: Expression;
  readonly isEnv: Expression;
}

function askingOf(instance: Expression, definition: SidecarDefinition): Asking {
  return {
    isMount: isAskable(definition, 'mount') ? isIn('mount', instance) : no,
    isEnv: isAskable(definition, 'env') ? equals(at(instance, 'env'), literal(true)) : no,
  };
}

/** What annotations say of containers, and the problems with it. */
export function choice(
  sidecar: Expression,
  definition: SidecarDefinition,
  policy: InjectionPolicy,
): Expression {
  const instance = at(sidecar, parts.instance);
  const { isMount, isEnv } = askingOf(instance, definition);
  const isAsking = or(isMount, isEnv);
  const names = definition.parameters.get('containers')?.isCommon ? optionalAt(instance, 'containers') : none;
  const running = each(variable('places'), 'filter', 'place', place =>
    equals(at(place, 'list'), 'containers'),
  );
  const candidates = concat(
    running,
    each(variable('places'), 'filter', 'place', place =>
      and(equals(at(place, 'list'), 'initContainers'), isOfApp(at(place, 'container'))),
    ),
  );
  const preset = optionalAt(variable('own'), defaultContainerAnnotation);
  const isPresetMeant = and(
    method(preset, 'hasValue'),
    or(isAuthored(orValue(preset, '')), isAuthoredAnnotation(defaultContainerAnnotation)),
  );
  const apps = each(running, 'filter', 'place', place =>
    and(
      isOfApp(at(place, 'container')),
      not(isIn(at(at(place, 'container'), 'name'), texts(policy.startAfter))),
      isAuthored(at(at(place, 'container'), 'name')),
    ),
  );
  const asked = method(method(orValue(names, ''), 'split', literal(',')), 'distinct');
  const isNamed = method(names, 'hasValue');
  const places = conditional(
    isNamed,
    named(candidates, asked),
    conditional(
      isPresetMeant,
      named(running, list(orValue(preset, ''))),
      bind(apps, 'apps', found => conditional(equals(size(found), 1), found, list())),
    ),
  );
  const key = keyOfInstance(instance, 'containers');
  const askingKey = conditional(isMount, keyOfInstance(instance, 'mount'), keyOfInstance(instance, 'env'));
  const ways = [
    ...(isAskable(definition, 'mount') ? [concat(keyOfInstance(instance, 'mount'), ' to a path')] : []),
    ...(isAskable(definition, 'env') ? [concat(keyOfInstance(instance, 'env'), ' to "true"')] : []),
  ];
  const problems = problemList([
    problemIf(
      and(not(isAsking), isNamed),
      'containers-without-mount',
      'annotation ',
      key,
      ': without effect; set ',
      ...ways.flatMap((way, index) => (index === 0 ? [way] : [', or ', way])),
    ),
    conditional(and(isAsking, isNamed), unknown(candidates, asked, key), list()),
    conditional(
      and(isAsking, not(isNamed), isPresetMeant),
      unknown(running, list(orValue(preset, '')), literal(defaultContainerAnnotation)),
      list(),
    ),
    problemIf(
      and(isAsking, not(isNamed), not(isPresetMeant), not(equals(size(apps), 1))),
      'mount-container-ambiguous',
      'annotation ',
      askingKey,
      ': which container? set ',
      key,
      ' to one or more of the containers of the pod',
    ),
  ]);
  const hasContainers = not(equals(size(containers), 0));
  return mapOf([
    entry('sidecar', dyn(sidecar)),
    entry('places', dyn(conditional(and(isAsking, hasContainers), dyn(places), dyn(list())))),
    entry('problems', dyn(conditional(hasContainers, dyn(problems), dyn(list())))),
  ]);
}

/** The places of these names, in the order of the names. */
function named(candidates: Expression, names: Expression): Expression {
  return concatAll(
    each(names, 'map', 'name', wanted =>
      each(candidates, 'filter', 'place', place => equals(at(at(place, 'container'), 'name'), wanted)),
    ),
  );
}

function unknown(candidates: Expression, names: Expression, annotation: Expression): Expression {
  const known = each(candidates, 'map', 'place', place => at(at(place, 'container'), 'name'));
  return mapWhere(
    names,
    'name',
    wanted => not(isIn(wanted, known)),
    wanted =>
      problem(
        'mount-container-unknown',
        'annotation ',
        annotation,
        ': no container "',
        plainName(wanted),
        '"; name a container of the pod',
      ),
  );
}
