import { isNativeSidecar } from '../../kubernetes/containers.ts';
import type { Pod } from '../../kubernetes/pod.ts';
import { type Finding, type Refusal, refusal } from '../reason.ts';
import { statusAnnotation } from '../request/annotation-keys.ts';
import { shownName, shownValue } from '../shown-value.ts';
import { isLeftToOthers, parseStatus, type SidecarStatus } from './pod-status.ts';

/** What an earlier pass put into a pod, as far as it is still there. */
export interface InjectedBefore {
  /** The sidecars whose containers are all there. */
  readonly sidecars: Readonly<Record<string, SidecarStatus>>;
  readonly containers: ReadonlySet<string>;
  readonly volumes: ReadonlySet<string>;
  /** What the status claims of the app's mounts, as `app:/site`, of its variables, and of the pod's annotations. */
  readonly mounts: ReadonlySet<string>;
  readonly env: ReadonlySet<string>;
  readonly annotations: ReadonlySet<string>;
  readonly appended: ReadonlySet<string>;
  readonly imagePullSecrets: ReadonlySet<string>;
  /** The names that it leaves to others. */
  readonly leftToOthers: ReadonlySet<string>;
}

/** Reads the status annotation and holds it against the pod, which others may have changed since. */
export function readStatus(pod: Pod): {
  readonly before: InjectedBefore;
  /** The sidecars that it names, whatever has become of them. */
  readonly named: ReadonlySet<string>;
  readonly findings: readonly Finding[];
} {
  const text = pod.metadata.annotations?.[statusAnnotation];
  if (text === undefined) return { before: nothing, named: none, findings: [] };
  const status = parseStatus(text);
  if (status === undefined) {
    return { before: nothing, named: none, findings: [invalidStatus()] };
  }
  const { initContainers, containers } = pod.spec;
  const names = new Set([...(initContainers ?? []), ...(containers ?? [])].map(({ name }) => name));
  const entries = Object.entries(status);
  const injected = entries.flatMap(([name, entry]) =>
    isLeftToOthers(entry) ? [] : [[name, entry] as const],
  );
  const whole = injected.filter(
    ([sidecar, { containers }]) => containers.includes(sidecar) && containers.every(name => names.has(name)),
  );
  const volumes = new Set(injected.flatMap(([, { volumes }]) => volumes));
  const before = {
    sidecars: Object.fromEntries(whole),
    containers: new Set(whole.flatMap(([, { containers }]) => containers)),
    volumes: new Set((pod.spec.volumes ?? []).map(({ name }) => name).filter(name => volumes.has(name))),
    mounts: new Set(injected.flatMap(([, { mounts = [] }]) => mounts)),
    env: new Set(injected.flatMap(([, { env = [] }]) => env)),
    annotations: new Set(injected.flatMap(([, { annotations = [] }]) => annotations)),
    appended: new Set(injected.flatMap(([, { appended = [] }]) => appended)),
    imagePullSecrets: new Set(injected.flatMap(([, { imagePullSecrets = [] }]) => imagePullSecrets)),
    leftToOthers: new Set(entries.flatMap(([name, entry]) => (isLeftToOthers(entry) ? [name] : []))),
  };
  const native = new Set(initContainers?.filter(isNativeSidecar).map(({ name }) => name));
  const lost = whole.filter(([name, { mode }]) => mode === 'native' && !native.has(name));
  const named = new Set(injected.map(([name]) => name));
  return { before, named, findings: lost.map(([name]) => nativeLost(name)) };
}

/** Whether a webhook has put sidecars into a pod: what a command wrote into a manifest says nothing of that. */
export function wasInjected({ sidecars }: InjectedBefore): boolean {
  return Object.values(sidecars).some(({ by }) => by !== 'inject');
}

/** Says that nobody can tell what was put into a pod. */
export function invalidStatus(): Refusal {
  return refusal(
    'invalid-status',
    statusAnnotation,
    () => `annotation ${statusAnnotation}: cannot be read; remove it, the injector writes it`,
  );
}

const none: ReadonlySet<string> = new Set();

const nothing: InjectedBefore = {
  sidecars: {},
  containers: new Set(),
  volumes: new Set(),
  mounts: new Set(),
  env: new Set(),
  annotations: new Set(),
  appended: new Set(),
  imagePullSecrets: new Set(),
  leftToOthers: new Set(),
};

function nativeLost(name: string): Finding {
  return refusal(
    'native-lost',
    `container ${shownName(name)}`,
    () =>
      `init container ${shownValue(name)}: restartPolicy: Always was taken off, so it would block the pod for ever; ` +
      'look for an admission webhook that was built for an older Kubernetes',
  );
}
