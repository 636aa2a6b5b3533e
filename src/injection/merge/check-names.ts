import { type Finding, refusal } from '../reason.ts';
import type { RenderedSidecar } from '../render/render-sidecar.ts';
import { inheritedOf, type SidecarRequest } from '../request/read-requests.ts';
import { shownName } from '../shown-value.ts';
import { type Assembly, containersOf } from './assembly.ts';

/** Refuses names of containers and volumes that are taken, claimed twice or too long. */
export function checkNames({ pod, containers: present, sidecars, before }: Assembly): readonly Finding[] {
  const containers = present.map(({ container }) => container.name);
  const volumes = (pod.spec.volumes ?? []).map(({ name }) => name).filter(name => !before.volumes.has(name));
  return [
    ...checkKind(containerNames, new Set(containers), sidecars),
    ...checkKind(volumeNames, new Set(volumes), sidecars),
  ];
}

interface NameKind {
  readonly word: string;
  readonly code: 'container-name-taken' | 'volume-name-taken';
  readonly namesOf: (sidecar: RenderedSidecar, taken: ReadonlySet<string>) => readonly string[];
}

const containerNames: NameKind = {
  word: 'container',
  code: 'container-name-taken',
  namesOf: sidecar => containersOf(sidecar).map(({ name }) => name),
};

const volumeNames: NameKind = {
  word: 'volume',
  code: 'volume-name-taken',
  // A shared volume that the pod declares is used and not added: its name is meant to be there.
  namesOf: ({ volumes }, taken) =>
    volumes
      .filter(({ shared, volume }) => shared === undefined || !taken.has(volume.name))
      .map(({ volume }) => volume.name),
};

function checkKind(
  { word, code, namesOf }: NameKind,
  taken: ReadonlySet<string>,
  sidecars: readonly RenderedSidecar[],
): readonly Finding[] {
  const claims = new Map<string, SidecarRequest>();
  return sidecars.flatMap(sidecar => {
    const { request } = sidecar.instance;
    const { shownKey: key } = request;
    const names = namesOf(sidecar, taken);
    const tooLong = names.find(name => name.length > maxLabelLength);
    if (tooLong !== undefined) return refusal('name-too-long', key, () => tooLongMessage(key, word, tooLong));
    return names.flatMap(name => {
      const claimant = claims.get(name);
      claims.set(name, request);
      if (claimant !== undefined) {
        const message = () => clashMessage(key, claimant.shownKey, word, name);
        return refusal('name-clash', inheritedOf(request, claimant).shownKey, message);
      }
      return taken.has(name) ? refusal(code, key, () => takenMessage(key, word, name)) : [];
    });
  });
}

function tooLongMessage(key: string, word: string, name: string): string {
  return `${key}: the ${word} name "${shownName(name)}" is longer than ${maxLabelLength} characters; choose a shorter instance`;
}

function clashMessage(key: string, claimant: string, word: string, name: string): string {
  return `${key} and ${claimant} would both add a ${word} "${shownName(name)}"; choose another instance or volume name`;
}

function takenMessage(key: string, word: string, name: string): string {
  return `${key}: the pod has a ${word} "${shownName(name)}" of its own; rename that, or use an instance such as ${key}_2`;
}

/** RFC 1123 labels, as Kubernetes wants for both. */
export const maxLabelLength = 63;
