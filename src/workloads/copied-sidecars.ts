import { type Warning, warning } from '../injection/reason.ts';
import { statusAnnotation } from '../injection/request/annotation-keys.ts';
import { shownList, shownName } from '../injection/shown-value.ts';
import type { SidecarStatus } from '../injection/status/pod-status.ts';
import { readStatus } from '../injection/status/read-status.ts';
import type { Pod } from '../kubernetes/pod.ts';

/**
 * The sidecars that stand in a template as they stand in an injected pod, by the names of their containers: somebody
 * copied it from a running pod. No pod of it gets another one, so no new definition reaches them. Those that were
 * written there on purpose say so.
 */
export function copiedSidecars(template: Pod): ReadonlyMap<string, SidecarStatus> {
  const { before } = readStatus(template);
  return new Map(Object.entries(before.sidecars).filter(([, { by }]) => by !== 'inject'));
}

/** Says what to take out of such a template. What a user wrote there is never taken out by anybody else. */
export function copiedWarnings(template: Pod): readonly Warning[] {
  const copied = copiedSidecars(template);
  if (copied.size === 0) return [];
  const names = [...copied.keys()];
  const volumes = new Set((template.spec.volumes ?? []).map(({ name }) => name));
  const parts = [...copied.values()].flatMap(entry => partsOf(entry, volumes));
  return [
    warning(
      'template-copied',
      statusAnnotation,
      () =>
        `the pod template is a copy of an injected pod: ${shownList(names)} in it is never updated; take it out`,
    ),
    ...packed([`annotation ${statusAnnotation}`, ...new Set(parts)]).map(line =>
      warning('template-copied', statusAnnotation, () => `${beginning}${line}`),
    ),
  ];
}

/** All that an entry of the status names, each with what it is. A volume of it may be gone, and others are not its own. */
function partsOf(entry: SidecarStatus, volumes: ReadonlySet<string>): readonly string[] {
  const of = (what: string, names: readonly string[] = []) => names.map(name => `${what} ${shownName(name)}`);
  return [
    ...of('container', entry.containers),
    ...of(
      'volume',
      entry.volumes.filter(name => volumes.has(name)),
    ),
    ...(entry.mounts ?? []).map(mount => `mount ${shownPlace(mount)}`),
    ...(entry.env ?? []).map(variable => `variable ${shownPlace(variable)}`),
    ...of('annotation', entry.annotations),
  ];
}

/** `app:/site` or `app:NAME`: as a whole it would be taken for a user and a password. */
function shownPlace(place: string): string {
  const colon = place.indexOf(':');
  return `${shownName(place.slice(0, colon))}:${shownName(place.slice(colon + 1))}`;
}

const beginning = 'take out of the pod template: ';

/** The parts in few lines, each as long as a warning may be. */
function packed(parts: readonly string[]): readonly string[] {
  const lines: string[] = [];
  for (const part of parts.slice(0, maxParts)) {
    const longer = lines.length === 0 ? part : `${lines.at(-1)}, ${part}`;
    if (lines.length > 0 && beginning.length + longer.length <= maxLength) lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  const more = parts.length - maxParts;
  return more > 0 ? [...lines, `${more} more that ${statusAnnotation} names`] : lines;
}

const maxLength = 120;

/** Ten sidecars do not bring as much. */
const maxParts = 60;
