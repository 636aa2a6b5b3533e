import { isObject, type Json } from '../../kubernetes/json.ts';
import { canBeUnset } from '../definition.ts';
import { isChoice, isEach, parametersIn, parseConditions } from '../template/template.ts';
import { type Circumstances, isUnset, type KnownParameters, withAll, withoutAll } from './circumstances.ts';

interface Surroundings {
  readonly parameters: KnownParameters;
  /** A parameter without a value takes the whole entry away. */
  readonly isInList: boolean;
}

/**
 * When nothing is rendered for a value: a choice has no branch for it, a parameter has no value, or all that a list or a
 * map holds is left out. Each circumstances are one way; none where something is always there.
 */
export function absencesOf(value: Json | undefined, surroundings: Surroundings): readonly Circumstances[] {
  if (value === undefined) return [[]];
  if (typeof value === 'string') return absencesOfText(value, surroundings);
  if (Array.isArray(value)) {
    return together(value.map((entry: Json) => absencesOfEntry(entry, surroundings)));
  }
  if (!isObject(value) || 'json' in value) return [];
  if (!isChoice(value)) {
    return together(Object.values(value).map(entry => absencesOf(entry, surroundings)));
  }
  const conditions = parseConditions(value['when']);
  return [
    ...absencesOf(value['value'], surroundings).map(when => withAll(when, conditions)),
    ...absencesOf(value['else'], surroundings).map(when => withoutAll(when, conditions)),
  ];
}

function absencesOfText(text: string, { parameters, isInList }: Surroundings): readonly Circumstances[] {
  if (isInList) return [];
  return parametersIn(text).flatMap(name => {
    const parameter = parameters.get(name);
    return parameter && canBeUnset(parameter) ? [[[isUnset(parameter.name)]]] : [];
  });
}

function absencesOfEntry(entry: Json, surroundings: Surroundings): readonly Circumstances[] {
  const inEntry = { ...surroundings, isInList: false };
  if (!isObject(entry) || !('value' in entry)) return absencesOf(entry, inEntry);
  const conditions = 'when' in entry ? parseConditions(entry['when']) : [];
  const value = absencesInPlace(entry['value'], inEntry);
  if (isEach(entry)) {
    // Without a value to make it of there is no such entry.
    const without: readonly Circumstances[] = [[[isUnset(entry.each)]], ...value];
    return conditions.length === 0 ? without : [...without, withoutAll([], conditions)];
  }
  if (!isChoice(entry)) return absencesOf(entry, inEntry);
  return [
    ...value.map(when => withAll(when, conditions)),
    ...absencesInPlace(entry['else'], inEntry).map(when => withoutAll(when, conditions)),
  ];
}

/** When nothing stands in the place of an entry. Of several entries one without its value takes the others away. */
function absencesInPlace(value: Json | undefined, surroundings: Surroundings): readonly Circumstances[] {
  if (!Array.isArray(value)) return absencesOf(value, surroundings);
  const texts = value.filter((entry: Json) => typeof entry === 'string');
  return [
    ...texts.flatMap(text => absencesOf(text, surroundings)),
    ...together(value.map((entry: Json) => absencesOfEntry(entry, surroundings))),
  ];
}

/** More ways than a person writes. */
const maxWays = 64;

/** When all of several are absent. What holds nothing at all is rendered as it is. */
export function together(all: readonly (readonly Circumstances[])[]): readonly Circumstances[] {
  if (all.length === 0 || all.some(ways => ways.length === 0)) return [];
  let found: readonly Circumstances[] = [[]];
  for (const ways of all) {
    found = found
      .flatMap(before => ways.map(when => (when.length === 0 ? before : [...before, ...when])))
      .slice(0, maxWays);
  }
  return found;
}
