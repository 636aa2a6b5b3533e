import { suggestion } from '../../nearest-name.ts';
import { fieldOf } from './alternatives.ts';
import type { Rule } from './definition-under-check.ts';
import { keyOf, occurrencesIn } from './repeated-values.ts';

/** A variable out of a file comes from a volume of the definition. */
export const checkFileKeys: Rule = definition => {
  const { spec, parameters, places, report } = definition;
  const list = { value: spec['volumes'], path: ['spec', 'volumes'], when: [] };
  const volumes = new Set(occurrencesIn(definition, list, 'name').map(({ key }) => key));
  for (const place of places.objects) {
    if (place.type !== 'FileKeySelector') continue;
    for (const { value, path } of fieldOf(place, 'volumeName')) {
      const name = typeof value === 'string' ? keyOf(value, parameters) : undefined;
      if (name === undefined || volumes.has(name)) continue;
      report(path, () => `no volume "${String(value)}" in spec.volumes${suggestion(name, volumes)}`);
    }
  }
};
