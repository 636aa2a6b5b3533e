import { parseQuantity } from '../../kubernetes/quantity.ts';
import { below, entriesOf, fieldOf, isObjectPlace } from './alternatives.ts';
import type { DefinitionUnderCheck, Rule } from './definition-under-check.ts';
import type { ObjectPlace } from './places.ts';

/** What the claim that an ephemeral volume makes must say. */
export const checkClaimTemplates: Rule = definition => {
  for (const place of definition.places.objects) {
    if (place.type === 'PersistentVolumeClaimTemplate') checkMetadata(definition, place);
    if (place.type === 'PersistentVolumeClaimSpec') {
      checkStorage(definition, place);
      checkAccessModes(definition, place);
    }
    if (/^Typed(Local)?ObjectReference$/.test(place.type)) checkSource(definition, place);
  }
};

function checkMetadata({ report }: DefinitionUnderCheck, place: ObjectPlace): void {
  for (const metadata of fieldOf(place, 'metadata')) {
    if (!isObjectPlace(metadata)) continue;
    for (const key of Object.keys(metadata.value)) {
      if (key === 'labels' || key === 'annotations' || key === 'when') continue;
      report(
        [...metadata.path, key],
        'the claim is named after the pod and the volume; set labels and annotations only',
      );
    }
  }
}

/** Of Kubernetes' own kinds only a claim can be copied. */
function checkSource({ canHold, report }: DefinitionUnderCheck, place: ObjectPlace): void {
  for (const { value, path, when } of fieldOf(place, 'kind')) {
    const isOwn = fieldOf(place, 'apiGroup').some(
      group => (group.value === undefined || group.value === '') && canHold([...group.when, ...when]),
    );
    if (isOwn && value !== undefined && value !== 'PersistentVolumeClaim')
      report(
        path,
        'without an apiGroup a claim is made from a PersistentVolumeClaim; add the apiGroup of the kind',
      );
  }
}

function checkStorage({ canHold, report }: DefinitionUnderCheck, place: ObjectPlace): void {
  for (const { value, path, when } of below(place, ['resources', 'requests', 'storage'])) {
    if (value === undefined && canHold(when)) {
      report(path, 'a claim says how much it wants; add resources: {requests: {storage: 1Gi}}');
    } else if (typeof value === 'string' && parseQuantity(value) === 0) {
      report(path, `expected more than nothing, got "${value}"`);
    }
  }
}

function checkAccessModes({ report }: DefinitionUnderCheck, place: ObjectPlace): void {
  for (const list of fieldOf(place, 'accessModes')) {
    const modes = entriesOf(list).map(({ value }) => value);
    if (modes.includes('ReadWriteOncePod') && modes.some(mode => mode !== 'ReadWriteOncePod')) {
      report(list.path, 'ReadWriteOncePod stands alone; remove the other modes');
    }
  }
}
