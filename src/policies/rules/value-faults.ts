/** What is wrong with the values themselves. */
import {
  at,
  conditional,
  dyn,
  each,
  entry,
  isIn,
  list,
  literal,
  mapOf,
  name,
  variable,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { printExpression } from '../cel/print-expression.ts';
import type { CompiledParameter } from '../parameters/compile-parameter.ts';
import { triple } from '../parameters/compile-switch.ts';
import { type CompiledParameters, isOfSwitch, keyOfParameter } from './compiled-parameters.ts';
import { problemList } from './problems.ts';
import { requestKeys } from './requests.ts';
import { plainParameters } from './text-faults.ts';

type Fault = (request: Expression) => Expression;

/** Characters: it takes the API server a few milliseconds to check as many. */
const maxGroupLength = 4000;

/**
 * What is wrong with the values themselves, as maps of id, key, text, type and advice, a few parameters in each group: the
 * message that shows a value is long, and stands in one place.
 */
export function faultGroups(compiled: CompiledParameters): readonly ((request: Expression) => Expression)[] {
  const faults = faultsByParameter(compiled);
  const groups: (readonly Fault[])[] = [];
  let group: readonly Fault[] = [];
  let length = 0;
  for (const fault of faults) {
    const own = printExpression(fault(name('request'))).length;
    if (length > 0 && length + own > maxGroupLength) {
      groups.push(group);
      [group, length] = [[], 0];
    }
    group = [...group, fault];
    length += own;
  }
  return [...groups, group].map(found => request => problemList(found.map(fault => fault(request))));
}

function faultsByParameter(compiled: CompiledParameters): readonly Fault[] {
  const { definition, parameters, ofSwitch } = compiled;
  const plain = plainParameters(compiled);
  const several = [...parameters].filter(([key]) => !plain.has(key) && !isOfSwitch(definition, key));
  return [
    ...(plain.has('') ? [] : [(request: Expression) => faultsOf(request, '', text => ofSwitch.faults(text))]),
    ...[...plain].map(([key, parameter]) => faultOfSafe(key, parameter)),
    ...several.map(
      ([key, { advice, parameter }]): Fault =>
        request =>
          faultsOf(request, key, text =>
            each(advice(text), 'map', 'advice', told => triple(text, literal(parameter.type), told)),
          ),
    ),
  ];
}

/** What its type says of a text in which nothing was found that no value may have. */
function faultOfSafe(key: string, { adviceOnSafe, parameter }: CompiledParameter): Fault {
  return request => {
    const annotation = key === '' ? at(request, requestKeys.id) : keyOfParameter(request, key);
    return faultsOf(request, key, text =>
      conditional(
        isIn(annotation, variable('unsafeKeys')),
        list(),
        each(adviceOnSafe(text), 'map', 'advice', told => triple(text, literal(parameter.type), told)),
      ),
    );
  };
}

/** What is wrong with one annotation; `faults`: of its text, as lists of text, type and advice. */
function faultsOf(
  request: Expression,
  annotation: string,
  faults: (text: Expression) => Expression,
): Expression {
  const texts = at(request, requestKeys.texts);
  const id = at(request, requestKeys.id);
  return whereSet(
    texts,
    annotation,
    each(faults(at(texts, annotation)), 'map', 'fault', fault =>
      mapOf([
        entry('id', dyn(id)),
        entry('key', dyn(annotation === '' ? id : keyOfParameter(request, annotation))),
        entry('text', dyn(at(fault, 0))),
        entry('type', dyn(at(fault, 1))),
        entry('advice', dyn(at(fault, 2))),
      ]),
    ),
  );
}

function whereSet(texts: Expression, name: string, problems: Expression): Expression {
  return conditional(isIn(name, texts), problems, list());
}
