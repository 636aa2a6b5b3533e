/** Whether names of containers and volumes are free. */
import { maxLabelLength } from '../../injection/merge/check-names.ts';
import {
  and,
  at,
  binary,
  bind,
  concat,
  conditional,
  each,
  equals,
  integer,
  isIn,
  list,
  not,
  or,
  size,
  variable,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { plainName } from '../parameters/plain-name.ts';
import { isClaimedTwice } from './claims.ts';
import { switchOfSidecar } from './instance-keys.ts';
import { problem } from './problems.ts';
import { allContainersOf, ownVolumes, parts } from './rendered-sidecar.ts';

/** Names that are too long, claimed twice or taken; the first of each kind. */
export function nameProblems(sidecar: Expression): Expression {
  const ofContainers = each(allContainersOf(sidecar), 'map', 'own', own => at(own, 'name'));
  const ofVolumes = each(ownVolumes(sidecar), 'map', 'volume', own => at(at(own, 'volume'), 'name'));
  const present = each(variable('podVolumes'), 'map', 'declared', declared => at(declared, 'name'));
  return concat(
    kindProblems('container', { sidecar, names: ofContainers, taken: variable('containerNames') }),
    kindProblems('volume', { sidecar, names: ofVolumes, taken: present }),
  );
}

interface Names {
  readonly sidecar: Expression;
  readonly names: Expression;
  readonly taken: Expression;
}

function kindProblems(kind: Kind, { sidecar, names, taken }: Names): Expression {
  const instance = at(at(sidecar, parts.instance), 'name');
  const isOurs = (own: Expression) => and(isIn(own, taken), isIn(own, variable('ours')));
  return bind(names, 'names', all => {
    const those = (isSo: (own: Expression) => Expression) => each(all, 'filter', 'name', isSo);
    return bind(
      those(own => binary('>', size(own), integer(maxLabelLength))),
      'long',
      long =>
        conditional(
          equals(size(long), 0),
          concat(
            ofFirst(
              those(own => or(isClaimedTwice(kind, own, instance), isOurs(own))),
              own => clash(kind, sidecar, own),
            ),
            ofFirst(
              those(own => and(isIn(own, taken), not(isIn(own, variable('ours'))))),
              own => taking(kind, sidecar, own),
            ),
          ),
          ofFirst(long, own => tooLong(kind, sidecar, own)),
        ),
    );
  });
}

type Kind = 'container' | 'volume';

/** What is to be said of the first of some names. */
function ofFirst(found: Expression, told: (name: Expression) => Expression): Expression {
  return bind(found, 'found', names =>
    conditional(equals(size(names), 0), list(), list(told(plainName(at(names, 0))))),
  );
}

function tooLong(kind: Kind, sidecar: Expression, name: Expression): Expression {
  return problem(
    'name-too-long',
    switchOfSidecar(sidecar),
    `: the ${kind} name "`,
    name,
    `" is longer than ${maxLabelLength} characters; choose a shorter instance`,
  );
}

function clash(kind: Kind, sidecar: Expression, name: Expression): Expression {
  return problem(
    'name-clash',
    switchOfSidecar(sidecar),
    ` and another would both add a ${kind} "`,
    name,
    '"; choose another instance or volume name',
  );
}

function taking(kind: Kind, sidecar: Expression, name: Expression): Expression {
  return problem(
    kind === 'container' ? 'container-name-taken' : 'volume-name-taken',
    switchOfSidecar(sidecar),
    `: the pod has a ${kind} "`,
    name,
    '" of its own; rename that, or use an instance such as ',
    switchOfSidecar(sidecar),
    '_2',
  );
}
