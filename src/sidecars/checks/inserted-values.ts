import { hasNumberFormat, hasTextFormat, numberProblem, textProblem } from '../schema/field-problem.ts';
import type { Shape } from '../shape.ts';
import { instanceName, nameInBraces, type ParameterPart, type TextPart, textParts } from '../template/template.ts';
import type { DefinitionUnderCheck, Rule } from './definition-under-check.ts';
import type { TextPlace } from './places.ts';
import { type Sample, samplesOf } from './sample-values.ts';

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
  const named = parts.filter(part => typeof part === 'object');
  if (named.length === 0 || named.some(({ parameter }) => !isKnown(definition, place, parameter))) return;
  const several = named.find(({ parameter }) => isJoined(definition, place, parameter));
  if (several) return definition.report(place.path, () => joinedProblem(definition, several));
  const samples = new Map(named.map(part => [part.parameter, samplesFor(definition, place, part)]));
  if ([...samples.values()].some(values => values.length === 0)) return;
  const tried = fillings(samples).map(filling => ({ filling, problem: problemOf(place.shape, parts, filling) }));
  if (tried.every(({ problem }) => problem !== undefined)) {
    const names = [...samples.keys()].map(name => `\${${name}}`).join(' and ');
    definition.report(place.path, () => `no value of ${names} fits here: ${tried[0]?.problem}`);
    return;
  }
  const bad = [...samples].flatMap(([name, values]) =>
    values
      .filter(value => value.isCertain)
      .filter(value => isAlwaysWrong(tried.filter(({ filling }) => filling.get(name) === value)))
      .map(value => ({ name, value })),
  )[0];
  if (bad === undefined) return;
  const problem = tried.find(({ filling }) => filling.get(bad.name) === bad.value)?.problem;
  definition.report(place.path, () => `\${${bad.name}} may be "${String(bad.value.value)}": ${problem}`);
}

function isAlwaysWrong(tried: readonly { readonly problem: string | undefined }[]): boolean {
  return tried.length > 0 && tried.every(({ problem }) => problem !== undefined);
}

function isKnown({ parameters }: DefinitionUnderCheck, { each }: TextPlace, name: string): boolean {
  return parameters.has(name) || name === instanceName || (each !== undefined && partsOfEach.has(name));
}

/** What the value of an entry that is made once for each of several can name. */
const partsOfEach: ReadonlySet<string> = new Set(['each', 'each.index', 'each.name', 'each.value']);

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

type Filling = ReadonlyMap<string, Sample>;

function samplesFor(
  { parameters, name, canHold }: DefinitionUnderCheck,
  { when, each }: TextPlace,
  { parameter: named }: ParameterPart,
): readonly Sample[] {
  const own = parameters.get(named);
  if (own) {
    const asked = (facts: readonly string[]) =>
      facts.map(fact => [{ subject: named, fact, isNegated: false }]);
    return samplesOf(own).filter(({ facts }) => own.holds !== 'one' || canHold([...when, ...asked(facts)]));
  }
  const fixed = (value: string | number) => ({ value, seconds: undefined, facts: [], isCertain: true });
  if (named === instanceName) return [fixed(name)];
  if (named === 'each.index') return [fixed(0)];
  if (named === 'each.name') return ['a', 'A'].map(value => ({ ...fixed(value), isCertain: false }));
  const repeated = parameters.get(each ?? '');
  return repeated === undefined || repeated.holds === 'map' ? [] : samplesOf(repeated);
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
