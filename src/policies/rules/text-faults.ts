/**
 * What no value may have, whatever its type: looked for in all values at once, because it is most of what there is to say
 * of a value.
 */
import {
  and,
  at,
  binary,
  call,
  concat,
  differs,
  dyn,
  each,
  entry,
  equals,
  integer,
  isIn,
  literal,
  mapOf,
  mapWhere,
  method,
  not,
  or,
  size,
  texts,
  variable,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import type { CompiledParameter } from '../parameters/compile-parameter.ts';
import {
  adviceAgainst,
  beginsWithMinus,
  forbiddenIn,
  hasSpaces,
  hasUnseen,
} from '../parameters/compile-value.ts';
import { firstOf } from '../parameters/compiled-type.ts';
import { type CompiledParameters, isOfSwitch, onlyOfSwitch } from './compiled-parameters.ts';
import { requestKeys } from './requests.ts';
import type { Variable } from './variable.ts';

/** The parameters that hold one value, by the name that stands behind the dot of their annotation. */
export type PlainParameters = ReadonlyMap<string, CompiledParameter>;

/** `givenTexts`: their annotations; `unsafeFaults`: what is wrong with them; `unsafeKeys`: the annotations that it is of. */
export function textFaultVariables(plain: PlainParameters): readonly Variable[] {
  const names = [...plain.keys()];
  const given = each(variable('openRequests'), 'map', 'request', request =>
    mapWhere(
      at(request, requestKeys.texts),
      'parameter',
      parameter => isIn(parameter, texts(names)),
      parameter =>
        mapOf([
          entry('id', dyn(at(request, requestKeys.id))),
          entry('key', dyn(keyOf(request, parameter))),
          entry('parameter', dyn(parameter)),
          entry('text', dyn(at(at(request, requestKeys.texts), parameter))),
        ]),
    ),
  );
  const advised = each(variable('givenTexts'), 'map', 'given', found =>
    mapOf([
      entry('id', dyn(at(found, 'id'))),
      entry('key', dyn(at(found, 'key'))),
      entry('text', dyn(at(found, 'text'))),
      entry(
        'type',
        dyn(
          at(
            mapOfEach(plain, ({ parameter }) => literal(parameter.type)),
            at(found, 'parameter'),
          ),
        ),
      ),
      entry('advice', dyn(adviceOn(found, plain))),
    ]),
  );
  return [
    ['givenTexts', method(given, 'flatten')],
    ['unsafeFaults', each(advised, 'filter', 'fault', fault => differs(at(fault, 'advice'), ''))],
    ['unsafeKeys', each(variable('unsafeFaults'), 'map', 'fault', fault => at(fault, 'key'))],
  ];
}

function keyOf(request: Expression, parameter: Expression): Expression {
  const id = at(request, requestKeys.id);
  return firstOf([[equals(parameter, ''), id]], concat(id, '.', parameter));
}

function mapOfEach(plain: PlainParameters, of: (parameter: CompiledParameter) => Expression): Expression {
  return mapOf([...plain].map(([name, parameter]) => entry(name, of(parameter))));
}

function namesWhere(plain: PlainParameters, is: (parameter: CompiledParameter) => boolean): Expression {
  return texts([...plain].filter(([, parameter]) => is(parameter)).map(([name]) => name));
}

/** The end of the message; empty where nothing is wrong. */
function adviceOn(found: Expression, plain: PlainParameters): Expression {
  const [text, name] = [at(found, 'text'), at(found, 'parameter')];
  const limit = at(
    mapOfEach(plain, ({ parameter }) => integer(forbiddenIn(parameter).maximumLength)),
    name,
  );
  const mayBegin = namesWhere(plain, ({ parameter }) => forbiddenIn(parameter).mayBeginWithMinus);
  const maySpace = namesWhere(plain, ({ parameter }) => forbiddenIn(parameter).mayHaveSpaces);
  const invalid = (use: string) => literal(`; use ${use} (invalid-value)`);
  return firstOf(
    [
      [
        equals(text, ''),
        concat(
          ': the value is empty; use ',
          at(
            mapOfEach(plain, ({ parameter }) => literal(parameter.expects)),
            name,
          ),
          ' (empty-value)',
        ),
      ],
      [
        isLongerThan(text, limit),
        concat('; use a value of at most ', call('string', limit), ' characters (invalid-value)'),
      ],
      [hasUnseen(text), invalid(adviceAgainst.unseen)],
      [and(beginsWithMinus(text), not(isIn(name, mayBegin))), invalid(adviceAgainst.minus)],
      [and(hasSpaces(text), not(isIn(name, maySpace))), invalid(adviceAgainst.spaces)],
    ],
    literal(''),
  );
}

/** In units of UTF-16, of which a character beyond the first 65536 has two. */
function isLongerThan(text: Expression, limit: Expression): Expression {
  const units = binary('+', size(text), size(method(text, 'findAll', literal('[\\x{10000}-\\x{10FFFF}]'))));
  return or(
    binary('>', size(text), limit),
    and(binary('>', binary('*', size(text), integer(2)), limit), binary('>', units, limit)),
  );
}

/** Those of a definition: not those that stand with others in the value of the annotation itself. */
export function plainParameters({ definition, parameters, ofSwitch }: CompiledParameters): PlainParameters {
  const only = onlyOfSwitch(definition);
  const whole = only && ofSwitch.parameters.get(only.name);
  const own = [...parameters].filter(
    ([name, { parameter }]) => parameter.holds === 'one' && !isOfSwitch(definition, name),
  );
  return new Map([...(whole?.parameter.holds === 'one' ? [['', whole] as const] : []), ...own]);
}
