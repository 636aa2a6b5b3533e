import { withoutTrailingSlash } from '../../kubernetes/mount-path.ts';
import type { Pod, VolumeMount } from '../../kubernetes/pod.ts';
import { nearestName } from '../../nearest-name.ts';
import type { InjectionPolicy } from '../policy.ts';
import { type Finding, refusal, warning } from '../reason.ts';
import type { RenderedSidecar } from '../render/render-sidecar.ts';
import { parameterKey, type SidecarInstance } from '../request/sidecar-instance.ts';
import { shownList, shownName, shownValue } from '../shown-value.ts';
import { type Assembly, sharedVolumeName } from './assembly.ts';
import { authoredContainers, isAuthoredAnnotation } from './authored.ts';

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
  const added: AddedByContainer = new Map();
  const present: AddedMount[] = [];
  const findings = sidecarsToMount(assembly).flatMap(sidecar => {
    const { instance } = sidecar;
    const path = instance.values.get('mount')?.value;
    const volume = sharedVolumeName(sidecar);
    if (typeof path !== 'string' || volume === undefined) return checkNoContainers(instance);
    const chosen = chooseContainers(assembly, instance);
    const taken = chosen.indexes.flatMap(container => {
      const asked = { sidecar: instance.name, container, mount: mountOf(sidecar, volume, path) };
      const found = mountAt(assembly.pod, container, { path, added });
      if (found === undefined) added.set(container, [...(added.get(container) ?? []), asked]);
      if (found?.name === volume) present.push(asked);
      return found === undefined || found.name === volume
        ? []
        : pathTaken(assembly.pod, instance, { container, present: found });
    });
    return [...chosen.findings, ...taken];
  });
  return { mounts: { added: [...added.values()].flat(), present }, findings };
}

type AddedByContainer = Map<number, readonly AddedMount[]>;

/** A pod without containers is refused for that, and there is nothing to choose from. */
function sidecarsToMount({ pod, sidecars }: Assembly): Assembly['sidecars'] {
  return pod.spec.containers?.length ? sidecars : [];
}

function checkNoContainers({ request, values }: SidecarInstance): readonly Finding[] {
  if (!values.has('containers')) return [];
  const key = parameterKey(request, 'containers');
  const message = () => `annotation ${key}: without effect; set ${parameterKey(request, 'mount')} to a path`;
  return [refusal('containers-without-mount', key, message)];
}

function mountOf({ instance }: RenderedSidecar, name: string, mountPath: string): AddedMount['mount'] {
  return instance.definition.isMountReadOnly ? { name, mountPath, readOnly: true } : { name, mountPath };
}

interface Chosen {
  readonly indexes: readonly number[];
  readonly findings: readonly Finding[];
}

function chooseContainers(assembly: Assembly, { request, values }: SidecarInstance): Chosen {
  const { pod, policy, before } = assembly;
  const names = (pod.spec.containers ?? []).map(({ name }) => name);
  const key = parameterKey(request, 'containers');
  const asked = values.get('containers')?.text;
  if (asked !== undefined) {
    return chooseNamed(assembly, new Set(asked.split(',')), { where: key, advice: '' });
  }
  const authored = authoredContainers(pod);
  const preset = pod.metadata.annotations?.[defaultContainerAnnotation];
  if (preset !== undefined && isMeant(pod, preset, authored)) {
    return chooseNamed(assembly, new Set([preset]), {
      where: defaultContainerAnnotation,
      advice: `set ${key}; `,
    });
  }
  const apps = [...(authored ?? names)].filter(
    name => !before.containers.has(name) && !policy.startAfter.includes(name),
  );
  const [only, ...others] = apps;
  if (only !== undefined && others.length === 0) return { indexes: [names.indexOf(only)], findings: [] };
  const where = parameterKey(request, 'mount');
  const message = () =>
    `annotation ${where}: which container? set ${key} to one or more of ${shownList(apps.length > 0 ? apps : names, ',')}`;
  return { indexes: [], findings: [refusal('mount-container-ambiguous', where, message)] };
}

/** https://kubernetes.io/docs/reference/labels-annotations-taints/#kubectl-kubernetes-io-default-container */
const defaultContainerAnnotation = 'kubectl.kubernetes.io/default-container';

/** Another injector that names a container names one of the app as well as one of its own, which nobody means here. */
function isMeant(pod: Pod, preset: string, authored: ReadonlySet<string> | undefined): boolean {
  if (authored === undefined || authored.has(preset)) return true;
  return isAuthoredAnnotation(pod, defaultContainerAnnotation);
}

function chooseNamed(
  { pod, policy }: Assembly,
  asked: ReadonlySet<string>,
  { where, advice }: { readonly where: string; readonly advice: string },
): Chosen {
  const indexes = new Map((pod.spec.containers ?? []).map(({ name }, index) => [name, index] as const));
  const known = [...asked].filter(name => indexes.has(name));
  const unknown = [...asked].filter(name => !indexes.has(name));
  const complaints = unknown.map(name =>
    refusal('mount-container-unknown', where, () => {
      const names = [...indexes.keys()];
      const nearest = nearestName(name, names);
      const found =
        nearest === undefined ? `the pod has ${shownList(names)}` : `did you mean "${shownName(nearest)}"?`;
      return `annotation ${where}: no container ${shownValue(name, 'name')}; ${advice}${found}`;
    }),
  );
  return {
    indexes: known.flatMap(name => indexes.get(name) ?? []),
    findings: [...complaints, ...checkProxies(known, where, policy)],
  };
}

/** Tells of proxies of a mesh among the containers that are named: the one that puts them in may not expect a mount. */
function checkProxies(
  names: readonly string[],
  where: string,
  { startAfter }: InjectionPolicy,
): readonly Finding[] {
  const proxies = names.filter(name => name === 'istio-proxy' || startAfter.includes(name));
  if (proxies.length === 0) return [];
  const message = () =>
    `${where}: ${shownList(proxies)} belongs to another injector; name containers of the app`;
  return [warning('mount-in-proxy', where, message)];
}

/** What a container mounts at a path, or will mount there. */
function mountAt(
  { spec }: Pod,
  container: number,
  { path, added }: { readonly path: string; readonly added: AddedByContainer },
): VolumeMount | undefined {
  const isThere = ({ mountPath }: VolumeMount) => withoutTrailingSlash(mountPath) === path;
  const own = added.get(container)?.map(({ mount }) => mount);
  return spec.containers?.[container]?.volumeMounts?.find(isThere) ?? own?.find(isThere);
}

function pathTaken(
  { spec }: Pod,
  { request, values }: SidecarInstance,
  { container, present }: { readonly container: number; readonly present: VolumeMount },
): Finding {
  const where = parameterKey(request, 'mount');
  return refusal('mount-path-taken', where, () => {
    const app = `container ${shownName(spec.containers?.[container]?.name ?? '')}`;
    const path = shownName(String(values.get('mount')?.value));
    return `annotation ${where}: ${app} mounts "${shownName(present.name)}" at ${path} already; choose another path`;
  });
}
