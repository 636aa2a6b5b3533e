import { suggestion } from '../../nearest-name.ts';
import { opposite } from '../template/template.ts';
import type { Circumstances } from './circumstances.ts';
import type { DefinitionUnderCheck, Rule } from './definition-under-check.ts';
import { occurrencesIn } from './repeated-values.ts';

/** A mount that can be there without its volume. Names that no volume has are told where volumes are read. */
export const checkMountedVolumes: Rule = definition => {
  const { spec, container } = definition;
  const list = { value: spec['volumes'], path: ['spec', 'volumes'], when: [] };
  const volumes = Map.groupBy(occurrencesIn(definition, list, 'name'), ({ key }) => key);
  for (const key of ['volumeMounts', 'volumeDevices']) {
    const path = ['spec', 'container', key];
    for (const mount of occurrencesIn(definition, { value: container[key], path, when: [] }, 'name')) {
      const found = volumes.get(mount.key);
      // A plain name is told where volumes are read.
      if (found === undefined && mount.path.at(-1) !== 'name' && !mount.key.includes('${')) {
        definition.report(
          mount.path,
          () => `no volume "${mount.key}" in spec.volumes${suggestion(mount.key, volumes.keys())}`,
        );
      }
      if (
        found === undefined ||
        !canBeWithout(
          definition,
          mount.when,
          found.map(({ when }) => when),
        )
      )
        continue;
      definition.report(
        mount.path,
        () =>
          `the volume "${mount.key}" can be left out while this mount stays; write the mount as {when: …, value: …} with the conditions of the volume, and with each parameter that the volume names and that may have no value`,
      );
    }
  }
};

/** More ways than a person writes. */
const maxWays = 256;

/** Whether the mount can be there while none of the volumes is. */
function canBeWithout(
  { canHold }: DefinitionUnderCheck,
  mount: Circumstances,
  volumes: readonly Circumstances[],
): boolean {
  let ways: readonly Circumstances[] = [mount];
  for (const volume of volumes) {
    ways = ways
      .flatMap(way => volume.map(clause => [...way, ...clause.map(condition => [opposite(condition)])]))
      .slice(0, maxWays);
  }
  return ways.some(canHold);
}
