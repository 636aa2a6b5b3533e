import { isLeftToOthers, isOfOlderForm, type PodStatus } from '../status/pod-status.ts';

/** All that a status names, and nothing else. */
export interface NamedParts {
  /** The sidecars, as the status calls them. */
  readonly sidecars: readonly string[];
  readonly containers: ReadonlySet<string>;
  readonly volumes: ReadonlySet<string>;
  /** The volumes whose mounts go with them, wherever they are. */
  readonly unmounted: ReadonlySet<string>;
  /** Mounts and variables in containers of the app, as `app:/site` and `app:NAME`. */
  readonly mounts: ReadonlySet<string>;
  readonly env: ReadonlySet<string>;
  readonly annotations: ReadonlySet<string>;
  /** What stands behind lists of the user's, as `<key>:<name>`. */
  readonly appended: ReadonlySet<string>;
  readonly imagePullSecrets: ReadonlySet<string>;
}

/** What the entries of a status name. */
export function namedParts(status: PodStatus): NamedParts {
  const entries = Object.entries(status).flatMap(([name, entry]) =>
    isLeftToOthers(entry) ? [] : [[name, entry] as const],
  );
  const all = (field: TextField, chosen = entries) =>
    new Set(chosen.flatMap(([, entry]) => entry[field] ?? []));
  return {
    sidecars: entries.map(([name]) => name),
    containers: all('containers'),
    volumes: all('volumes'),
    unmounted: all(
      'volumes',
      entries.filter(([, entry]) => isOfOlderForm(entry)),
    ),
    mounts: all('mounts'),
    env: all('env'),
    annotations: all('annotations'),
    appended: all('appended'),
    imagePullSecrets: all('imagePullSecrets'),
  };
}

type TextField = Exclude<keyof NamedParts, 'sidecars' | 'unmounted'>;
