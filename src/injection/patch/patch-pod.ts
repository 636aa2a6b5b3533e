import type { Volume } from '../../kubernetes/pod.ts';
import type { AddedVariable, Variables } from '../merge/add-variables.ts';
import type { Assembly } from '../merge/assembly.ts';
import type { AddedMount, Mounts } from '../merge/mount-volume.ts';
import type { AddedPullSecrets } from '../merge/pull-secrets.ts';
import { initContainerIndex } from '../render/place-sidecar.ts';
import type { RenderedSidecar } from '../render/render-sidecar.ts';
import { statusAnnotation } from '../request/annotation-keys.ts';
import { addAnnotations } from './add-annotations.ts';
import { buildPatch } from './build-patch.ts';
import type { AddOperation } from './patch-operation.ts';
import { type AddedSidecar, statusText } from './write-status.ts';

/** What the app gets: its containers, and the pod as a whole. */
export interface AppAdditions {
  readonly mounts: Mounts;
  readonly variables: Variables;
  readonly pullSecrets: AddedPullSecrets;
}

/** The patch that puts the sidecars of an assembly into its pod, on top of what an earlier pass has put there. */
export function patchFor(
  assembly: Assembly,
  { mounts, variables, pullSecrets }: AppAdditions,
): readonly AddOperation[] {
  const { pod, policy, sidecars, before } = assembly;
  const declared = new Set((pod.spec.volumes ?? []).map(({ name }) => name));
  const withVolumes = sidecars.map(sidecar => ({
    sidecar,
    volumes: ownVolumes(sidecar, assembly, declared),
  }));
  const annotations = addAnnotations(pod, withVolumes, before);
  const mountNames = namesBySidecar(mounts, mountName, before.mounts);
  const variableNames = namesBySidecar(variables, variableName, before.env);
  const added = withVolumes.map(
    (entry, index): AddedSidecar => ({
      ...entry,
      mounts: mountNames.get(entry.sidecar) ?? [],
      env: variableNames.get(entry.sidecar) ?? [],
      imagePullSecrets: pullSecrets.namesOf(entry.sidecar),
      annotations: annotations.bySidecar[index] ?? { keys: [], appended: [] },
    }),
  );
  return buildPatch(pod.spec, {
    volumes: added.flatMap(({ volumes }) => volumes).filter(({ name }) => !declared.has(name)),
    initContainers: sidecars.flatMap(({ initContainers }) => initContainers),
    initContainerIndex: initContainerIndex(pod.spec, policy.startAfter),
    containers: sidecars.flatMap(({ containers }) => containers),
    mounts: mounts.added.map(({ place: { list, index }, mount }) => ({ list, index, value: mount })),
    variables: variables.added.map(({ place: { list, index }, variable }) => ({
      list,
      index,
      value: variable,
    })),
    imagePullSecrets: pullSecrets.added.map(name => ({ name })),
    annotations: [[statusAnnotation, statusText(added, assembly)], ...annotations.added],
    areFirstAnnotations: !pod.metadata.annotations,
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

interface OfSidecar {
  readonly sidecar: RenderedSidecar;
}

/** What each sidecar needs in the pod's own containers and that is ours: of this pass, or of an earlier one. */
function namesBySidecar<Entry extends OfSidecar>(
  { added, present }: { readonly added: readonly Entry[]; readonly present: readonly Entry[] },
  nameOf: (entry: Entry) => string,
  before: ReadonlySet<string>,
): ReadonlyMap<RenderedSidecar, readonly string[]> {
  const names = new Map<RenderedSidecar, string[]>();
  const note = ({ sidecar }: Entry, name: string) => {
    const found = names.get(sidecar);
    if (found === undefined) names.set(sidecar, [name]);
    else found.push(name);
  };
  const now = new Set<string>();
  for (const entry of added) {
    const name = nameOf(entry);
    now.add(name);
    note(entry, name);
  }
  for (const entry of present) {
    const name = nameOf(entry);
    if (now.has(name) || before.has(name)) note(entry, name);
  }
  return names;
}

function mountName({ place, mount }: AddedMount): string {
  return `${place.container.name}:${mount.mountPath}`;
}

function variableName({ place, variable }: AddedVariable): string {
  return `${place.container.name}:${variable.name}`;
}
