import { entriesOf, fieldOf, isObjectPlace } from './alternatives.ts';
import type { Rule } from './definition-under-check.ts';
import { keyOf, repeatsIn } from './repeated-values.ts';
import { inWords } from './unique-entries.ts';

/** Claims of devices, each of which a container makes use of once. */
export const checkResourceClaims: Rule = definition => {
  const { places, parameters, report } = definition;
  for (const place of places.objects) {
    if (place.type !== 'ResourceRequirements') continue;
    const claims = fieldOf(place, 'claims').flatMap(entriesOf);
    const occurrences = claims.flatMap(claim =>
      isObjectPlace(claim)
        ? fieldOf(claim, 'name').flatMap(({ value, path, when }) =>
            value === undefined ? [] : { key: keyOf(value, parameters), path, when, each: claim.each },
          )
        : [],
    );
    for (const repeat of repeatsIn(definition, occurrences)) {
      report(repeat.second.path, () =>
        inWords(repeat, name => `a second use of the claim "${name}"; remove one of the two`),
      );
    }
  }
};
