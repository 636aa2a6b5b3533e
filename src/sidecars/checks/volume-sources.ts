import { entriesOf, fieldOf } from './alternatives.ts';
import type { DefinitionUnderCheck, Rule } from './definition-under-check.ts';
import type { ObjectPlace } from './places.ts';

/** What the API server asks of rarer volumes, of several of their keys together. */
export const checkVolumeSources: Rule = definition => {
  for (const place of definition.places.objects) {
    if (place.type === 'AzureDiskVolumeSource') checkDisk(definition, place);
    if (place.type === 'FCVolumeSource') checkFibreChannel(definition, place);
    if (place.type === 'ISCSIVolumeSource') checkChap(definition, place);
    if (place.type === 'ClusterTrustBundleProjection') checkTrustBundle(definition, place);
  }
};

function checkDisk({ canHold, report }: DefinitionUnderCheck, place: ObjectPlace): void {
  for (const { value, path, when } of fieldOf(place, 'diskURI')) {
    // Where it begins with a parameter its format alone is known.
    if (typeof value !== 'string' || value.startsWith('${')) continue;
    const kinds = fieldOf(place, 'kind').filter(kind => canHold([...kind.when, ...when]));
    const begins = (wanted: string) => value.startsWith(wanted);
    if (kinds.some(kind => kind.value === 'Managed') && !begins('/subscriptions/')) {
      report(path, 'the URI of a managed disk begins with /subscriptions/');
    } else if (kinds.some(kind => kind.value !== 'Managed') && !begins('https://')) {
      report(path, 'the URI of a disk that is not Managed begins with https://; say kind: Managed otherwise');
    }
  }
}

function checkFibreChannel({ canHold, report }: DefinitionUnderCheck, place: ObjectPlace): void {
  const lists = ['targetWWNs', 'wwids'].flatMap(key => fieldOf(place, key));
  for (const list of lists.filter(({ value, when }) => value !== undefined && canHold(when))) {
    if (entriesOf(list).length === 0) report(list.path, 'needs at least one entry');
  }
  for (const { path, when } of fieldOf(place, 'targetWWNs').filter(({ value }) => value !== undefined)) {
    const isWithout = fieldOf(place, 'lun').some(
      lun => lun.value === undefined && canHold([...lun.when, ...when]),
    );
    if (isWithout) report(path, 'beside targetWWNs a volume says its lun; add it');
  }
}

function checkChap({ canHold, report }: DefinitionUnderCheck, place: ObjectPlace): void {
  for (const key of ['chapAuthDiscovery', 'chapAuthSession']) {
    for (const { value, path, when } of fieldOf(place, key)) {
      if (value === undefined || value === false) continue;
      const isWithout = fieldOf(place, 'secretRef').some(
        secret => secret.value === undefined && canHold([...secret.when, ...when]),
      );
      if (isWithout) report(path, `"${key}" needs the credentials in a Secret; add secretRef`);
    }
  }
}

function checkTrustBundle({ canHold, report }: DefinitionUnderCheck, place: ObjectPlace): void {
  const names = fieldOf(place, 'name').filter(({ value }) => value !== undefined);
  for (const { value, path, when } of fieldOf(place, 'labelSelector')) {
    if (value === undefined || !names.some(name => canHold([...name.when, ...when]))) continue;
    report(path, 'a bundle that is named is not selected as well; remove the labelSelector');
  }
}
