import { isObject, type Json } from '../../kubernetes/json.ts';
import { isChoice, parseConditions, textParts } from '../template/template.ts';
import { isEach } from './alternatives.ts';
import {
  type Circumstances,
  canBeUnset,
  isUnset,
  type KnownParameters,
  withAll,
  withoutAll,
} from './circumstances.ts';

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
  return textParts(text).flatMap(part => {
    const parameter = typeof part === 'object' ? parameters.get(part.parameter) : undefined;
    return parameter && canBeUnset(parameter) ? [[[isUnset(parameter.name)]]] : [];
  });
}

function absencesOfEntry(entry: Json, surroundings: Surroundings): readonly Circumstances[] {
  // Without a value to make it of there is no such entry.
  if (isObject(entry) && isEach(entry)) return [[[isUnset(entry.each)]]];
  return absencesOf(entry, { ...surroundings, isInList: false });
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
