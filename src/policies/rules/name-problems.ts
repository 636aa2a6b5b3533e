/** Whether names of containers and volumes are free. */
import { and, at, binary, each, integer, isIn, not, or, size, variable } from '../cel/build-expression.ts';
import type { Expression, ListEntry } from '../cel/expression.ts';
import { plainName } from '../parameters/plain-name.ts';
import { isClaimedTwice } from './claims.ts';
import { switchOfSidecar } from './instance-keys.ts';
import { problemIf } from './problems.ts';
import { allContainersOf, ownVolumes, parts } from './rendered-sidecar.ts';

const maxLabelLength = 63;

/** Names that are too long, or that somebody has already. */
export function nameProblems(sidecar: Expression): readonly ListEntry[] {
  const instance = at(at(sidecar, parts.instance), 'name');
  const ofContainers = each(allContainersOf(sidecar), 'map', 'own', own => at(own, 'name'));
  const ofVolumes = each(ownVolumes(sidecar), 'map', 'volume', own => at(at(own, 'volume'), 'name'));
  const present = each(variable('podVolumes'), 'map', 'declared', declared => at(declared, 'name'));
  return [
    ...kindProblems('container', {
      sidecar,
      instance,
      names: ofContainers,
      taken: variable('containerNames'),
    }),
    ...kindProblems('volume', { sidecar, instance, names: ofVolumes, taken: present }),
  ];
}

interface Names {
  readonly sidecar: Expression;
  readonly instance: Expression;
  readonly names: Expression;
  readonly taken: Expression;
}

function kindProblems(
  kind: 'container' | 'volume',
  { sidecar, instance, names, taken }: Names,
): readonly ListEntry[] {
  const isLong = (own: Expression) => binary('>', size(own), integer(maxLabelLength));
  const isTooLong = each(names, 'exists', 'name', isLong);
  const where = (isSo: (own: Expression) => Expression) =>
    plainName(at(each(names, 'filter', 'name', isSo), 0));
  const isTaken = (own: Expression) => isIn(own, taken);
  const isClash = (own: Expression) =>
    or(isClaimedTwice(kind, own, instance), and(isTaken(own), isIn(own, variable('ours'))));
  const isTakenOnly = (own: Expression) => and(isTaken(own), not(isIn(own, variable('ours'))));
  return [
    problemIf(
      isTooLong,
      'name-too-long',
      switchOfSidecar(sidecar),
      `: the ${kind} name "`,
      where(isLong),
      `" is longer than ${maxLabelLength} characters; choose a shorter instance`,
    ),
    problemIf(
      and(not(isTooLong), each(names, 'exists', 'name', isClash)),
      'name-clash',
      switchOfSidecar(sidecar),
      ` and another would both add a ${kind} "`,
      where(isClash),
      '"; choose another instance or volume name',
    ),
    problemIf(
      and(not(isTooLong), each(names, 'exists', 'name', isTakenOnly)),
      kind === 'container' ? 'container-name-taken' : 'volume-name-taken',
      switchOfSidecar(sidecar),
      `: the pod has a ${kind} "`,
      where(isTakenOnly),
      '" of its own; rename that, or use an instance such as ',
      switchOfSidecar(sidecar),
      '_2',
    ),
  ];
}
