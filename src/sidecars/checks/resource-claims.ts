import { fieldOf } from './alternatives.ts';
import type { Rule } from './definition-under-check.ts';
import { occurrencesIn, repeatsIn } from './repeated-values.ts';
import { inWords } from './unique-entries.ts';

/** Claims of devices, each of which a container makes use of once. */
export const checkResourceClaims: Rule = definition => {
  const { places, report } = definition;
  for (const place of places.objects) {
    if (place.type !== 'ResourceRequirements') continue;
    const occurrences = fieldOf(place, 'claims').flatMap(list => occurrencesIn(definition, list, 'name'));
    for (const repeat of repeatsIn(definition, occurrences)) {
      report(repeat.second.path, () =>
        inWords(repeat, name => `a second use of the claim "${name}"; remove one of the two`),
      );
    }
  }
};
