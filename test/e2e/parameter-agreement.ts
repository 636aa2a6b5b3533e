/** What the engine and the policies make of a text that an annotation gives to a parameter, and how that differs. */
import type { InjectionPolicy } from '../../src/injection/policy.ts';
import { readInstance } from '../../src/injection/request/read-instance.ts';
import type { SidecarRequest } from '../../src/injection/request/read-requests.ts';
import { isObject, type Json } from '../../src/kubernetes/json.ts';
import {
  at,
  bind,
  call,
  concat,
  conditional,
  dyn,
  each,
  equals,
  integer,
  literal,
  method,
  name,
} from '../../src/policies/cel/build-expression.ts';
import type { Expression } from '../../src/policies/cel/expression.ts';
import type { LossCode } from '../../src/policies/losses.ts';
import type { CompiledParameter } from '../../src/policies/parameters/compile-parameter.ts';
import type { Parameter, ParameterValue, SidecarDefinition } from '../../src/sidecars/definition.ts';
import { plainSwitchValue } from '../../src/sidecars/parameters/switch-value.ts';
import { renderTemplate } from '../../src/sidecars/template/render-template.ts';
import { fields, isZero, separator } from './evaluated-expressions.ts';

/** What is wrong with a text, or what it means; all in texts that both can write. */
export interface Meaning {
  readonly problems: readonly string[];
  readonly value?: string;
  readonly insertedText?: string;
  readonly facts?: string;
  readonly seconds?: number;
  readonly magnitude?: number;
}

/** The key that the messages name. */
const shownKey = 'sidecar.io/test';

const between = '\u001f';

/** The meaning of a text by the engine. */
export function meaningByEngine(parameter: Parameter, policy: InjectionPolicy, text: string): Meaning {
  const request = requestWith(parameter.name, text);
  const { findings } = readInstance(request, definitionOf(parameter), policy);
  const problems = findings.flatMap(({ kind, message, code }) =>
    kind === 'refusal' ? `${message} (${code})` : [],
  );
  const value = parameter.read(text).value;
  return problems.length > 0 || value === undefined
    ? { problems }
    : { problems, ...meaningOf(parameter, value) };
}

function requestWith(parameter: string, text: string): SidecarRequest {
  return {
    sidecar: 'test',
    name: 'test',
    key: shownKey,
    shownName: 'test',
    shownKey,
    annotations: new Map([
      ['', 'true'],
      [parameter, text],
    ]),
    hash: '',
  };
}

function definitionOf(parameter: Parameter): SidecarDefinition {
  const definition: Partial<SidecarDefinition> = {
    name: 'test',
    switchValue: plainSwitchValue,
    parameters: new Map([[parameter.name, parameter]]),
    presets: new Map(),
  };
  return definition as SidecarDefinition;
}

function meaningOf(parameter: Parameter, value: ParameterValue): Omit<Meaning, 'problems'> {
  const scope = { name: 'test', isOnce: false, values: new Map([[parameter.name, value]]) };
  const part = { parameter: parameter.name };
  const insertedText = renderTemplate(
    { kind: 'text', parts: [part], isExpanded: false } as never,
    scope as never,
  );
  const seconds = renderTemplate({ kind: 'typed', ...part, isInSeconds: true } as never, scope as never);
  return {
    value: taggedValue(value.value),
    insertedText: String(insertedText),
    facts: parameter.facts.filter(fact => value.facts?.includes(fact)).join(),
    seconds:
      parameter.type === 'duration' && parameter.holds === 'one' && typeof seconds === 'number' ? seconds : 0,
    magnitude: (value.magnitude ?? 0) + 0,
  };
}

function taggedValue(value: Json): string {
  if (Array.isArray(value)) return `l${value.map(taggedValue).join(between)}`;
  if (isObject(value))
    return `l${Object.entries(value)
      .map(([key, entry]) => `p${key}=${String(entry)}`)
      .join(between)}`;
  const tag = { number: 'i', boolean: 'b' }[typeof value as string] ?? 's';
  return `${tag}${String(value === 0 ? 0 : value)}`;
}

/** An expression for the meaning of a text; {@link readMeaning} reads what it makes. */
export function meaningExpression(compiled: CompiledParameter, text: Expression): Expression {
  const { parameter } = compiled;
  const facts = [...new Set(parameter.facts)].map(fact =>
    conditional(compiled.fact(text, fact), literal(`${fact},`), literal('')),
  );
  const meaning = fields(
    taggedBy(compiled, text),
    call('string', compiled.insertedText(text)),
    concat('', ...facts),
    call('string', compiled.seconds(text)),
    call('string', compiled.magnitude(text)),
  );
  return bind(compiled.problems(text, literal(`${shownKey}.${parameter.name}`)), 'problems', problems =>
    conditional(isZero(problems), meaning, concat('!', method(problems, 'join', literal(separator)))),
  );
}

function taggedBy({ parameter, value }: CompiledParameter, text: Expression): Expression {
  if (parameter.holds === 'one') return bind(dyn(value(text)), 'value', tagged);
  return bind(dyn(value(text)), 'value', several => {
    const ofOne = (one: Expression) =>
      parameter.holds === 'list' ? tagged(one) : concat('p', at(one, integer(0)), '=', at(one, integer(1)));
    const joined = method(each(several, 'map', 'one', ofOne), 'join', literal(between));
    return conditional(isOf(several, 'list'), concat('l', joined), tagged(several));
  });
}

function tagged(value: Expression): Expression {
  const tag = conditional(
    isOf(value, 'string'),
    literal('s'),
    conditional(isOf(value, 'int'), literal('i'), literal('b')),
  );
  return concat(tag, call('string', value));
}

function isOf(value: Expression, type: string): Expression {
  return equals(call('type', value), name(type));
}

/** Reads what {@link meaningExpression} has made. */
export function readMeaning(text: string): Meaning {
  if (text.startsWith('!')) return { problems: text.slice(1).split(separator) };
  const [value = '', insertedText = '', facts = '', seconds, magnitude] = text.split(separator);
  return {
    problems: [],
    value,
    insertedText,
    facts: facts.replace(/,$/, ''),
    seconds: Number(seconds),
    magnitude: Number(magnitude),
  };
}

/** The texts of which each loss may be the reason for a difference. */
const isLost: Readonly<Partial<Record<LossCode, (text: string) => boolean>>> = {
  'host-notation': text => /[^ -~]|%|xn--|(?:[/.]|^)(?:\d+|0x[0-9a-f]*)\.?(?:[:/?#,]|$)/i.test(text),
  'ipv6-notation': text => text.includes('['),
  'large-exponent': text => /[eE][+-]?0*[1-9]\d\d/.test(text),
  'control-characters': text => text.includes('\u0001'),
  'many-values': text => text.length > 8192 || text.split(',').length > 200,
  'unicode-version': text => /[^ -~]/.test(text),
};

/** Texts of which policies may show less than the engine. */
export const isHidden = (text: string) =>
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u{10000}-\u{10ffff}\u017f\u212a]|%[0-7][0-9a-f]/iu.test(text) ||
  text.length > 256;

/** Why the policies may differ for a text; `undefined` where they may not, and `'same'` where they do not. */
export function differenceOf(
  text: string,
  [engine, policies]: readonly [Meaning, Meaning],
  losses: ReadonlySet<LossCode>,
): LossCode | 'same' | undefined {
  if (JSON.stringify(engine) === JSON.stringify(policies)) return 'same';
  const [said, known] = [policies.problems, engine.problems];
  // What the engine refuses no policy lets pass.
  if (said.length === 0) return undefined;
  const refusal = [...losses].find(code => isLost[code]?.(text));
  if (known.length === 0 || withoutValue(said) !== withoutValue(known)) return refusal;
  const showsLess = said.every(
    (problem, index) => problem === known[index] || problem.includes(': got "***"; '),
  );
  return showsLess && losses.has('hidden-value') && isHidden(text) ? 'hidden-value' : undefined;
}

function withoutValue(problems: readonly string[]): string {
  return problems.map(problem => problem.replace(/: got ".*?"; /s, ': got; ')).join('\n');
}
