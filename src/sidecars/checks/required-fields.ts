import type { Json } from '../../kubernetes/json.ts';
import { parametersIn } from '../template/template.ts';
import { absencesOf } from './absence.ts';
import { alternativesOf } from './alternatives.ts';
import { type Circumstances, isSet, withAll } from './circumstances.ts';
import type { DefinitionUnderCheck, Rule } from './definition-under-check.ts';
import type { ObjectPlace } from './places.ts';

/** A key that the API server wants is there whatever the values are, unless all around it goes with it. */
export const checkRequiredFields: Rule = definition => {
  for (const place of definition.places.objects) {
    // The image has words of its own.
    if (place.type !== 'Container') checkFields(definition, place);
  }
};

function checkFields(definition: DefinitionUnderCheck, place: ObjectPlace): void {
  const { parameters, canHold, report } = definition;
  const surroundings = { parameters, isInList: place.isInList };
  for (const key of place.shape.required ?? []) {
    const value = place.value[key];
    if (value === undefined) continue;
    const missing = absencesOf(value, surroundings).map(when => [...place.when, ...when]);
    const others = Object.entries(place.value).flatMap(([other, held]) => (other === key ? [] : [held]));
    if (!missing.some(when => canHold(when) && others.some(held => canBeThere(definition, held, when))))
      continue;
    const advice =
      typeof value === 'string'
        ? `${value} may have no value; give the parameter a default`
        : 'add "else", or put the "when" around the whole';
    report([...place.path, key], () => `"${key}" must always be there: ${advice}`);
  }
}

function canBeThere({ canHold }: DefinitionUnderCheck, value: Json, when: Circumstances): boolean {
  return alternativesOf({ value, path: [], when }).some(
    found =>
      found.value !== undefined &&
      canHold(
        withAll(found.when, typeof found.value === 'string' ? parametersIn(found.value).map(isSet) : []),
      ),
  );
}
