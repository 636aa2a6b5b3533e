import type { InjectionPolicy } from '../../injection/policy.ts';
import type { Parameter, SwitchValue } from '../../sidecars/definition.ts';
import { maxWays } from '../../sidecars/parameters/switch-value.ts';
import {
  at,
  binary,
  bind,
  concat,
  conditional,
  dyn,
  each,
  equals,
  integer,
  list,
  literal,
  method,
  name,
  optionalAt,
  size,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import type { FoundLoss } from '../losses.ts';
import { type CompiledParameter, compileParameter } from './compile-parameter.ts';
import { advising, firstOf, isLongerThan } from './compiled-type.ts';

/** What the annotation's own value sets, in CEL. */
export interface CompiledSwitch {
  /** Of each of its parameters, by name. */
  readonly parameters: ReadonlyMap<string, CompiledParameter>;
  /**
   * What is wrong with a text: a list of lists of the text that a message is about, the type by which its value is shown,
   * and the advice, as `problemMessage` takes them.
   */
  readonly faults: (text: Expression) => Expression;
  /** The texts of its parameters, a list in the order in which they stand there; empty where the text does not fit. */
  readonly split: (text: Expression) => Expression;
  /** The same by name, of what `split` gives for a text without problems. */
  readonly texts: (split: Expression) => ReadonlyMap<string, Expression>;
  readonly losses: readonly FoundLoss[];
}

/** Says in CEL what a switch takes, and how its text comes apart. */
export function compileSwitch(switchValue: SwitchValue, policy: InjectionPolicy): CompiledSwitch {
  const parameters = new Map(
    switchValue.parameters.map(parameter => [parameter.name, compileParameter(parameter, policy)]),
  );
  const [only, ...others] = parameters.values();
  if (only === undefined) throw new Error('a switch has at least one parameter');
  if (others.length === 0 && switchValue.expects === only.parameter.expects) return switchOfOne(only);
  const split = (text: Expression): Expression => firstWay(solutions(text, switchValue.parts, parameters));
  const places = switchValue.parts.flatMap(part => (typeof part === 'string' ? [] : part.name));
  // Of one that stands there twice the last text counts.
  const textOf = (found: Expression, name: string) => at(found, integer(places.lastIndexOf(name)));
  const names = [...parameters.keys()];
  return {
    parameters,
    split,
    texts: found => new Map(names.map(name => [name, textOf(found, name)])),
    faults: text => bind(text, 'whole', whole => faultsOf(whole, { switchValue, parameters, split, textOf })),
    losses: [
      ...[...parameters.values()].flatMap(({ losses }) => losses),
      { code: 'long-switch', detail: names.join(', ') },
    ],
  };
}

function switchOfOne(only: CompiledParameter): CompiledSwitch {
  return {
    parameters: new Map([[only.parameter.name, only]]),
    faults: text =>
      each(only.advice(text), 'map', 'advice', advice => triple(text, literal(only.parameter.type), advice)),
    split: text => conditional(only.fits(text), list(text), list()),
    texts: found => new Map([[only.parameter.name, at(found, integer(0))]]),
    losses: only.losses,
  };
}

/** The first of a list of lists; none where there is none. */
function firstWay(of: Expression): Expression {
  return method(optionalAt(of, integer(0)), 'orValue', list());
}

function faultsOf(
  whole: Expression,
  {
    switchValue,
    parameters,
    split,
    textOf,
  }: Pick<CompiledSwitch, 'parameters' | 'split'> & {
    readonly switchValue: SwitchValue;
    readonly textOf: (found: Expression, name: string) => Expression;
  },
): Expression {
  const advise = advising(switchValue);
  const refusal = (use: Expression): Expression =>
    list(triple(whole, literal(''), concat('; use ', use, ' (invalid-value)')));
  const ofParts = bind(split(whole), 'texts', found => {
    const told = [...parameters].map(([parameterName, parameter]) => {
      const text = textOf(found, parameterName);
      return each(parameter.advice(text), 'map', 'advice', advice =>
        triple(text, literal(parameter.parameter.type), advice),
      );
    });
    return conditional(equals(size(found), integer(0)), refusal(advise()), concat(...told));
  });
  const empty = literal(`: the value is empty; use ${switchValue.expects} (empty-value)`);
  return firstOf(
    [
      [equals(whole, ''), list(triple(whole, literal(''), empty))],
      [isLongerThan(whole, maxLength), refusal(literal(`a value of at most ${maxLength} characters`))],
    ],
    ofParts,
  );
}

/** Lists take entries of one known type only. */
export function triple(text: Expression, type: Expression, advice: Expression): Expression {
  return list(dyn(text), dyn(type), dyn(advice));
}

/** Each way to take a value apart costs a look at all of it, of which policies have fewer than the webhook. */
const maxLength = 512;

/**
 * The ways to take a text apart, each a list of the texts of the parameters: those in which the first parameter has more
 * come first. Of the ways for the rest only the first is kept.
 */
function solutions(
  text: Expression,
  [part, ...rest]: readonly (string | Parameter)[],
  parameters: ReadonlyMap<string, CompiledParameter>,
): Expression {
  if (part === undefined) return conditional(equals(text, ''), list(list()), list());
  if (typeof part === 'string') return behindText(text, part, tail => solutions(tail, rest, parameters));
  const own = parameters.get(part.name);
  if (own === undefined) throw new Error(`the switch has no parameter ${part.name}`);
  const next = rest[0];
  if (typeof next !== 'string')
    return conditional(own.fits(text), withFirst(text, solutions(literal(''), rest, parameters)), list());
  const ways = each(endsOf(text, next), 'map', 'end', end => {
    const beginning = method(text, 'substring', integer(0), end);
    return conditional(
      own.fits(beginning),
      bind(method(text, 'substring', end), 'rest', tail =>
        withFirst(beginning, solutions(tail, rest, parameters)),
      ),
      list(),
    );
  });
  return method(ways, 'flatten');
}

/** The ways for what stands behind a text; none where it does not stand there. */
function behindText(text: Expression, part: string, body: (tail: Expression) => Expression): Expression {
  return conditional(
    method(text, 'startsWith', literal(part)),
    bind(method(text, 'substring', integer(lengthOf(part))), 'tail', body),
    list(),
  );
}

/** The first of the ways, with one text more at its beginning. */
function withFirst(text: Expression, ways: Expression): Expression {
  return bind(ways, 'ways', found =>
    conditional(equals(size(found), integer(0)), list(), list(concat(list(text), at(found, integer(0))))),
  );
}

/** Where a parameter may end: before each place where the next text stands, the last ones first. */
function endsOf(text: Expression, next: string): Expression {
  const length = lengthOf(next);
  const last = binary('-', size(text), integer(length));
  const ends = bind(last, 'last', highest =>
    each(
      method(name('lists'), 'range', conditional(binary('<', highest, integer(0)), integer(0), highest)),
      'map',
      'index',
      index => binary('-', highest, index),
    ),
  );
  const found = each(ends, 'filter', 'end', end =>
    equals(method(text, 'substring', end, binary('+', end, integer(length))), next),
  );
  return bind(found, 'ends', all =>
    conditional(
      binary('>', size(all), integer(maxWays)),
      method(all, 'slice', integer(0), integer(maxWays)),
      all,
    ),
  );
}

/** How many characters CEL counts. */
function lengthOf(text: string): number {
  return [...text].length;
}
