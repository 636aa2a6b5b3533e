import type { Volume } from '../../kubernetes/pod.ts';
import type { Assembly } from '../merge/assembly.ts';
import type { AddedMount, Mounts } from '../merge/mount-volume.ts';
import { initContainerIndex } from '../render/place-sidecar.ts';
import type { RenderedSidecar } from '../render/render-sidecar.ts';
import { statusAnnotation } from '../request/annotation-keys.ts';
import { addAnnotations } from './add-annotations.ts';
import { buildPatch } from './build-patch.ts';
import type { AddOperation } from './patch-operation.ts';
import { type AddedSidecar, statusText } from './write-status.ts';

/** The patch that puts the sidecars of an assembly into its pod, on top of what an earlier pass has put there. */
export function patchFor(assembly: Assembly, mounts: Mounts): readonly AddOperation[] {
  const { pod, policy, sidecars, before } = assembly;
  const declared = new Set((pod.spec.volumes ?? []).map(({ name }) => name));
  const withVolumes = sidecars.map(sidecar => ({
    sidecar,
    volumes: ownVolumes(sidecar, assembly, declared),
  }));
  const annotations = addAnnotations(pod, withVolumes, before);
  const mountNames = mountNamesBySidecar(assembly, mounts);
  const added = withVolumes.map(
    (entry, index): AddedSidecar => ({
      ...entry,
      mounts: mountNames.get(entry.sidecar) ?? [],
      annotations: annotations.bySidecar[index] ?? { keys: [], appended: [] },
    }),
  );
  return buildPatch(pod.spec, {
    volumes: added.flatMap(({ volumes }) => volumes).filter(({ name }) => !declared.has(name)),
    initContainers: sidecars.flatMap(({ initContainers }) => initContainers),
    initContainerIndex: initContainerIndex(pod.spec, policy.startAfter),
    containers: sidecars.flatMap(({ containers }) => containers),
    mounts: mounts.added.map(({ place: { list, index }, mount }) => ({ list, index, mount })),
    annotations: [[statusAnnotation, statusText(added, assembly)], ...annotations.added],
  });
}

/** The volumes of a sidecar that are there because of it: now, or since an earlier pass. */
function ownVolumes(
  { volumes }: RenderedSidecar,
  { before }: Assembly,
  declared: ReadonlySet<string>,
): readonly Volume[] {
  const isOurs = ({ name }: Volume) => !declared.has(name) || before.volumes.has(name);
  return volumes.map(({ volume }) => volume).filter(isOurs);
}

/** The mounts in the pod's own containers that each sidecar needs and that are ours: of this pass, or of an earlier one. */
function mountNamesBySidecar(
  { before }: Assembly,
  { added, present }: Mounts,
): ReadonlyMap<RenderedSidecar, readonly string[]> {
  const nameOf = ({ place, mount }: AddedMount) => `${place.container.name}:${mount.mountPath}`;
  const ours = new Set([...before.mounts, ...added.map(nameOf)]);
  const names = new Map<RenderedSidecar, readonly string[]>();
  for (const mount of [...added, ...present]) {
    const name = nameOf(mount);
    if (ours.has(name)) names.set(mount.sidecar, [...(names.get(mount.sidecar) ?? []), name]);
  }
  return names;
}
