import { annotationPrefix, isRequestKey, statusAnnotation } from '../../injection/request/annotation-keys.ts';
import { shownKey, shownList, shownName } from '../../injection/shown-value.ts';
import { isLeftToOthers, parseStatus } from '../../injection/status/pod-status.ts';
import { placedContainers } from '../../kubernetes/containers.ts';
import { at, isObject, type Json, type JsonObject } from '../../kubernetes/json.ts';
import { managersOf, ownedBelow } from '../../kubernetes/managed-fields.ts';
import type { RunningPod } from '../../kubernetes/running-pod.ts';
import { originOf } from '../../namespaces/sources-for.ts';
import type { SurveyedSidecar } from '../../running-pods/survey-pod.ts';
import { isKnown } from '../fact.ts';
import { neighboursAfter } from '../neighbours.ts';
import { nameOf, ownConfiguration } from '../registration.ts';
import { injectingPolicies, isByPoliciesAlone } from '../sidecar-policies.ts';
import type { Told } from './explanation.ts';
import { reachability } from './reachability.ts';
import type { Surroundings } from './surroundings.ts';

/** Says why a pod that asks for a sidecar runs without it. */
export function whyBare(
  pod: RunningPod,
  surveyed: readonly SurveyedSidecar[],
  surroundings: Surroundings,
): readonly Told[] {
  const removed = removedSidecars(pod);
  if (removed.length > 0) return [takenOut(removed, surroundings)];
  const found = [
    ...olderThanAnnotation(pod),
    ...olderThanNamespace(pod, surveyed, surroundings),
    ...reachability(pod.metadata.labels ?? {}, surroundings),
    ...olderThanRegistration(pod, surveyed, surroundings),
  ];
  return found.length > 0 ? found : [bypassed(surveyed, surroundings)];
}

/** The sidecars that the status names and that the pod does not have. */
function removedSidecars({ metadata, spec }: RunningPod): readonly string[] {
  const status = parseStatus(metadata.annotations?.[statusAnnotation] ?? '') ?? {};
  const names = new Set(placedContainers(spec).map(({ container }) => container.name));
  return Object.entries(status).flatMap(([name, entry]) =>
    !isLeftToOthers(entry) && entry.containers.some(container => !names.has(container)) ? [name] : [],
  );
}

function takenOut(removed: readonly string[], surroundings: Surroundings): Told {
  const otherWebhooks = neighboursAfter(surroundings.installation).map(({ name }) => name);
  const [first = ''] = removed;
  const others = otherWebhooks.length > 0 ? `: ${shownList(otherWebhooks)}` : '';
  return {
    code: 'removed-by-another-webhook',
    where: `container ${shownName(first)}`,
    message: `the injector put ${shownList(removed)} into the pod, as ${statusAnnotation} says, and it is gone: somebody who changes pods after the injector took it out`,
    advice: `look at the webhooks that change pods after the injector${others}; such a one must keep what it does not know`,
  };
}

/** The annotation belongs to somebody who wrote it without the containers, or after the pod had come. */
function olderThanAnnotation({ metadata }: RunningPod): readonly Told[] {
  const created = Date.parse(creationOf(metadata));
  const late = managersOf(metadata).flatMap(entry => {
    const keys = ownedBelow(entry, ['metadata', 'annotations'])
      .map(field => field.replace(/^f:/, ''))
      .filter(isRequestKey);
    const isLater = Date.parse(String(entry['time'] ?? '')) > created || !ownsSpec(entry);
    return isLater ? keys : [];
  });
  const [first] = late;
  if (first === undefined) return [];
  return [
    {
      code: 'pod-older',
      where: shownKey(first),
      message: `${shownKey(first)} was written when the pod was there already: a pod cannot get containers later`,
      advice: insteadOfPod(metadata),
    },
  ];
}

function ownsSpec(entry: JsonObject): boolean {
  return ownedBelow(entry, ['spec']).length > 0;
}

/** Label or annotations of the namespace were written when the pod was there already. */
function olderThanNamespace(
  { metadata }: RunningPod,
  surveyed: readonly SurveyedSidecar[],
  { namespace, object }: Surroundings,
): readonly Told[] {
  const from = originOf(namespace);
  const asked = surveyed.filter(({ state, from: origin }) => state === 'bare' && origin === from);
  const created = creationOf(metadata);
  const since = writtenAt(object).find(time => Date.parse(time) > Date.parse(created));
  if (asked.length === 0 || since === undefined) return [];
  const names = shownList(asked.map(({ container }) => container));
  return [
    {
      code: 'pod-older',
      where: `namespace ${shownName(namespace)}`,
      message: `namespace "${shownName(namespace)}" asks for ${names}, which was written there at ${shownTime(since)}, and the pod is of ${shownTime(created)}: a pod cannot get containers later`,
      advice: newPodFor(metadata),
    },
  ];
}

/** A time as the API server writes it; a name so written would look like an address with a password. */
function shownTime(text: string): string {
  return new Date(text).toISOString().replace('.000Z', 'Z');
}

/** When somebody last wrote what counts for the pods of a namespace, the latest first. */
function writtenAt(namespace: JsonObject | undefined): readonly string[] {
  const metadata = at(namespace, ['metadata']);
  if (!isObject(metadata)) return [];
  const isOurs = (entry: JsonObject) =>
    ['annotations', 'labels'].some(map =>
      ownedBelow(entry, ['metadata', map]).some(field => field.startsWith(`f:${annotationPrefix}`)),
    );
  return managersOf(metadata)
    .filter(isOurs)
    .map(({ time }) => String(time ?? ''))
    .toSorted()
    .toReversed();
}

/** What has to be done for a pod like it to be created anew. */
function newPodFor({ ownerReferences, name }: RunningPod['metadata']): string {
  const owner = ownerReferences?.find(({ controller }) => controller);
  if (owner === undefined) return `delete pod ${shownName(name)} and create it from its manifest`;
  if (owner.kind === 'Job') return `delete the Job "${shownName(owner.name)}" and create it again`;
  const what = owner.kind === 'ReplicaSet' ? 'the Deployment' : `the ${shownName(owner.kind)}`;
  return `restart ${what} that made it, as by kubectl rollout restart`;
}

function olderThanRegistration(
  { metadata }: RunningPod,
  surveyed: readonly SurveyedSidecar[],
  { installation }: Surroundings,
): readonly Told[] {
  const registered = isByPoliciesAlone(installation)
    ? firstPolicyFor(surveyed, installation)
    : ownConfiguration(installation);
  const since = creationOf(registered?.['metadata']);
  if (registered === undefined || !(Date.parse(since) > Date.parse(creationOf(metadata)))) return [];
  const kind = String(registered['kind'] ?? 'MutatingWebhookConfiguration');
  const what =
    kind === 'MutatingWebhookConfiguration' ? 'the injector' : `${kind} "${shownName(nameOf(registered))}"`;
  return [
    {
      code: 'pod-older',
      where: `${kind} ${shownName(nameOf(registered))}`,
      message: `the pod is of ${creationOf(metadata)}, and ${what} was registered at ${shownTime(since)}: nobody asked it about the pod`,
      advice: insteadOfPod(metadata),
    },
  ];
}

/** The oldest of the policies that put in what the pod lacks. */
function firstPolicyFor(
  surveyed: readonly SurveyedSidecar[],
  installation: Surroundings['installation'],
): JsonObject | undefined {
  const bare = new Set(surveyed.filter(({ state }) => state === 'bare').map(({ sidecar }) => sidecar));
  const [first] = injectingPolicies(installation)
    .filter(({ sidecar = '' }) => bare.has(sidecar))
    .toSorted(
      (a, b) => Date.parse(creationOf(a.policy['metadata'])) - Date.parse(creationOf(b.policy['metadata'])),
    );
  // A list of the API server leaves the kind out.
  return first && { ...first.policy, kind: first.kind };
}

function bypassed(surveyed: readonly SurveyedSidecar[], { installation }: Surroundings): Told {
  const { from } = surveyed.find(({ state }) => state === 'bare') ?? {};
  const who = from === undefined ? 'the pod asks' : `${shownName(from)} asks`;
  const doubt = isKnown(installation.webhookConfigurations) ? '' : ' (the registration cannot be read)';
  const asked = isByPoliciesAlone(installation)
    ? 'no policy of the API server has seen it'
    : 'nobody asked the injector';
  return {
    code: 'pod-bypassed',
    where: 'the pod',
    message: `${who} for a sidecar and ${from === undefined ? '' : 'the pod '}bears no ${statusAnnotation}: ${asked} when it was created${doubt}`,
    advice: 'create the pod anew; the component guard refuses such pods from then on',
  };
}

function creationOf(metadata: object | Json | undefined): string {
  return String((metadata as { readonly creationTimestamp?: unknown } | undefined)?.creationTimestamp ?? '');
}

/** What has to be done for a pod like it to get its sidecar. */
function insteadOfPod({ ownerReferences, name }: RunningPod['metadata']): string {
  const owner = ownerReferences?.find(({ controller }) => controller);
  if (owner === undefined) return `delete pod ${shownName(name)} and create it from its manifest`;
  const { kind, name: ownerName } = owner;
  if (kind === 'ReplicaSet')
    return 'annotate the Deployment, which then makes new pods, or kubectl rollout restart it';
  if (kind === 'Job')
    return `delete the Job "${shownName(ownerName)}" and create it again with the annotation`;
  return `annotate the ${shownName(kind)} "${shownName(ownerName)}", which makes new pods`;
}
