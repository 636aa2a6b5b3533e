/** The variables that annotations ask for in containers of the app: merge/add-variables.ts in CEL. */
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import {
  and,
  at,
  binary,
  bind,
  concatAll,
  conditional,
  dyn,
  each,
  entry,
  equals,
  integer,
  list,
  mapOf,
  mapWhere,
  not,
  optionalField,
  orValue,
  size,
  variable,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { plainName } from '../parameters/plain-name.ts';
import { isAskable } from './chosen-containers.ts';
import { keyOfInstance } from './instance-keys.ts';
import { problem } from './problems.ts';
import { parts } from './rendered-sidecar.ts';

/** Every variable that is asked for: of each sidecar, in each chosen container. */
export function wantedVariables(definition: SidecarDefinition): Expression {
  if (!isAskable(definition, 'env')) return list();
  return concatAll(
    each(variable('choices'), 'map', 'choice', chosen =>
      concatAll(
        each(at(chosen, 'places'), 'map', 'place', place =>
          each(at(at(chosen, 'sidecar'), parts.env), 'map', 'variable', added =>
            mapOf([
              entry('instance', dyn(at(at(chosen, 'sidecar'), parts.instance))),
              entry('place', dyn(place)),
              entry('variable', dyn(added)),
            ]),
          ),
        ),
      ),
    ),
  );
}

function variableOf(wanted: Expression): Expression {
  return at(at(wanted, 'wanted'), 'variable');
}

/** Those of the container of that name; the last one counts. */
function known(wanted: Expression): Expression {
  const container = at(at(at(wanted, 'wanted'), 'place'), 'container');
  return each(orValue(optionalField(container, 'env'), list()), 'filter', 'own', own =>
    equals(at(own, 'name'), at(variableOf(wanted), 'name')),
  );
}

function earlierVariables(wanted: Expression): Expression {
  const nameOf = (one: Expression) => at(at(at(at(one, 'wanted'), 'place'), 'container'), 'name');
  return each(variable('wantedVariables'), 'filter', 'other', other =>
    and(
      binary('<', at(other, 'position'), at(wanted, 'position')),
      equals(nameOf(other), nameOf(wanted)),
      equals(at(variableOf(other), 'name'), at(variableOf(wanted), 'name')),
    ),
  );
}

/** Whether there is none of that name yet. */
export function isAddedVariable(wanted: Expression): Expression {
  return and(equals(size(known(wanted)), 0), equals(size(earlierVariables(wanted)), 0));
}

/** A variable that is there with another value. Those that come from elsewhere are the same only where all of it is. */
export function variableProblems(): Expression {
  const isOther = (own: Expression, wanted: Expression) => not(equals(significant(own), significant(wanted)));
  const isTaken = (wanted: Expression) =>
    bind(known(wanted), 'known', found =>
      conditional(
        not(equals(size(found), 0)),
        isOther(at(found, binary('-', size(found), integer(1))), variableOf(wanted)),
        each(earlierVariables(wanted), 'exists', 'first', first =>
          isOther(variableOf(first), variableOf(wanted)),
        ),
      ),
    );
  return mapWhere(variable('wantedVariables'), 'wanted', isTaken, wanted =>
    problem(
      'env-name-taken',
      'annotation ',
      keyOfInstance(at(at(wanted, 'wanted'), 'instance'), 'env'),
      ': container ',
      plainName(at(at(at(at(wanted, 'wanted'), 'place'), 'container'), 'name')),
      ' has ',
      plainName(at(variableOf(wanted), 'name')),
      ' already, with another value',
    ),
  );
}

/** What of a variable says something. */
function significant(own: Expression): Expression {
  return list(
    dyn(orValue(optionalField(own, 'value'), '')),
    dyn(orValue(optionalField(own, 'valueFrom'), dyn(mapOf([])))),
  );
}
