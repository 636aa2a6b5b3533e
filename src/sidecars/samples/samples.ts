import type { ParameterReading } from '../definition.ts';
import type { ParameterType } from '../parameters/types/parameter-type.ts';
import type { PatternProgram } from '../pattern/pattern-program.ts';
import { textsOf } from './pattern-texts.ts';
import { type Limits, typedSamples } from './typed-samples.ts';

/** A parameter as far as its values go. */
export interface SampledParameter extends Limits {
  readonly name: string;
  readonly type: string;
  readonly default?: string | undefined;
  readonly values?: readonly string[] | undefined;
  readonly or?: readonly string[] | undefined;
  readonly holds: 'one' | 'list' | 'map';
}

export interface Sampling {
  readonly type: ParameterType;
  readonly pattern: PatternProgram | undefined;
  /** Reads the whole value of an annotation. */
  readonly read: (text: string) => ParameterReading;
}

/** How many samples one parameter has. */
const maxSamples = 64;

/** How many texts that a pattern matches are tried: the type, or `not`, may refuse the first ones. */
const maxPatternTexts = 200;

/**
 * Values that a parameter accepts, as an annotation would write them, without repeats. Its default is the first; where
 * it has none, the first is a value as a person would write it. Then come those of which other facts hold. Empty where
 * none was found.
 */
export function samplesOf(parameter: SampledParameter, sampling: Sampling): readonly string[] {
  const { default: preset, or = [] } = parameter;
  const texts = [...(preset === undefined ? [] : [preset]), ...severalOf(parameter, sampling), ...or];
  const accepted = [...new Set(texts)].flatMap(text => {
    const { value } = sampling.read(text);
    return value ? [{ text, facts: (value.facts ?? []).toSorted().join() }] : [];
  });
  const firstOfFacts = new Map(accepted.toReversed().map(({ text, facts }) => [facts, text]));
  const [ofNewFacts, rest] = [
    accepted.filter(({ text, facts }) => firstOfFacts.get(facts) === text),
    accepted.filter(({ text, facts }) => firstOfFacts.get(facts) !== text),
  ];
  return [...ofNewFacts, ...rest].map(({ text }) => text).slice(0, maxSamples);
}

function severalOf(parameter: SampledParameter, sampling: Sampling): readonly string[] {
  const { holds } = parameter;
  const single = singleTexts(parameter, sampling);
  if (holds === 'one') return single;
  const { read } = sampling;
  const inList = [...new Set(single)].map(text => text.replaceAll(',', '\\,'));
  if (holds === 'list') {
    const [first, second] = inList.filter(text => read(text).value);
    return first === undefined ? [] : [second === undefined ? first : `${first},${second}`, first];
  }
  const [first, second = first] = inList.filter(text => read(`a=${text}`).value);
  return first === undefined ? [] : [`a=${first},b=${second}`, `a=${first}`];
}

function singleTexts(parameter: SampledParameter, { type, pattern }: Sampling): readonly string[] {
  const { values, name } = parameter;
  if (values) return values;
  const typed = typedSamples(parameter.type, name, parameter, type);
  if (pattern === undefined) return typed;
  const matching = textsOf(pattern, maxPatternTexts);
  return parameter.type === 'string' ? matching : [...typed, ...matching];
}
