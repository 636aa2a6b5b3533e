import { absencesOf } from './absence.ts';
import { below, fieldOf } from './alternatives.ts';
import type { DefinitionUnderCheck, Rule } from './definition-under-check.ts';
import type { ObjectPlace } from './places.ts';

/** What a mount cannot be at once. */
export const checkMountOptions: Rule = definition => {
  for (const place of definition.places.objects) {
    if (place.type !== 'VolumeMount') continue;
    checkSubPaths(definition, place);
    checkPropagation(definition, place);
    checkRecursiveReadOnly(definition, place);
  }
};

function checkSubPaths({ canHold, report }: DefinitionUnderCheck, place: ObjectPlace): void {
  const paths = fieldOf(place, 'subPath').filter(({ value }) => value !== undefined && value !== '');
  for (const { value, path, when } of fieldOf(place, 'subPathExpr')) {
    if (value === undefined || value === '') continue;
    if (!paths.some(other => canHold([...other.when, ...when]))) continue;
    report(path, 'a mount has subPath or subPathExpr, not both; keep subPathExpr where it names a variable');
  }
}

function checkPropagation(definition: DefinitionUnderCheck, place: ObjectPlace): void {
  const { container, parameters, canHold, report } = definition;
  const privileged = below({ value: container, path: ['spec', 'container'], when: [] }, [
    'securityContext',
    'privileged',
  ]);
  const without = [
    ...privileged.filter(({ value }) => value !== true).map(({ when }) => when),
    ...absencesOf(container['securityContext'], { parameters, isInList: false }),
  ];
  for (const { value, path, when } of fieldOf(place, 'mountPropagation')) {
    if (value !== 'Bidirectional') continue;
    if (without.some(other => canHold([...other, ...when])))
      report(path, 'only a privileged container shares its mounts with the node; write HostToContainer');
  }
}

function checkRecursiveReadOnly({ canHold, report }: DefinitionUnderCheck, place: ObjectPlace): void {
  for (const { value, path, when } of fieldOf(place, 'recursiveReadOnly')) {
    if (value === undefined || value === 'Disabled') continue;
    const isWritable = fieldOf(place, 'readOnly').some(
      other => other.value !== true && canHold([...other.when, ...when]),
    );
    const isPropagated = fieldOf(place, 'mountPropagation').some(
      other => other.value !== undefined && other.value !== 'None' && canHold([...other.when, ...when]),
    );
    if (isWritable)
      report(path, 'only a mount with readOnly: true can be read-only all the way down; add it');
    else if (isPropagated)
      report(path, 'a mount that is read-only all the way down has no mountPropagation; remove it');
  }
}
