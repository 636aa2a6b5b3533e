/** The values of each instance, and what is wrong with them: what request/read-instance.ts says, in CEL. */
import { annotationPrefix } from '../../injection/request/annotation-keys.ts';
import {
  at,
  concat,
  dyn,
  each,
  entry,
  isIn,
  mapOf,
  method,
  not,
  or,
  variable,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { problemMessage } from '../parameters/compile-parameter.ts';
import { shownName } from '../parameters/shown-value.ts';
import { type CompiledParameters, isOff } from './compiled-parameters.ts';
import { valuesOf } from './instance-values.ts';
import { problem } from './problems.ts';
import { problemsOf } from './request-problems.ts';
import { requestKeys } from './requests.ts';
import { isInjected } from './status.ts';
import { plainParameters, textFaultVariables } from './text-faults.ts';
import { togetherProblems } from './together-problems.ts';
import { faultGroups } from './value-faults.ts';
import type { Variable } from './variable.ts';

/**
 * `toldProblems` and the variables `faults…`: what is wrong with each request, by its id; `open`: the values of the requests
 * that nothing is wrong with and that are not in the pod; `readingProblems`: all.
 *
 * The API server needs time for the types of an expression that grows with the square of its length: so there are several.
 */
export function readingVariables(compiled: CompiledParameters): readonly Variable[] {
  const { definition } = compiled;
  const groups = faultGroups(compiled);
  const names = groups.map((_, index) => `faults${index + 1}`);
  const all = concat(variable('unsafeFaults'), ...names.map(variable));
  const good = each(variable('openRequests'), 'filter', 'request', request =>
    not(or(isIn(at(request, requestKeys.id), variable('faulty')), isOff(request, definition))),
  );
  return [
    // What is there already is not judged again: its values may be of an older definition, or what the webhook alone takes.
    [
      'openRequests',
      each(variable('requests'), 'filter', 'request', request =>
        not(isInjected(at(request, requestKeys.name))),
      ),
    ],
    ...textFaultVariables(plainParameters(compiled)),
    ['toldProblems', ofAll(request => toldProblems(request, compiled))],
    ...groups.map((group, index): Variable => [names[index] ?? '', ofAll(group)]),
    [
      'faulty',
      concat(
        each(variable('toldProblems'), 'map', 'told', told => at(told, 'id')),
        each(all, 'map', 'fault', fault => at(fault, 'id')),
      ),
    ],
    ['open', each(good, 'map', 'request', request => valuesOf(request, compiled))],
    [
      'faultMessages',
      each(all, 'map', 'fault', fault =>
        problemMessage(
          { key: at(fault, 'key'), text: at(fault, 'text'), type: at(fault, 'type') },
          at(fault, 'advice'),
        ),
      ),
    ],
    [
      'togetherProblems',
      method(
        each(variable('open'), 'map', 'instance', instance => togetherProblems(instance, compiled)),
        'flatten',
      ),
    ],
    [
      'readingProblems',
      concat(
        each(variable('malformed'), 'map', 'key', key =>
          problem(
            'invalid-key',
            'annotation ',
            shownName(key),
            `: use ${annotationPrefix}${definition.name}[_<instance>][.<parameter>]`,
          ),
        ),
        each(variable('toldProblems'), 'map', 'told', told => at(told, 'message')),
        variable('faultMessages'),
        variable('togetherProblems'),
      ),
    ],
  ];
}

/** What is said of each request, in one list. */
function ofAll(said: (request: Expression) => Expression): Expression {
  return method(each(variable('openRequests'), 'map', 'request', said), 'flatten');
}

/** The problems that are sentences already, each with the id of its request. */
function toldProblems(request: Expression, compiled: CompiledParameters): Expression {
  return each(problemsOf(request, compiled), 'map', 'message', message =>
    mapOf([entry('id', dyn(at(request, requestKeys.id))), entry('message', dyn(message))]),
  );
}
