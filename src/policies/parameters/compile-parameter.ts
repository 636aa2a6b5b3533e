import type { InjectionPolicy } from '../../injection/policy.ts';
import type { Parameter } from '../../sidecars/definition.ts';
import {
  bind,
  concat,
  conditional,
  differs,
  double,
  dyn,
  each,
  equals,
  integer,
  isIn,
  list,
  literal,
  method,
  no,
  or,
  texts,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import type { FoundLoss, LossCode } from '../losses.ts';
import { adviceOf, type CompiledValue, compileValue } from './compile-value.ts';
import { fits } from './compiled-type.ts';
import { wholeSeconds } from './duration-seconds.ts';
import { type OriginRule, originRules } from './origins.ts';
import { shownValue } from './shown-value.ts';
import {
  firstMisfit,
  inOrderOfKeys,
  misfitOfNames,
  misfitOfSeveral,
  nameOf,
  splitValues,
  writtenValueOf,
} from './split-values.ts';

/** A parameter in CEL. Texts are expressions without side effects: they may stand in the result several times. */
export interface CompiledParameter {
  readonly parameter: Parameter;
  /** Whether a text is a value. */
  readonly fits: (text: Expression) => Expression;
  /**
   * What is wrong with a text that the annotation `key` gives, a list of messages as the webhook has them, each with its
   * code: `annotation sidecar.io/logs.depth: got "deep"; use a whole number, at least 0 (invalid-value)`.
   */
  readonly problems: (text: Expression, key: Expression) => Expression;
  /**
   * What is wrong with a text: a list of the ends of those messages, to be put behind what many of them have in common
   * with `problemMessage`, which is long.
   */
  readonly advice: (text: Expression) => Expression;
  /** The same of a parameter that holds one value, of a text in which nothing is that no value may have. */
  readonly adviceOnSafe: (text: Expression) => Expression;
  /**
   * Of a text without problems its value: a text, an int or a bool. Of a list a list of them, of a map a list of pairs of
   * name and value, both texts. Of no known type where the parameter has literals beside another type.
   */
  readonly value: (text: Expression) => Expression;
  /** Its value as it is inserted into a text. */
  readonly insertedText: (text: Expression) => Expression;
  /** Whether a fact holds of it. */
  readonly fact: (text: Expression, fact: string) => Expression;
  /** The whole seconds of a duration, an int; 0 where it has none, as a literal has. */
  readonly seconds: (text: Expression) => Expression;
  /** Its magnitude, a double; 0.0 where it has none. */
  readonly magnitude: (text: Expression) => Expression;
  /** What of it cannot be said in CEL, or is said differently. */
  readonly losses: readonly FoundLoss[];
}

/** Says in CEL what a parameter takes, and what becomes of it. */
export function compileParameter(parameter: Parameter, policy: InjectionPolicy): CompiledParameter {
  const one = compileValue(parameter);
  const misfit = misfitOf(parameter, one);
  const rules = one.type.origin === undefined ? [] : originRules(parameter, one.type.origin, policy);
  const isLiteral = (text: Expression) =>
    parameter.literals.length === 0 ? no : isIn(text, texts(parameter.literals));
  const holdsMagnitude = parameter.holds === 'one' ? one.type.magnitude : undefined;
  return {
    parameter,
    fits: text => equals(misfit(text), fits),
    advice: text => bind(text, 'given', given => adviceFor(given, parameter, misfit, rules)),
    adviceOnSafe: text =>
      bind(text, 'given', given =>
        adviceOnValue(given, parameter, beside(parameter, one.misfitOfType), rules),
      ),
    problems: (text, key) =>
      bind(text, 'given', given =>
        each(adviceFor(given, parameter, misfit, rules), 'map', 'advice', advice =>
          problemMessage({ key, text: given, type: parameter.type }, advice),
        ),
      ),
    value: text => literalOr(isLiteral(text), text, valueOfSeveral(parameter, one, text)),
    insertedText: text => conditional(isLiteral(text), text, insertedText(parameter, one, text)),
    fact: (text, fact) =>
      conditional(isLiteral(text), equals(text, fact), factOfSeveral(parameter, one, { text, fact })),
    seconds: text =>
      holdsMagnitude && parameter.type === 'duration'
        ? conditional(isLiteral(text), integer(0), wholeSeconds(holdsMagnitude(text)))
        : integer(0),
    magnitude: text => (holdsMagnitude ? conditional(isLiteral(text), zero, holdsMagnitude(text)) : zero),
    losses: lossesOf(parameter, one),
  };
}

const zero = double(0);

/** A message about the text that the annotation `key` gives; `type` is that of its parameter, or an expression for it. */
export function problemMessage(
  about: { readonly key: Expression; readonly text: Expression; readonly type?: string | Expression },
  advice: Expression,
): Expression {
  const { key, text, type } = about;
  return conditional(
    equals(text, ''),
    concat('annotation ', key, advice),
    concat('annotation ', key, ': got ', shownValue(text, type), advice),
  );
}

/** What to write instead; empty where the text is a value. */
function misfitOf(parameter: Parameter, one: CompiledValue): (text: Expression) => Expression {
  const advise = adviceOf(parameter);
  const { holds, literals } = parameter;
  const several = (text: Expression): Expression => {
    if (holds === 'one') return one.misfit(text);
    return misfitOfSeveral(text, advise, parts =>
      holds === 'list'
        ? firstMisfit(each(parts, 'map', 'part', one.misfit))
        : bind(misfitOfNames(parts, advise), 'ofNames', found =>
            conditional(
              differs(found, ''),
              found,
              firstMisfit(each(each(parts, 'map', 'entry', writtenValueOf), 'map', 'part', one.misfit)),
            ),
          ),
    );
  };
  return beside({ literals }, several);
}

/** A literal is always a value. */
function beside(
  { literals }: Pick<Parameter, 'literals'>,
  misfit: (text: Expression) => Expression,
): (text: Expression) => Expression {
  if (literals.length === 0) return misfit;
  return text => conditional(isIn(text, texts(literals)), fits, misfit(text));
}

/** What stands in the messages behind the value. */
function adviceFor(
  text: Expression,
  parameter: Parameter,
  misfit: (text: Expression) => Expression,
  rules: readonly OriginRule[],
): Expression {
  const empty = literal(`: the value is empty; use ${parameter.expects} (empty-value)`);
  return conditional(equals(text, ''), list(empty), adviceOnValue(text, parameter, misfit, rules));
}

/** The same of a text that is not empty. */
function adviceOnValue(
  text: Expression,
  parameter: Parameter,
  misfit: (text: Expression) => Expression,
  rules: readonly OriginRule[],
): Expression {
  const broken = rules.map(rule => {
    const message = list(literal(`; ${rule.advice} (origin-not-allowed)`));
    return conditional(keepsTo(rule, text, parameter), list(), message);
  });
  return bind(misfit(text), 'use', use =>
    conditional(
      differs(use, ''),
      list(concat('; use ', use, ' (invalid-value)')),
      broken.length === 0 ? list() : concat(...broken),
    ),
  );
}

function keepsTo(
  rule: OriginRule,
  text: Expression,
  { holds, literals, defaultValue }: Parameter,
): Expression {
  const spared = [...literals, ...(rule.sparesDefault && defaultValue ? [defaultValue.text] : [])];
  const values =
    holds === 'map' ? each(splitValues(text), 'map', 'entry', writtenValueOf) : splitValues(text);
  const isAllowed = holds === 'one' ? rule.isAllowed(text) : each(values, 'all', 'part', rule.isAllowed);
  return or(spared.length === 0 ? no : isIn(text, texts(spared)), isAllowed);
}

/** A literal is a text, whatever the values are. */
function literalOr(isLiteral: Expression, text: Expression, value: Expression): Expression {
  return isLiteral === no || value === text ? value : conditional(isLiteral, dyn(text), dyn(value));
}

function valueOfSeveral({ holds }: Parameter, one: CompiledValue, text: Expression): Expression {
  switch (holds) {
    case 'one':
      return one.value(text);
    case 'list':
      return each(splitValues(text), 'map', 'part', one.value);
    case 'map':
      return each(inOrderOfKeys(splitValues(text)), 'map', 'entry', entry =>
        list(nameOf(entry), one.insertedText(writtenValueOf(entry))),
      );
  }
}

function insertedText({ holds }: Parameter, one: CompiledValue, text: Expression): Expression {
  switch (holds) {
    case 'one':
      return one.insertedText(text);
    case 'list':
      return joined(each(splitValues(text), 'map', 'part', one.insertedText));
    case 'map':
      return joined(
        each(inOrderOfKeys(splitValues(text)), 'map', 'entry', entry =>
          concat(nameOf(entry), '=', one.insertedText(writtenValueOf(entry))),
        ),
      );
  }
}

function joined(values: Expression): Expression {
  return method(values, 'join', literal(','));
}

function factOfSeveral(
  { holds }: Parameter,
  one: CompiledValue,
  { text, fact }: { readonly text: Expression; readonly fact: string },
): Expression {
  if (holds === 'one') return one.fact(text, fact);
  const values =
    holds === 'map' ? each(splitValues(text), 'map', 'entry', writtenValueOf) : splitValues(text);
  return each(values, 'exists', 'part', part => one.fact(part, fact));
}

function lossesOf({ name, holds }: Parameter, one: CompiledValue): readonly FoundLoss[] {
  const several: readonly LossCode[] = holds === 'one' ? [] : ['many-values', 'control-characters'];
  const ofParameter: readonly LossCode[] = [...several, 'hidden-value'];
  return [...one.losses, ...ofParameter.map(code => ({ code, detail: name }))];
}
