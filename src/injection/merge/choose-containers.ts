import { defaultContainerAnnotation, type PlacedContainer } from '../../kubernetes/containers.ts';
import { nearestName } from '../../nearest-name.ts';
import type { InjectionPolicy } from '../policy.ts';
import { type Finding, refusal, warning } from '../reason.ts';
import type { RenderedSidecar } from '../render/render-sidecar.ts';
import { asksForEnvironment, parameterKey, type SidecarInstance } from '../request/sidecar-instance.ts';
import { shownList, shownName, shownValue } from '../shown-value.ts';
import type { Assembly } from './assembly.ts';
import { authorship, isAuthoredAnnotation } from './authored.ts';

/** The containers of the app that each sidecar is to change, for those sidecars whose annotations ask for it. */
export type ChosenContainers = ReadonlyMap<RenderedSidecar, readonly PlacedContainer[]>;

/** Finds the containers that `.mount` and `.env` are for, and what stands against the choice. */
export function chooseContainers(assembly: Assembly): {
  readonly chosen: ChosenContainers;
  readonly findings: readonly Finding[];
} {
  const chosen = new Map<RenderedSidecar, readonly PlacedContainer[]>();
  const findings = sidecarsThatMayAsk(assembly).flatMap(sidecar => {
    const asking = askingParameter(sidecar.instance);
    if (asking === undefined) return checkNoContainers(sidecar.instance);
    const choice = choose(assembly, sidecar.instance, asking);
    chosen.set(sidecar, choice.places);
    return choice.findings;
  });
  return { chosen, findings };
}

/** A pod without containers is refused for that, and there is nothing to choose from. */
function sidecarsThatMayAsk({ pod, sidecars }: Assembly): Assembly['sidecars'] {
  return pod.spec.containers?.length ? sidecars : [];
}

/** The parameter that asks for a change of the app, the first where both do. */
function askingParameter(instance: SidecarInstance): 'mount' | 'env' | undefined {
  if (instance.values.has('mount')) return 'mount';
  return asksForEnvironment(instance) ? 'env' : undefined;
}

function checkNoContainers({ request, definition, values }: SidecarInstance): readonly Finding[] {
  if (!values.has('containers')) return [];
  const key = parameterKey(request, 'containers');
  const message = () => {
    const ways = [
      ...(definition.parameters.has('mount') ? [`${parameterKey(request, 'mount')} to a path`] : []),
      ...(definition.appEnv === undefined ? [] : [`${parameterKey(request, 'env')} to "true"`]),
    ];
    return `annotation ${key}: without effect; set ${ways.join(', or ')}`;
  };
  return [refusal('containers-without-mount', key, message)];
}

interface Choice {
  readonly places: readonly PlacedContainer[];
  readonly findings: readonly Finding[];
}

function choose(assembly: Assembly, { request, values }: SidecarInstance, asking: 'mount' | 'env'): Choice {
  const { pod, policy, before, containers } = assembly;
  const running = containers.filter(({ list }) => list === 'containers');
  const key = parameterKey(request, 'containers');
  const asked = values.get('containers')?.text;
  if (asked !== undefined) {
    const initContainers = containers.filter(({ list }) => list === 'initContainers');
    const isOfPod = ({ container }: PlacedContainer) => !before.containers.has(container.name);
    const candidates = [...running, ...initContainers.filter(isOfPod)];
    const naming = { annotation: key, where: key, advice: '', policy };
    return chooseNamed(candidates, new Set(asked.split(',')), naming);
  }
  const isAuthored = authorship(pod);
  const preset = pod.metadata.annotations?.[defaultContainerAnnotation];
  // Another injector that names a container names one of the app as well as one of its own, which nobody means here.
  if (preset !== undefined && (isAuthored(preset) || isAuthoredAnnotation(pod, defaultContainerAnnotation))) {
    return chooseNamed(running, new Set([preset]), {
      annotation: defaultContainerAnnotation,
      // Told of the sidecar where that is what the author of the pod did not ask for.
      where: request.from === undefined ? defaultContainerAnnotation : key,
      advice: `set ${key}; `,
      policy,
    });
  }
  const apps = running.filter(
    ({ container: { name } }) =>
      !before.containers.has(name) && !policy.startAfter.includes(name) && isAuthored(name),
  );
  const [only, ...others] = apps;
  if (only !== undefined && others.length === 0) return { places: [only], findings: [] };
  const where = parameterKey(request, asking);
  const message = () => {
    const names = (apps.length > 0 ? apps : running).map(({ container }) => container.name);
    return `annotation ${where}: which container? set ${key} to one or more of ${shownList(names, ',')}`;
  };
  return { places: [], findings: [refusal('mount-container-ambiguous', where, message)] };
}

interface Naming {
  /** The annotation that names containers. */
  readonly annotation: string;
  /** The one that findings are about. */
  readonly where: string;
  readonly advice: string;
  readonly policy: InjectionPolicy;
}

function chooseNamed(
  candidates: readonly PlacedContainer[],
  asked: ReadonlySet<string>,
  { annotation, where, advice, policy }: Naming,
): Choice {
  const places = new Map(candidates.map(place => [place.container.name, place] as const));
  const known = [...asked].filter(name => places.has(name));
  const unknown = [...asked].filter(name => !places.has(name));
  const complaints = unknown.map(name =>
    refusal('mount-container-unknown', where, () => {
      const names = [...places.keys()];
      const nearest = nearestName(name, names);
      const found =
        nearest === undefined ? `the pod has ${shownList(names)}` : `did you mean "${shownName(nearest)}"?`;
      return `annotation ${annotation}: no container ${shownValue(name, 'name')}; ${advice}${found}`;
    }),
  );
  return {
    places: known.flatMap(name => places.get(name) ?? []),
    findings: [...complaints, ...checkProxies(known, where, policy)],
  };
}

/** Tells of proxies of a mesh among the containers that are named: the one that puts them in may not expect a change. */
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
