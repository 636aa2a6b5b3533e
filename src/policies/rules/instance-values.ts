/** The values of an instance under the names of their parameters: what templates are made with. */
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import {
  and,
  at,
  bind,
  conditional,
  dyn,
  entry,
  isIn,
  literal,
  mapOf,
  none,
  optionalAt,
  optionalEntry,
  orValue,
  some,
} from '../cel/build-expression.ts';
import type { Expression, MapEntry } from '../cel/expression.ts';
import type { CompiledParameter } from '../parameters/compile-parameter.ts';
import { canBeMissing, factKey } from '../template/conditions.ts';
import { type CompiledParameters, isOfSwitch, onlyOfSwitch } from './compiled-parameters.ts';
import { requestKey } from './instance-keys.ts';
import { requestKeys } from './requests.ts';
import { usedFacts } from './used-facts.ts';

/** The map of an instance: its values by parameter, the facts that the definition asks for, its name and its request. */
export function valuesOf(request: Expression, compiled: CompiledParameters): Expression {
  const { definition, ofSwitch } = compiled;
  const text = at(at(request, requestKeys.texts), '');
  if (onlyOfSwitch(definition)) return valuesWith(request, compiled, undefined);
  return bind(ofSwitch.split(text), 'split', found => valuesWith(request, compiled, ofSwitch.texts(found)));
}

function valuesWith(
  request: Expression,
  { definition, parameters }: CompiledParameters,
  ofSwitchTexts: ReadonlyMap<string, Expression> | undefined,
): Expression {
  const texts = at(request, requestKeys.texts);
  const facts = usedFacts(definition);
  const entries = [...parameters].flatMap(([key, parameter]): readonly MapEntry[] => {
    const text = textOf(key, { texts, request, definition, ofSwitchTexts });
    const isThere = canBeMissing(parameter.parameter) ? isIn(key, texts) : undefined;
    return [
      ...valueEntries(key, text, { parameter, isThere, facts }),
      ...factEntries(key, text, { parameter, isThere, facts }),
    ];
  });
  return mapOf([
    entry('name', dyn(at(request, requestKeys.name))),
    entry(requestKey, dyn(request)),
    ...entries,
  ]);
}

interface TextSource {
  readonly texts: Expression;
  readonly request: Expression;
  readonly definition: SidecarDefinition;
  readonly ofSwitchTexts: ReadonlyMap<string, Expression> | undefined;
}

function textOf(name: string, { texts, request, definition, ofSwitchTexts }: TextSource): Expression {
  if (isOfSwitch(definition, name)) return ofSwitchTexts?.get(name) ?? at(texts, '');
  const preset = definition.presets.get(name);
  if (preset !== undefined) return orValue(optionalAt(texts, name), preset.text);
  const isVolume = name === 'volume' && definition.parameters.get(name)?.isCommon;
  if (isVolume) return orValue(optionalAt(texts, name), at(request, requestKeys.name));
  return at(texts, name);
}

interface Reading {
  readonly parameter: CompiledParameter;
  /** Undefined where it has a value always. */
  readonly isThere: Expression | undefined;
  readonly facts: ReadonlyMap<string, ReadonlySet<string>>;
}

function valueEntries(
  name: string,
  text: Expression,
  { parameter, isThere, facts }: Reading,
): readonly MapEntry[] {
  const made = (key: string, value: Expression) =>
    isThere === undefined
      ? entry(key, dyn(value))
      : optionalEntry(key, conditional(isThere, some(dyn(value)), none));
  const asked = facts.get(name);
  const numbers = [
    ...(asked?.has('seconds') ? [made(factKey(name, 'seconds'), parameter.seconds(text))] : []),
    ...(asked?.has('magnitude') ? [made(factKey(name, 'magnitude'), parameter.magnitude(text))] : []),
  ];
  return [made(name, parameter.value(text)), ...numbers];
}

function factEntries(
  name: string,
  text: Expression,
  { parameter, isThere, facts }: Reading,
): readonly MapEntry[] {
  return [...(facts.get(name) ?? [])]
    .filter(fact => parameter.parameter.facts.includes(fact))
    .map(fact => entry(factKey(name, fact), dyn(and(isThere ?? literal(true), parameter.fact(text, fact)))));
}
