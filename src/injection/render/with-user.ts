import { isObject, type JsonObject } from '../../kubernetes/json.ts';
import { type Finding, refusal } from '../reason.ts';
import { parameterKey, type SidecarInstance } from '../request/sidecar-instance.ts';
import type { PodTraits } from './pod-traits.ts';

/**
 * A container with the user that an annotation asks for. Where it says `none`, the user is that of the pod, the one that
 * the cluster writes into the container, as OpenShift does, or that of the image.
 *
 * | `.run-as-user` | pod runs as root      | container must not be root | outcome                    |
 * |----------------|-----------------------|----------------------------|----------------------------|
 * | a UID but 0    | any                   | any                        | that UID                   |
 * | 0              | any                   | yes                        | refused                    |
 * | none           | yes                   | yes                        | refused                    |
 * | none, by default of the operator | yes | yes                        | the definition's own user  |
 * | none           | no, or it says no UID | any                        | left to pod and cluster    |
 *
 * What is refused would be admitted and never start: the kubelet makes no container that is root and must not be.
 */
export function withUser(
  traits: PodTraits,
  instance: SidecarInstance,
  container: JsonObject,
): { readonly container: JsonObject; readonly findings: readonly Finding[] } {
  const defined = isObject(container['securityContext']) ? container['securityContext'] : {};
  const asked = withAskedUser(instance, defined);
  const isUnmeant = isNoneByDefault(instance) && isRootAgainstItsWill(traits, asked);
  const securityContext = isUnmeant ? defined : asked;
  if (isRootAgainstItsWill(traits, securityContext))
    return { container, findings: [rootRefused(traits, instance, securityContext)] };
  const isSame = securityContext === defined;
  return { container: isSame ? container : { ...container, securityContext }, findings: [] };
}

const userParameter = 'run-as-user';

function isNoneByDefault({ request, values }: SidecarInstance): boolean {
  return values.get(userParameter)?.value === 'none' && !request.annotations.has(userParameter);
}

function withAskedUser({ values }: SidecarInstance, securityContext: JsonObject): JsonObject {
  const user = values.get(userParameter)?.value;
  if (user === undefined) return securityContext;
  if (user !== 'none') return { ...securityContext, runAsUser: user };
  // The cluster that chooses the user chooses the group with it.
  const { runAsUser: _user, runAsGroup: _group, ...others } = securityContext;
  return others;
}

function isRootAgainstItsWill(
  { isRoot, isNonRoot }: PodTraits,
  { runAsUser, runAsNonRoot }: JsonObject,
): boolean {
  return (runAsUser === undefined ? isRoot : runAsUser === 0) && (runAsNonRoot ?? isNonRoot) === true;
}

function rootRefused(
  { isRoot }: PodTraits,
  { request, values }: SidecarInstance,
  { runAsUser, runAsNonRoot }: JsonObject,
): Finding {
  const key = parameterKey(request, userParameter);
  const text = values.get(userParameter)?.text;
  const why = runAsNonRoot === true ? 'this sidecar must not run as root' : 'runAsNonRoot of the pod is true';
  if (text === '0') {
    return refusal('invalid-value', key, () => `annotation ${key}: got "0", but ${why}; use another UID`);
  }
  const where = text === undefined ? request.shownKey : key;
  const pod = isRoot && runAsUser === undefined ? 'runAsUser of the pod is 0' : 'its definition says UID 0';
  const got = text === undefined ? `${request.shownKey}: ` : `annotation ${key}: got "${text}", but `;
  const advice = text === undefined ? `set ${key} to a UID` : 'use a UID';
  return refusal('runs-as-root', where, () => `${got}${pod}, and ${why}; ${advice}`);
}
