/** What is wrong with the annotations of a request, whatever their values are. */
import { injectParameter } from '../../injection/request/annotation-keys.ts';
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import {
  at,
  concat,
  conditional,
  each,
  equals,
  isIn,
  list,
  literal,
  mapWhere,
  method,
  none,
  not,
  optionalAt,
  orValue,
  some,
} from '../cel/build-expression.ts';
import type { Expression, ListEntry } from '../cel/expression.ts';
import { plainName } from '../parameters/plain-name.ts';
import { type CompiledParameters, isOfSwitch, keyOfParameter } from './compiled-parameters.ts';
import { problem, problemIf, problemList } from './problems.ts';
import { requestKeys } from './requests.ts';

/** All of them, as a list of sentences. */
export function problemsOf(request: Expression, compiled: CompiledParameters): Expression {
  const { definition } = compiled;
  const texts = at(request, requestKeys.texts);
  const readings = problemList([
    problemIf(
      not(isIn('', texts)),
      'parameter-without-switch',
      'annotation ',
      at(request, requestKeys.id),
      '.',
      plainName(firstOf(texts)),
      ': set ',
      at(request, requestKeys.id),
      ' too, or remove this annotation',
    ),
    unknownParameters(request, definition),
    ...missingParameters(request, definition),
  ]);
  if (definition.parameters.has(injectParameter)) return readings;
  const wrong = problemList([
    {
      value: conditional(
        isIn(injectParameter, texts),
        some(
          problem(
            'invalid-value',
            'annotation ',
            keyOfParameter(request, injectParameter),
            ': got ',
            '"',
            plainName(orValue(optionalAt(texts, injectParameter), '')),
            '"',
            '; use "true" or "false"',
          ),
        ),
        none,
      ),
      isOptional: true,
    },
  ]);
  const isOnlyInject = each(texts, 'all', 'parameter', parameter => equals(parameter, injectParameter));
  return conditional(isOnlyInject, wrong, concat(wrong, readings));
}

function firstOf(texts: Expression): Expression {
  return at(
    method(
      each(texts, 'filter', 'parameter', parameter => not(equals(parameter, injectParameter))),
      'sort',
    ),
    0,
  );
}

function unknownParameters(request: Expression, definition: SidecarDefinition): Expression {
  const known = [...definition.parameters.keys()].filter(name => !isOfSwitch(definition, name));
  const hasInject = definition.parameters.has(injectParameter);
  const accepted = ['', ...known, ...(hasInject ? [] : [injectParameter])];
  const ofSwitch = definition.switchValue.parameters.map(({ name }) => name);
  return mapWhere(
    at(request, requestKeys.texts),
    'parameter',
    parameter => not(isIn(parameter, list(...accepted.map(literal)))),
    parameter =>
      problem(
        'unknown-parameter',
        'annotation ',
        at(request, requestKeys.id),
        '.',
        plainName(parameter),
        conditional(
          isIn(parameter, list(...ofSwitch.map(literal))),
          concat(': the value of ', at(request, requestKeys.id), ' itself sets this'),
          literal(`: unknown parameter; known: ${known.join(', ')}`),
        ),
      ),
  );
}

function missingParameters(request: Expression, definition: SidecarDefinition): readonly ListEntry[] {
  return [...definition.parameters.values()]
    .filter(({ name, isRequired }) => isRequired && !isOfSwitch(definition, name))
    .filter(({ name }) => !definition.presets.has(name))
    .map(({ name, expects }) =>
      problemIf(
        not(isIn(name, at(request, requestKeys.texts))),
        'missing-parameter',
        'annotation ',
        keyOfParameter(request, name),
        ` is missing; use ${expects}`,
      ),
    );
}
