/** Everything that speaks against the sidecars of one definition in a pod, as one list. */
import {
  and,
  at,
  concat,
  concatAll,
  conditional,
  each,
  isIn,
  list,
  method,
  not,
  variable,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { jsonText } from '../template/json-text.ts';
import { problemIf, problemList } from './problems.ts';
import { requestKeys } from './requests.ts';
import { entryOf, isByPolicy, isInjected } from './status.ts';
import type { Variable } from './variable.ts';

/** `problems`: all of them; nothing is put into a pod that has one. */
export function problemVariables(): readonly Variable[] {
  return [
    ['statusProblems', concatAll(each(variable('requests'), 'map', 'request', statusProblems))],
    [
      'problems',
      concat(
        variable('statusProblems'),
        variable('readingProblems'),
        variable('renderProblems'),
        variable('adoptionProblems'),
        variable('fitProblems'),
        variable('appProblems'),
        variable('nestingProblems'),
      ),
    ],
  ];
}

/** Holds what an earlier pass put into a pod against what its annotations ask for now. */
function statusProblems(request: Expression): Expression {
  const sidecar = at(request, requestKeys.name);
  const key = at(request, requestKeys.id);
  const text = entryOf(sidecar);
  const parameters = concat(',"parameters":', jsonText(at(request, requestKeys.parameters)), ',');
  return problemList([
    conditional(
      isInjected(sidecar),
      problemList([
        problemIf(
          and(isByPolicy(text), not(method(text, 'contains', parameters))),
          'parameters-changed',
          key,
          ': the pod was injected with other annotations before, as sidecar.io/status says; take that out with "sidecar-injector uninject -f FILE", and create the pod of what is left',
        ),
      ]),
      list(),
    ),
    problemIf(
      and(isIn(sidecar, variable('named')), not(isIn(sidecar, variable('containerNames')))),
      'status-without-container',
      key,
      ': annotation sidecar.io/status names a container that the pod does not have; take the rest out with "sidecar-injector uninject -f FILE"',
    ),
  ]);
}
