import { withoutTrailingSlash } from '../../kubernetes/mount-path.ts';
import type { VolumeMount } from '../../kubernetes/pod.ts';
import { nearestName } from '../../nearest-name.ts';
import { type Finding, refusal } from '../reason.ts';
import type { RenderedSidecar } from '../render/render-sidecar.ts';
import { parameterKey, type SidecarInstance } from '../request/sidecar-instance.ts';
import { shownValue } from '../shown-value.ts';
import { type Assembly, sharedVolumeName } from './assembly.ts';

/** A mount of a shared volume that goes into one of the app's containers, because an annotation asks for it. */
export interface AddedMount {
  readonly sidecar: string;
  /** Index in `spec.containers`. */
  readonly container: number;
  readonly mount: VolumeMount;
}

/** The mounts that `.mount` and `.containers` ask for: those that are added, and those that are there already. */
export interface Mounts {
  readonly added: readonly AddedMount[];
  readonly present: readonly AddedMount[];
}

/** Finds the mounts that annotations ask for, and what stands against them. */
export function mountVolumes(assembly: Assembly): {
  readonly mounts: Mounts;
  readonly findings: readonly Finding[];
} {
  const added: AddedMount[] = [];
  const present: AddedMount[] = [];
  const findings: Finding[] = [];
  for (const sidecar of sidecarsToMount(assembly)) {
    const { instance } = sidecar;
    const path = instance.values.get('mount')?.value;
    const volume = sharedVolumeName(sidecar);
    if (typeof path !== 'string' || volume === undefined) {
      findings.push(...checkNoContainers(instance));
      continue;
    }
    const chosen = chooseContainers(assembly, instance);
    findings.push(...chosen.findings);
    for (const container of chosen.indexes) {
      const asked = { sidecar: instance.name, container, mount: mountOf(sidecar, volume, path) };
      const outcome = addMount(assembly, asked, added);
      if (outcome === 'added') added.push(asked);
      if (outcome === 'present') present.push(asked);
      findings.push(...checkTaken(instance, outcome));
    }
  }
  return { mounts: { added, present }, findings };
}

function checkTaken({ request }: SidecarInstance, outcome: string): readonly Finding[] {
  if (outcome === 'added' || outcome === 'present') return [];
  return [refusal('mount-path-taken', `annotation ${parameterKey(request, 'mount')}: ${outcome}`)];
}

/** A pod without containers is refused for that, and there is nothing to choose from. */
function sidecarsToMount({ pod, sidecars }: Assembly): Assembly['sidecars'] {
  return pod.spec.containers?.length ? sidecars : [];
}

function checkNoContainers({ request, values }: SidecarInstance): readonly Finding[] {
  if (!values.has('containers')) return [];
  const key = parameterKey(request, 'containers');
  return [
    refusal(
      'containers-without-mount',
      `annotation ${key}: without effect; set ${parameterKey(request, 'mount')} to a path`,
    ),
  ];
}

function mountOf({ instance }: RenderedSidecar, name: string, mountPath: string): AddedMount['mount'] {
  return instance.definition.isMountReadOnly ? { name, mountPath, readOnly: true } : { name, mountPath };
}

interface Chosen {
  readonly indexes: readonly number[];
  readonly findings: readonly Finding[];
}

function chooseContainers({ pod, policy, before }: Assembly, { request, values }: SidecarInstance): Chosen {
  const names = (pod.spec.containers ?? []).map(({ name }) => name);
  const apps = names.filter(name => !before.containers.has(name) && !policy.startAfter.includes(name));
  const key = parameterKey(request, 'containers');
  const asked = values.get('containers')?.text.split(',');
  if (asked) return chooseNamed(asked, names, name => `annotation ${key}: no container ${shownValue(name)}`);
  const preset = pod.metadata.annotations?.[defaultContainerAnnotation];
  if (preset !== undefined)
    return chooseNamed(
      [preset],
      names,
      name => `annotation ${defaultContainerAnnotation}: no container ${shownValue(name)}; set ${key}`,
    );
  const [only, ...others] = apps;
  if (only !== undefined && others.length === 0) return { indexes: [names.indexOf(only)], findings: [] };
  const message = `annotation ${parameterKey(request, 'mount')}: which container? set ${key} to one or more of ${(apps.length > 0 ? apps : names).join(',')}`;
  return { indexes: [], findings: [refusal('mount-container-ambiguous', message)] };
}

/** https://kubernetes.io/docs/reference/labels-annotations-taints/#kubectl-kubernetes-io-default-container */
const defaultContainerAnnotation = 'kubectl.kubernetes.io/default-container';

function chooseNamed(
  asked: readonly string[],
  names: readonly string[],
  complaint: (name: string) => string,
): Chosen {
  const unknown = asked.filter(name => !names.includes(name));
  const findings = unknown.map(name => {
    const nearest = nearestName(name, names);
    const advice = nearest === undefined ? `the pod has ${names.join(', ')}` : `did you mean "${nearest}"?`;
    return refusal('mount-container-unknown', `${complaint(name)}; ${advice}`);
  });
  const known = asked.filter(name => names.includes(name));
  return { indexes: [...new Set(known)].map(name => names.indexOf(name)), findings };
}

/** Whether a mount can be added, is there already, or what takes its path. */
function addMount({ pod }: Assembly, { container, mount }: AddedMount, added: readonly AddedMount[]): string {
  const { name, volumeMounts } = pod.spec.containers?.[container] ?? { name: '' };
  const present = [
    ...(volumeMounts ?? []),
    ...added.filter(other => other.container === container).map(other => other.mount),
  ];
  const same = present.find(({ mountPath }) => withoutTrailingSlash(mountPath) === mount.mountPath);
  if (same === undefined) return 'added';
  if (same.name === mount.name) return 'present';
  return `container ${name} mounts "${same.name}" at ${mount.mountPath} already; choose another path`;
}
