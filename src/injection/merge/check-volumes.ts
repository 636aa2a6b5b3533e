import { isObject } from '../../kubernetes/json.ts';
import type { Pod, Volume } from '../../kubernetes/pod.ts';
import { parseQuantity } from '../../kubernetes/quantity.ts';
import { isReadOnlyVolume, sourceOf } from '../../kubernetes/volume.ts';
import { type Finding, refusal, warning } from '../reason.ts';
import type { RenderedSidecar } from '../render/render-sidecar.ts';
import type { SidecarRequest } from '../request/read-requests.ts';
import { parameterKey } from '../request/sidecar-instance.ts';
import { shownName } from '../shown-value.ts';
import { type Assembly, isWriter, presentVolume, type SharedVolume, sharedVolumesOf } from './assembly.ts';

/** Looks at the volumes that sidecars share with the app: can they be written, by whom, and does the app see them? */
export function checkVolumes(assembly: Assembly): readonly Finding[] {
  const { pod, sidecars } = assembly;
  return [
    ...sidecars.flatMap(sidecar => {
      const findings: Finding[] = [];
      for (const shared of sharedVolumesOf(sidecar)) {
        const declared = presentVolume(pod, shared.volume.name);
        if (declared) findings.push(...checkDeclared(pod, sidecar, { ...shared, volume: declared }));
        findings.push(...checkMounts(assembly, sidecar, shared));
      }
      return oncePerSidecar(findings);
    }),
    ...checkSharedTwice(sidecars),
  ];
}

/** One annotation mounts all of its volumes. */
function oncePerSidecar(findings: readonly Finding[]): readonly Finding[] {
  const first = findings.find(({ code }) => code === 'volume-not-mounted');
  return findings.filter(finding => finding.code !== 'volume-not-mounted' || finding === first);
}

function checkDeclared(
  pod: Pod,
  { instance }: RenderedSidecar,
  { volume, shared }: SharedVolume,
): readonly Finding[] {
  const { request, values } = instance;
  const findings: Finding[] = [];
  const name = shownName(volume.name);
  const source = sourceOf(volume);
  if (isReadOnlyVolume(volume)) {
    const advice = shared.isMain ? `, or name another with ${parameterKey(request, 'volume')}` : '';
    findings.push(
      refusal(
        'volume-read-only',
        request.shownKey,
        () =>
          `${request.shownKey}: the volume "${name}" is a read-only ${shownName(source)}; declare an emptyDir${advice}`,
      ),
    );
  }
  if (shared.isMain && values.has('size') && !hasSizeLimit(volume, values.get('size')?.text)) {
    findings.push(
      warning(
        'size-unused',
        parameterKey(request, 'size'),
        () => `${parameterKey(request, 'size')}: without effect, the pod declares the volume "${name}"`,
      ),
    );
  }
  if (source === 'persistentVolumeClaim' && !isClaimOfOnePod(pod, volume[source])) {
    findings.push(
      warning(
        'claim-shared',
        request.shownKey,
        () =>
          `${request.shownKey}: every pod with the claim of volume "${name}" writes to it; an emptyDir is each pod's own`,
      ),
    );
  }
  return findings;
}

/** The volume of a pod template may be one that the injector put there itself. */
function hasSizeLimit({ emptyDir }: Volume, size = ''): boolean {
  const sizeLimit = isObject(emptyDir) ? emptyDir['sizeLimit'] : undefined;
  return typeof sizeLimit === 'string' && parseQuantity(sizeLimit) === parseQuantity(size);
}

/** A StatefulSet makes a claim for each of its pods, named after template and pod. */
function isClaimOfOnePod({ metadata }: Pod, claim: unknown): boolean {
  const isOfStatefulSet = (metadata.ownerReferences ?? []).some(({ kind }) => kind === 'StatefulSet');
  const claimName = isObject(claim) ? String(claim['claimName']) : '';
  return isOfStatefulSet && claimName.endsWith(`-${metadata.name}`);
}

function checkMounts(
  { containers, before }: Assembly,
  { instance }: RenderedSidecar,
  { volume, shared }: SharedVolume,
): readonly Finding[] {
  const { request, definition, values } = instance;
  const { name } = volume;
  const mounting = containers.filter(
    ({ container }) =>
      !before.containers.has(container.name) && container.volumeMounts?.some(mount => mount.name === name),
  );
  const fixed = mounting.find(({ container }) =>
    container.volumeMounts?.some(mount => mount.name === name && (mount.subPath || mount.subPathExpr)),
  );
  // A sidecar that looks for the app's volume mounts the same directory; others replace what a subPath points to.
  if (fixed && shared.at === undefined) {
    const where = `container ${shownName(fixed.container.name)}`;
    const message = () =>
      `${where}: a subPath mount of "${shownName(name)}" never sees an update; mount the whole volume`;
    return [warning('mount-sub-path', where, message)];
  }
  const isMeant = values.has('mount') || definition.isMountOptional;
  if (mounting.length > 0 || isMeant || !definition.parameters.has('mount')) return [];
  const key = parameterKey(request, 'mount');
  const message = () => `set ${key} to a path: no container mounts the volume "${shownName(name)}"`;
  return [warning('volume-not-mounted', key, message)];
}

/** Two instances of one sidecar keep their work in the same directories of the volume; readers do not mind each other. */
function checkSharedTwice(sidecars: readonly RenderedSidecar[]): readonly Finding[] {
  const firstUse = new Map<string, SidecarRequest>();
  return sidecars.flatMap(sidecar =>
    sharedVolumesOf(sidecar).flatMap(({ volume, shared }) => {
      const { request, definition } = sidecar.instance;
      if (!isWriter(sidecar, volume.name)) return [];
      const use = `${definition.name} ${volume.name}`;
      const first = firstUse.get(use) ?? request;
      firstUse.set(use, first);
      if (first === request) return [];
      const advice = shared.isMain
        ? `give each its own with ${parameterKey(request, 'volume')}`
        : 'give each its own';
      const message = () =>
        `${request.shownKey} and ${first.shownKey} would both write the volume "${shownName(volume.name)}"; ${advice}`;
      return [refusal('volume-shared-twice', request.shownKey, message)];
    }),
  );
}
