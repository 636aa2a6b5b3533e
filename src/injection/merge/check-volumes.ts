import { isObject } from '../../kubernetes/json.ts';
import type { Pod, Volume } from '../../kubernetes/pod.ts';
import { parseQuantity } from '../../kubernetes/quantity.ts';
import { sourceOf } from '../../kubernetes/volume.ts';
import { type Finding, refusal, warning } from '../reason.ts';
import type { RenderedSidecar } from '../render/render-sidecar.ts';
import { parameterKey } from '../request/sidecar-instance.ts';
import { shownName } from '../shown-value.ts';
import { type Assembly, containersOf, presentVolume, sharedVolumeName } from './assembly.ts';

/** Looks at the volumes that sidecars share with the app: can they be written, by whom, and does the app see them? */
export function checkVolumes(assembly: Assembly): readonly Finding[] {
  const { pod, sidecars } = assembly;
  return [
    ...sidecars.flatMap(sidecar => {
      const name = sharedVolumeName(sidecar);
      const declared = presentVolume(pod, sidecar);
      return [
        ...(declared ? checkDeclared(pod, sidecar, declared) : []),
        ...(name === undefined ? [] : checkMounts(assembly, sidecar, name)),
      ];
    }),
    ...checkSharedTwice(sidecars),
  ];
}

function checkDeclared(pod: Pod, { instance }: RenderedSidecar, volume: Volume): readonly Finding[] {
  const { request, values } = instance;
  const findings: Finding[] = [];
  const name = shownName(volume.name);
  const source = sourceOf(volume);
  if (isReadOnly(source, volume[source])) {
    findings.push(
      refusal(
        'volume-read-only',
        request.shownKey,
        () =>
          `${request.shownKey}: the volume "${name}" is a read-only ${shownName(source)}; declare an emptyDir, or name another with ${parameterKey(request, 'volume')}`,
      ),
    );
  }
  if (values.has('size') && !hasSizeLimit(volume, values.get('size')?.text)) {
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

const readOnlySources: ReadonlySet<string> = new Set([
  'configMap',
  'secret',
  'downwardAPI',
  'projected',
  'image',
]);

function isReadOnly(source: string, settings: unknown): boolean {
  return readOnlySources.has(source) || (isObject(settings) && settings['readOnly'] === true);
}

/** A StatefulSet makes a claim for each of its pods, named after template and pod. */
function isClaimOfOnePod({ metadata }: Pod, claim: unknown): boolean {
  const isOfStatefulSet = (metadata.ownerReferences ?? []).some(({ kind }) => kind === 'StatefulSet');
  const claimName = isObject(claim) ? String(claim['claimName']) : '';
  return isOfStatefulSet && claimName.endsWith(`-${metadata.name}`);
}

function checkMounts(
  { containers, before }: Assembly,
  { instance, sharedAt }: RenderedSidecar,
  volume: string,
): readonly Finding[] {
  const { request, definition, values } = instance;
  const mounting = containers.filter(
    ({ container }) =>
      !before.containers.has(container.name) && container.volumeMounts?.some(({ name }) => name === volume),
  );
  const fixed = mounting.find(({ container }) =>
    container.volumeMounts?.some(mount => mount.name === volume && (mount.subPath || mount.subPathExpr)),
  );
  // A sidecar that looks for the app's volume mounts the same directory; others replace what a subPath points to.
  if (fixed && sharedAt === undefined) {
    const where = `container ${shownName(fixed.container.name)}`;
    const message = () =>
      `${where}: a subPath mount of "${shownName(volume)}" never sees an update; mount the whole volume`;
    return [warning('mount-sub-path', where, message)];
  }
  if (mounting.length > 0 || values.has('mount') || !definition.parameters.has('mount')) return [];
  const key = parameterKey(request, 'mount');
  const message = () => `set ${key} to a path: no container mounts the volume "${shownName(volume)}"`;
  return [warning('volume-not-mounted', key, message)];
}

/** Two instances of one sidecar keep their work in the same directories of the volume; readers do not mind each other. */
function checkSharedTwice(sidecars: readonly RenderedSidecar[]): readonly Finding[] {
  const firstUse = new Map<string, string>();
  return sidecars.flatMap(sidecar => {
    const { request, definition } = sidecar.instance;
    const volume = sharedVolumeName(sidecar);
    if (volume === undefined || isReader(sidecar, volume)) return [];
    const use = `${definition.name} ${volume}`;
    const first = firstUse.get(use);
    if (first === undefined) {
      firstUse.set(use, request.shownKey);
      return [];
    }
    return refusal(
      'volume-shared-twice',
      request.shownKey,
      () =>
        `${request.shownKey} and ${first} would both write the volume "${shownName(volume)}"; give each its own with ${parameterKey(request, 'volume')}`,
    );
  });
}

function isReader(sidecar: RenderedSidecar, volume: string): boolean {
  const mounts = containersOf(sidecar).flatMap(({ volumeMounts }) => volumeMounts ?? []);
  return mounts.every(({ name, readOnly }) => name !== volume || readOnly === true);
}
