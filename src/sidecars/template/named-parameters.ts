import { isObject, type Json, type JsonObject } from '../../kubernetes/json.ts';
import type { Shape } from '../shape.ts';
import { placesIn } from './places.ts';
import { isChoice, isEach, parametersIn, parseConditions } from './template.ts';

/** The parameters that anything below `spec` is made of: those that a text, a condition or an `each` names. */
export function namedParameters(spec: JsonObject, specShape: Shape): ReadonlySet<string> {
  const ready = isObject(spec['ready']) ? spec['ready'] : {};
  const named = new Set([...subjects(spec['once']), ...subjects(ready['when']), ...inText(ready['within'])]);
  for (const { value, isTemplate } of placesIn(spec, specShape, ['spec'])) {
    if (!isTemplate) continue;
    for (const name of isObject(value) ? inForm(value) : inText(value)) named.add(name);
  }
  return named;
}

function inForm(value: JsonObject): readonly string[] {
  if (isEach(value)) return [value.each, ...subjects(value['when'])];
  return isChoice(value) ? subjects(value['when']) : [];
}

function subjects(conditions: Json | undefined): readonly string[] {
  return conditions === undefined ? [] : parseConditions(conditions).map(({ subject }) => subject);
}

function inText(value: Json | undefined): readonly string[] {
  return typeof value === 'string' ? parametersIn(value) : [];
}
