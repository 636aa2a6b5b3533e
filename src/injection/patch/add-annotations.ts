import { isObject } from '../../kubernetes/json.ts';
import type { Volume } from '../../kubernetes/pod.ts';
import type { RenderedSidecar } from '../render/render-sidecar.ts';
import type { InjectedBefore } from '../status/read-status.ts';

type Annotation = readonly [key: string, value: string];

/** A sidecar beside the volumes that are in the pod because of it. */
interface WithVolumes {
  readonly sidecar: RenderedSidecar;
  readonly volumes: readonly Volume[];
}

/** The annotations that go into a pod, and which of those that are ours each sidecar needs. */
export interface AddedAnnotations {
  readonly added: readonly Annotation[];
  /** The keys, the sidecars in their order. */
  readonly keysOf: readonly (readonly string[])[];
}

/**
 * The annotations that sidecars bring: the first value of each key that the pod does not have, because what the user
 * wrote stays. What an earlier pass has added is not the user's.
 */
export function addAnnotations(
  present: Readonly<Record<string, string>>,
  sidecars: readonly WithVolumes[],
  before: InjectedBefore,
): AddedAnnotations {
  const isOurs = (key: string) => !Object.hasOwn(present, key) || before.annotations.has(key);
  const evictable = new Set(sidecars.flatMap(({ volumes }) => evictableNames(volumes)));
  const values = new Map<string, string>();
  if (evictable.size > 0 && isOurs(evictKey)) {
    // What an earlier pass wrote stays in front as it is.
    const written = Object.hasOwn(present, evictKey) ? (present[evictKey]?.split(',') ?? []) : [];
    const known = new Set(written);
    const missing = [...evictable].filter(name => !known.has(name));
    values.set(evictKey, [...written, ...missing].join(','));
  }
  for (const [key, value] of sidecars.flatMap(({ sidecar }) => sidecar.annotations))
    if (isOurs(key) && !values.has(key)) values.set(key, present[key] ?? value);
  return {
    added: [...values].filter(([key, value]) => present[key] !== value),
    keysOf: sidecars.map(({ sidecar, volumes }) => {
      const brought = sidecar.annotations.filter(([key, value]) => values.get(key) === value);
      const needsEviction = values.has(evictKey) && evictableNames(volumes).length > 0;
      return [...new Set([...(needsEviction ? [evictKey] : []), ...brought.map(([key]) => key)])];
    }),
  };
}

/**
 * An emptyDir keeps the cluster autoscaler from removing the node, unless the pod says that it may be lost. What a
 * sidecar puts there it can fetch again.
 * https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md
 */
const evictKey = 'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes';

/** A volume in memory does not count as local storage. */
function evictableNames(volumes: readonly Volume[]): readonly string[] {
  return volumes
    .filter(({ emptyDir }) => isObject(emptyDir) && emptyDir['medium'] !== 'Memory')
    .map(({ name }) => name);
}
