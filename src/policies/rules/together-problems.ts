/** Values that are right by themselves and do not go together. */
import { parseCondition } from '../../sidecars/template/template.ts';
import {
  and,
  at,
  call,
  concat,
  conditional,
  equals,
  isIn,
  literal,
  no,
  not,
  optionalAt,
  orValue,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { allHold, isSet } from '../template/conditions.ts';
import { type CompiledParameters, keyOfParameter, settingKey } from './compiled-parameters.ts';
import { requestKey } from './instance-keys.ts';
import { problemIf, problemList } from './problems.ts';
import { requestKeys } from './requests.ts';

/** What is right by itself and does not go together. */
export function togetherProblems(instance: Expression, { definition }: CompiledParameters): Expression {
  const request = at(instance, requestKey);
  const scope = { values: instance, parameters: definition.parameters, isOnce: no };
  const parameters = [...definition.parameters.values()];
  const needs = parameters.flatMap(({ name, needs: needed }) => {
    if (needed === undefined) return [];
    const condition = parseCondition(needed);
    const isMet = allHold([condition], scope);
    const { subject, fact, isNegated } = condition;
    const key = settingKey(request, definition, subject);
    const sentence = definition.parameters.get(subject)?.factSentences[fact ?? ''] ?? `the value is ${fact}`;
    const unmet = isNegated
      ? fact === undefined
        ? concat(' beside ', key, '; leave out one of them')
        : concat(' where in ', key, ` ${sentence}`)
      : conditional(
          isSet(scope, subject),
          concat(' unless in ', key, ` ${sentence}`),
          concat('; set ', key, ' too'),
        );
    return [
      problemIf(
        and(isIn(name, at(request, requestKeys.texts)), not(isMet)),
        'parameter-needs-another',
        'annotation ',
        keyOfParameter(request, name),
        ': without effect',
        unmet,
      ),
    ];
  });
  const ports = parameters.filter(({ type, holds }) => type === 'port' && holds === 'one');
  const taken = ports.flatMap(({ name }, index) =>
    ports
      .slice(0, index)
      .map(other =>
        problemIf(
          and(
            isSet(scope, name),
            isSet(scope, other.name),
            equals(
              orValue(optionalAt(instance, name), literal(null)),
              orValue(optionalAt(instance, other.name), literal(true)),
            ),
          ),
          'port-taken',
          'annotation ',
          settingKey(request, definition, other.name),
          ' and ',
          settingKey(request, definition, name),
          `: ${other.name} and ${name} are both `,
          call('string', at(instance, name)),
          '; choose another port',
        ),
      ),
  );
  return problemList([...needs, ...taken]);
}
