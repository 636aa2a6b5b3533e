import { doHold } from '../../sidecars/template/conditions.ts';
import type { Condition } from '../../sidecars/template/template.ts';
import { type Finding, refusal } from '../reason.ts';
import { parameterKey, type SidecarInstance, settingKey } from '../request/sidecar-instance.ts';
import type { RenderedSidecar } from './render-sidecar.ts';

/**
 * Refuses annotations about a shared volume that the other values leave out, with what brings it, and more shared volumes
 * than the rules about them can be asked about.
 */
export function checkSharing({ instance, volumes }: RenderedSidecar): readonly Finding[] {
  const { request, definition } = instance;
  const count = volumes.filter(({ shared }) => shared !== undefined).length;
  if (count > maxShared) {
    const message = () =>
      `${request.shownKey}: it would share ${count} volumes with the app, at most ${maxShared} may be; shorten its lists`;
    return [refusal('sidecar-too-large', request.shownKey, message)];
  }
  if (!definition.parameters.get('mount')?.isCommon || volumes.some(({ shared }) => shared?.isMain))
    return [];
  return ['volume', 'size', 'mount']
    .filter(name => request.annotations.has(name))
    .map(name => {
      const where = parameterKey(request, name);
      const message = () =>
        `annotation ${where}: without effect, as there is no shared volume${adviceFor(instance)}`;
      return refusal('parameter-needs-another', where, message);
    });
}

/** More than anybody writes in earnest. Each is held against all mounts of the pod. */
export const maxShared = 20;

function adviceFor(instance: SidecarInstance): string {
  const { definition, values } = instance;
  const missing = definition.sharedWhen.find(condition => !doHold([condition], { values, isOnce: false }));
  return missing === undefined ? '' : `; ${howToMeet(missing, instance)}`;
}

/** What to write so that a condition holds. */
function howToMeet(
  { subject, fact, isNegated }: Condition,
  { request, definition }: SidecarInstance,
): string {
  const key = settingKey(request, definition, subject);
  const parameter = definition.parameters.get(subject);
  if (fact === undefined) return isNegated ? `leave out ${key}` : `set ${key}`;
  if (parameter?.type === 'boolean')
    return `set ${key} to "${isNegated === (fact === 'true') ? 'false' : 'true'}"`;
  const sentence = parameter?.factSentences[fact];
  const no = isNegated ? 'none' : 'one';
  if (sentence !== undefined) return `set ${key} to ${no} where ${sentence}`;
  return `set ${key} to ${isNegated ? 'anything but ' : ''}"${fact}"`;
}
