import { type Finding, refusal } from '../reason.ts';
import type { RenderedSidecar } from '../render/render-sidecar.ts';
import { inheritedOf, type SidecarRequest } from '../request/read-requests.ts';
import { shownName } from '../shown-value.ts';
import { type Assembly, containersOf } from './assembly.ts';

/** Refuses names of containers and volumes that are taken, claimed twice or too long. */
export function checkNames({ pod, containers: present, sidecars, before }: Assembly): readonly Finding[] {
  const volumes = pod.spec.volumes ?? [];
  const isContainer = (name: string) => present.some(({ container }) => container.name === name);
  const isVolume = (name: string) =>
    !before.volumes.has(name) && volumes.some(volume => volume.name === name);
  return [...checkKind(containerNames, isContainer, sidecars), ...checkKind(volumeNames, isVolume, sidecars)];
}

interface NameKind {
  readonly word: string;
  readonly code: 'container-name-taken' | 'volume-name-taken';
  readonly namesOf: (sidecar: RenderedSidecar, isTaken: (name: string) => boolean) => readonly string[];
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
  namesOf: ({ volumes }, isTaken) =>
    volumes
      .filter(({ shared, volume }) => shared === undefined || !isTaken(volume.name))
      .map(({ volume }) => volume.name),
};

function checkKind(
  { word, code, namesOf }: NameKind,
  isTaken: (name: string) => boolean,
  sidecars: readonly RenderedSidecar[],
): readonly Finding[] {
  const claims = new Map<string, SidecarRequest>();
  return sidecars.flatMap(sidecar => {
    const { request } = sidecar.instance;
    const { shownKey: key } = request;
    const names = namesOf(sidecar, isTaken);
    const tooLong = names.find(name => name.length > maxLabelLength);
    if (tooLong !== undefined) return refusal('name-too-long', key, () => tooLongMessage(key, word, tooLong));
    return names.flatMap(name => {
      const claimant = claims.get(name);
      claims.set(name, request);
      if (claimant !== undefined) {
        const message = () => clashMessage(key, claimant.shownKey, word, name);
        return refusal('name-clash', inheritedOf(request, claimant).shownKey, message);
      }
      return isTaken(name) ? refusal(code, key, () => takenMessage(key, word, name)) : [];
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
const maxLabelLength = 63;
