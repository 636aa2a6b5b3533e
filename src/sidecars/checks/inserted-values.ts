import { isObject } from '../../kubernetes/json.ts';
import type { Parameter } from '../definition.ts';
import { hasNumberFormat, hasTextFormat, numberProblem, textProblem } from '../schema/field-problem.ts';
import type { Shape } from '../shape.ts';
import {
  eachIndex,
  eachName,
  eachOfMap,
  eachValue,
  instanceName,
  nameInBraces,
  type ParameterPart,
  type TextPart,
  textParts,
} from '../template/template.ts';
import type { DefinitionUnderCheck, Rule } from './definition-under-check.ts';
import type { TextPlace } from './places.ts';
import { moreSamplesOf, type Sample, samplesOf } from './sample-values.ts';

/** What parameters put into a field fits it: each value that is known, and of those that are not at least some. */
export const checkInsertedValues: Rule = definition => {
  for (const place of definition.places.texts) {
    if (place.value.includes('${') && hasFormat(place.shape)) checkPlace(definition, place);
  }
};

function hasFormat(shape: Shape): boolean {
  const isOfText = hasTextFormat(shape) && (shape.pattern !== undefined || shape.values !== undefined);
  return isOfText || (hasNumberFormat(shape) && shape.minimum !== undefined);
}

function checkPlace(definition: DefinitionUnderCheck, place: TextPlace): void {
  const parts = textParts(place.value);
  const named = [...new Map(parts.flatMap(asNamed)).values()];
  if (named.length === 0 || named.some(({ parameter }) => !isKnown(definition, place, parameter))) return;
  const several = named.find(({ parameter }) => isJoined(definition, place, parameter));
  if (several) return definition.report(place.path, () => joinedProblem(definition, several));
  const samples = new Map(named.map(part => [part.parameter, samplesFor(definition, place, part)]));
  const tried = triedIn(place, parts, samples);
  if (isAlwaysWrong(tried)) {
    const more = named.map(
      part => [part.parameter, samplesFor(definition, place, part, moreSamplesOf)] as const,
    );
    const triedMore = triedIn(place, parts, new Map(more));
    // Where nothing is known of a value, it may be any.
    if (triedMore.length === 0 || !isAlwaysWrong(triedMore)) return;
    return reportNone(definition, place, triedMore);
  }
  reportCertain(definition, place, { samples, tried });
}

/** A text may name one parameter thousands of times. */
function asNamed(part: TextPart): readonly (readonly [name: string, part: ParameterPart])[] {
  return typeof part === 'object' ? [[part.parameter, part]] : [];
}

type Filling = ReadonlyMap<string, Sample>;

interface Tried {
  readonly filling: Filling;
  readonly problem: string | undefined;
}

function triedIn(
  { shape }: TextPlace,
  parts: readonly TextPart[],
  samples: ReadonlyMap<string, readonly Sample[]>,
): readonly Tried[] {
  return fillings(samples).map(filling => ({ filling, problem: problemOf(shape, parts, filling) }));
}

function reportNone({ report }: DefinitionUnderCheck, { path }: TextPlace, tried: readonly Tried[]): void {
  const [first] = tried;
  const names = [...(first?.filling.keys() ?? [])].map(name => `\${${name}}`).join(' and ');
  report(path, () => `no value of ${names} fits here: ${first?.problem}`);
}

/** What everyone gets who sets nothing, and each of few values. */
function reportCertain(
  { report }: DefinitionUnderCheck,
  { path }: TextPlace,
  {
    samples,
    tried,
  }: { readonly samples: ReadonlyMap<string, readonly Sample[]>; readonly tried: readonly Tried[] },
): void {
  for (const [name, values] of samples) {
    for (const value of values) {
      const having = value.isCertain ? tried.filter(({ filling }) => filling.get(name) === value) : [];
      if (having.length === 0 || !isAlwaysWrong(having)) continue;
      report(path, () => `\${${name}} can be "${String(value.value)}": ${having[0]?.problem}`);
      return;
    }
  }
}

function isAlwaysWrong(tried: readonly Tried[]): boolean {
  return tried.every(({ problem }) => problem !== undefined);
}

function isKnown({ parameters }: DefinitionUnderCheck, { each }: TextPlace, name: string): boolean {
  return parameters.has(name) || name === instanceName || (each !== undefined && partsOfEach.has(name));
}

/** What the value of an entry that is made once for each of several can name. */
const partsOfEach: ReadonlySet<string> = new Set([eachValue, eachIndex, eachName, eachOfMap]);

/** Where a text is no list entry itself, several values stand in it with commas between them. */
function isJoined({ parameters }: DefinitionUnderCheck, { isEntry }: TextPlace, name: string): boolean {
  const holds = parameters.get(name)?.holds ?? 'one';
  return holds === 'map' || (holds === 'list' && !isEntry);
}

function joinedProblem({ parameters }: DefinitionUnderCheck, part: ParameterPart): string {
  const isMap = parameters.get(part.parameter)?.holds === 'map';
  const [name, kind, joined] = [part.parameter, isMap ? 'map' : 'list', isMap ? 'a=1,b=2' : 'a,b'];
  const inside = isMap ? '${each.name} and ${each.value}' : '${each}';
  return `\${${name}} is a ${kind}, which would stand here as ${joined}; make the entry of the list once for each of its values: {each: ${name}, value: …} with ${inside} inside`;
}

function samplesFor(
  { parameters, name, canHold }: DefinitionUnderCheck,
  { when, each }: TextPlace,
  { parameter: named }: ParameterPart,
  find: (parameter: Parameter) => readonly Sample[] = samplesOf,
): readonly Sample[] {
  const own = parameters.get(named);
  if (own) {
    const asked = (facts: readonly string[]) =>
      facts.map(fact => [{ subject: named, fact, isNegated: false }]);
    return find(own).filter(({ facts }) => own.holds !== 'one' || canHold([...when, ...asked(facts)]));
  }
  const fixed = (value: string | number) => ({ value, seconds: undefined, facts: [], isCertain: true });
  if (named === instanceName) return [fixed(name)];
  if (named === eachIndex) return [fixed(0)];
  const repeated = parameters.get(each ?? '');
  const preset = repeated?.defaultValue?.value;
  const entries = isObject(preset) ? Object.entries(preset) : [];
  if (named === eachName) {
    const names = ['a', 'A'].map(value => ({ ...fixed(value), isCertain: false }));
    return [...entries.map(([key]) => fixed(key)), ...names];
  }
  if (entries.length > 0) {
    return entries.map(([, value]) => fixed(typeof value === 'number' ? value : String(value)));
  }
  return repeated === undefined || repeated.holds === 'map' ? [] : find(repeated);
}

/** As many as are enough to find one that fits. */
const maxFillings = 400;

/** Each of the values of each of the parameters with those of the others. */
function fillings(samples: ReadonlyMap<string, readonly Sample[]>): readonly Filling[] {
  let found: readonly Filling[] = [new Map()];
  for (const [name, values] of samples) {
    found = found
      .flatMap(filling => values.map(value => new Map([...filling, [name, value]])))
      .slice(0, maxFillings);
  }
  return found;
}

function problemOf(shape: Shape, parts: readonly TextPart[], filling: Filling): string | undefined {
  const [first, ...others] = parts;
  if (typeof first === 'object' && others.length === 0) {
    const value = valueIn(first, filling);
    if (typeof value === 'number' && hasNumberFormat(shape)) return numberProblem(value, shape);
  }
  if (!hasTextFormat(shape)) return undefined;
  const text = parts.map(part => (typeof part === 'string' ? part : String(valueIn(part, filling)))).join('');
  return textProblem(text, shape);
}

function valueIn(part: ParameterPart, filling: Filling): Sample['value'] {
  const sample = filling.get(part.parameter);
  if (part.isInSeconds && sample?.seconds !== undefined) return Math.max(1, Math.ceil(sample.seconds - 1e-9));
  return sample?.value ?? nameInBraces(part);
}
