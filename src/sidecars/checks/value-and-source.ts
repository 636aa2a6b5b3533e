import { fieldOf } from './alternatives.ts';
import type { Rule } from './definition-under-check.ts';

/** A variable has a value or takes it from somewhere. */
export const checkValueAndSource: Rule = ({ places, canHold, report }) => {
  for (const place of places.objects) {
    if (place.type !== 'EnvVar') continue;
    const values = fieldOf(place, 'value').filter(({ value }) => value !== undefined && value !== '');
    for (const { value, path, when } of fieldOf(place, 'valueFrom')) {
      if (value === undefined || !values.some(other => canHold([...other.when, ...when]))) continue;
      report(path, 'a variable has "value" or "valueFrom", not both; remove one of them');
    }
  }
};
