import { contentHash } from '../../content-hash.ts';
import { shownName } from '../shown-value.ts';
import { annotationPrefix, parseRequestKey } from './annotation-keys.ts';
import { textsOf } from './request-texts.ts';

/** One sidecar, or one instance of it, that the annotations ask for; its values are not read yet. */
export interface SidecarRequest {
  readonly sidecar: string;
  /** `logs`, or `logs-audit` for the instance audit: what the container is called. */
  readonly name: string;
  /** The annotation that asks for it, such as `sidecar.io/logs_audit`. */
  readonly key: string;
  /** Name and key as messages and the log show them. */
  readonly shownName: string;
  readonly shownKey: string;
  /** The annotations of this instance by parameter; the one that asks for it stands under the empty name. */
  readonly annotations: ReadonlyMap<string, string>;
  /** Tells whether the pod's own annotations are still those that it was injected with. */
  readonly hash: string;
  /** The same of those that it inherits; absent where it inherits none. */
  readonly inherited?: string;
  /** Those of its parameters that are not the pod's own; absent where all are. */
  readonly inheritedParameters?: ReadonlySet<string>;
  /** Where the annotation that asks for it comes from; absent where it is the pod's own. */
  readonly from?: string;
}

/** Of two requests that do not go together the one that the pod did not make itself: leaving that out is the way on. */
export function inheritedOf(request: SidecarRequest, other: SidecarRequest | undefined): SidecarRequest {
  return request.from === undefined && other?.from !== undefined ? other : request;
}

/** A key with our prefix that breaks the grammar. */
export interface MalformedKey {
  readonly key: string;
  readonly sidecar: string;
}

/**
 * Groups the annotations of a pod by instance, in the order of their keys. `origins` has those among them that are not its
 * own, each with where it comes from.
 */
export function readRequests(
  annotations: Readonly<Record<string, string>>,
  origins: ReadonlyMap<string, string> = new Map(),
): {
  readonly requests: readonly SidecarRequest[];
  readonly malformed: readonly MalformedKey[];
} {
  const groups = new Map<string, Group>();
  const malformed: MalformedKey[] = [];
  for (const key of Object.keys(annotations).sort()) {
    const parsed = parseRequestKey(key);
    if (parsed === undefined) continue;
    if (!parsed.isWellFormed) {
      malformed.push({ key, sidecar: parsed.sidecar });
      continue;
    }
    const { sidecar, instance, parameter = '' } = parsed;
    const [id, name] =
      instance === undefined ? [sidecar, sidecar] : [`${sidecar}_${instance}`, `${sidecar}-${instance}`];
    const group = groups.get(id) ?? groupOf(sidecar, name, id);
    group.annotations.set(parameter, annotations[key] ?? '');
    if (origins.has(key)) group.inherited.add(parameter);
    groups.set(id, group);
  }
  return { requests: [...groups.values()].map(group => requestOf(group, origins)), malformed };
}

type Group = Omit<SidecarRequest, 'hash' | 'inherited' | 'inheritedParameters' | 'from'> & {
  readonly annotations: Map<string, string>;
  /** Those of the parameters that are not the pod's own. */
  readonly inherited: Set<string>;
};

function requestOf(
  { inherited: names, ...group }: Group,
  origins: ReadonlyMap<string, string>,
): SidecarRequest {
  const { own, inherited } = textsOf(group, names);
  const hash = contentHash(own);
  if (inherited === undefined) return { ...group, hash };
  const from = origins.get(group.key);
  return {
    ...group,
    hash,
    inherited: contentHash(inherited),
    inheritedParameters: names,
    ...(from === undefined ? {} : { from }),
  };
}

function groupOf(sidecar: string, name: string, id: string): Group {
  const shown = shownName(id);
  return {
    sidecar,
    name,
    key: `${annotationPrefix}${id}`,
    shownName: id === name ? shown : shownName(name),
    shownKey: `${annotationPrefix}${shown}`,
    annotations: new Map(),
    inherited: new Set(),
  };
}
