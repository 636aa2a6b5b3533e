import { replaceUnseen } from '../../shown-text.ts';
import type { Parameter, ParameterLimits, ParameterReading, ParameterValue } from '../definition.ts';
import { compilePattern, type Pattern } from '../pattern/pattern.ts';
import { samplesOf } from '../samples/samples.ts';
import { entriesOf, limited, listOf, type Reader } from './several-values.ts';
import type { ParameterType, TypedValue } from './types/parameter-type.ts';
import { parameterTypes } from './types/parameter-types.ts';

/** A parameter as a definition writes it, after its shape was checked. All texts, in the notation of the type. */
export interface ParameterSpec {
  readonly type: string;
  readonly description?: string;
  readonly required?: boolean;
  readonly default?: string;
  readonly values?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: string;
  readonly maximum?: string;
  readonly not?: readonly string[];
  readonly or?: readonly string[];
  readonly list?: boolean;
  readonly map?: boolean;
  readonly needs?: string;
  /** What it takes, in words; by default made from the type and its limits. */
  readonly expects?: string;
}

/** What is wrong with a parameter, and at which of its keys. */
export interface ParameterProblem {
  readonly key?: keyof ParameterSpec;
  readonly message: string;
}

/** Makes a parameter that can read annotation values, or says everything that is wrong with it. */
export function parseParameter(
  name: string,
  spec: ParameterSpec,
  options: { readonly isCommon: boolean } = { isCommon: false },
): Parameter | readonly ParameterProblem[] {
  const type = parameterTypes.get(spec.type);
  if (type === undefined) return [{ key: 'type', message: `no type "${spec.type}"` }];
  const { pattern, problems: badPattern } = patternOf(spec);
  const problems = [
    ...misplacedConstraints(spec, type),
    ...badSeveral(spec, type),
    ...badConstraints(spec, type),
    ...badPattern,
  ];
  if (problems.length > 0) return problems;
  const reader = readerOf(spec, type, pattern);
  const preset = spec.default === undefined ? undefined : reader.read(spec.default);
  if (preset && !preset.value) {
    return [
      { key: 'default', message: `"${spec.default}" is not a value of its own type; use ${preset.use}` },
    ];
  }
  return {
    name,
    type: spec.type,
    description: spec.description ?? '',
    isRequired: spec.required ?? false,
    isCommon: options.isCommon,
    facts: [...Object.keys(type.facts), ...(spec.values ?? []), ...(spec.or ?? [])],
    factSentences: type.facts,
    literals: spec.or ?? [],
    needs: spec.needs,
    limits: limitsOf(spec),
    holds: amountOf(spec),
    defaultValue: preset?.value,
    expects: reader.expects,
    read: reader.read,
    samples: onceAsked(() =>
      samplesOf(
        { ...spec, name, holds: amountOf(spec) },
        { type, pattern: pattern?.program, read: reader.read },
      ),
    ),
  };
}

/** What takes time to find and few ask for: made when it is asked for first. */
function onceAsked<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function patternOf({ pattern: text }: ParameterSpec): {
  readonly pattern: Pattern | undefined;
  readonly problems: readonly ParameterProblem[];
} {
  const compiled = text === undefined ? undefined : compilePattern(text);
  if (compiled && 'problem' in compiled) {
    return { pattern: undefined, problems: [{ key: 'pattern', message: compiled.problem }] };
  }
  return { pattern: compiled, problems: [] };
}

function limitsOf({ values, pattern, minimum, maximum, not }: ParameterSpec): ParameterLimits {
  return { values, pattern, minimum, maximum, not };
}

function amountOf({ list, map }: ParameterSpec): Parameter['holds'] {
  if (map) return 'map';
  return list ? 'list' : 'one';
}

/** The values of the parameters that have a default. */
export function presetsOf(parameters: ReadonlyMap<string, Parameter>): ReadonlyMap<string, ParameterValue> {
  return new Map(
    [...parameters].flatMap(([name, { defaultValue }]) =>
      defaultValue ? [[name, defaultValue] as const] : [],
    ),
  );
}

function misplacedConstraints(spec: ParameterSpec, type: ParameterType): readonly ParameterProblem[] {
  const all = ['pattern', 'minimum', 'maximum', 'values'] as const;
  return all
    .filter(key => spec[key] !== undefined && !type.constraints.includes(key))
    .map(key => ({ key, message: `the type ${spec.type} has no "${key}"` }));
}

function badSeveral(
  { type: name, list, map }: ParameterSpec,
  type: ParameterType,
): readonly ParameterProblem[] {
  if (list && map) return [{ key: 'map', message: 'either a list or a map' }];
  if (!type.isSingle || !(list || map)) return [];
  return [{ key: list ? 'list' : 'map', message: `the type ${name} holds one value only` }];
}

function badConstraints(spec: ParameterSpec, type: ParameterType): readonly ParameterProblem[] {
  const problems: ParameterProblem[] = [];
  if (spec.type === 'enum' && !spec.values?.length) problems.push({ message: 'an enum needs "values"' });
  if (
    limitOf(spec.minimum, type, Number.NEGATIVE_INFINITY) >
    limitOf(spec.maximum, type, Number.POSITIVE_INFINITY)
  ) {
    problems.push({
      key: 'minimum',
      message: `the minimum ${spec.minimum} is above the maximum ${spec.maximum}`,
    });
  }
  if (spec.required && spec.default !== undefined) {
    problems.push({ key: 'default', message: 'a required parameter has no use for a default' });
  }
  for (const key of ['minimum', 'maximum'] as const) {
    const limit = spec[key];
    if (limit !== undefined && type.constraints.includes(key) && magnitudeOf(type, limit) === undefined) {
      problems.push({ key, message: `"${limit}" is not a value of the type; use ${type.expects}` });
    }
  }
  return problems;
}

function readerOf(spec: ParameterSpec, type: ParameterType, pattern: Pattern | undefined): Reader {
  const literals = spec.or ?? [];
  const one = readerOfOne(spec, type, pattern);
  const several = spec.map ? entriesOf(one) : spec.list ? listOf(one) : one;
  const expects = orLiterals(several.expects, literals);
  const read = (text: string): ParameterReading => {
    if (literals.includes(text)) return { value: { text, value: text, facts: [text] } };
    const reading = several.read(text);
    return !reading.value && reading.use === several.expects ? { use: expects } : reading;
  };
  return { expects, read };
}

function readerOfOne(spec: ParameterSpec, type: ParameterType, pattern: Pattern | undefined): Reader {
  const expects = expectation(spec, type);
  const checks = checksOf(spec, type, pattern);
  const readTyped = (text: string): ParameterReading => {
    const reading = type.read(text);
    if (!('value' in reading)) return { use: reading.use === type.expects ? expects : reading.use };
    return checks.every(check => check(text, reading))
      ? { value: withText(text, reading, spec) }
      : { use: expects };
  };
  const read = (text: string): ParameterReading => {
    const unsafe = text === '' ? expects : unsafeUse(text, spec, type);
    return unsafe === undefined ? readTyped(text) : { use: unsafe };
  };
  return limited({ expects, read }, type.maximumLength);
}

function withText(text: string, reading: TypedValue, spec: ParameterSpec): ParameterValue {
  return spec.values ? { ...reading, text, facts: [text] } : { ...reading, text };
}

/** What no value may hold, whatever its type: it could become an option, a second line or a second word. */
function unsafeUse(text: string, spec: ParameterSpec, type: ParameterType): string | undefined {
  if (replaceUnseen(text, '') !== text) return 'a value without control characters';
  if (text.startsWith('-') && !type.isSigned) return 'a value that does not begin with "-"';
  // The pattern of a plain text can allow them; what else a pattern is for is narrower than its type.
  const mayHaveSpaces = spec.type === 'string' && spec.pattern !== undefined;
  if (!mayHaveSpaces && /\s/.test(text)) return 'a value without spaces';
  return undefined;
}

type Check = (text: string, reading: TypedValue) => boolean;

function checksOf(spec: ParameterSpec, type: ParameterType, pattern: Pattern | undefined): readonly Check[] {
  const least = spec.minimum === undefined ? undefined : magnitudeOf(type, spec.minimum);
  const greatest = spec.maximum === undefined ? undefined : magnitudeOf(type, spec.maximum);
  return [
    text => !spec.values || spec.values.includes(text),
    text => !pattern || pattern.matches(text),
    (text, { value }) => !spec.not?.some(refused => refused === text || refused === String(value)),
    (_text, { magnitude }) => least === undefined || magnitude === undefined || magnitude >= least,
    (_text, { magnitude }) => greatest === undefined || magnitude === undefined || magnitude <= greatest,
  ];
}

function expectation(spec: ParameterSpec, type: ParameterType): string {
  if (spec.expects !== undefined) return spec.expects;
  const base = spec.values ? `one of ${spec.values.join(', ')}` : type.expects;
  const limits = [
    spec.pattern === undefined ? '' : ` that matches ${spec.pattern}`,
    spec.minimum === undefined ? '' : `, at least ${spec.minimum}`,
    spec.maximum === undefined ? '' : `, at most ${spec.maximum}`,
    spec.not?.length ? `, but not ${spec.not.join(' or ')}` : '',
  ];
  return `${base}${limits.join('')}`;
}

function orLiterals(expects: string, literals: readonly string[]): string {
  return literals.length === 0 ? expects : `${expects}, or ${literals.join(' or ')}`;
}

function limitOf(text: string | undefined, type: ParameterType, absent: number): number {
  return (text === undefined ? undefined : magnitudeOf(type, text)) ?? absent;
}

function magnitudeOf(type: ParameterType, text: string): number | undefined {
  const reading = type.read(text);
  return 'value' in reading ? reading.magnitude : undefined;
}
