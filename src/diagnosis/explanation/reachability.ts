/**
 * Whether the API server asks the injector about an object, judged by the registration as it is stored: its rules and
 * selectors. What its conditions in CEL say is judged by the engine, which has the same rules, as long as they are ours.
 * https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#matching-requests-namespaceselector
 */
import { injectAnnotation } from '../../injection/request/annotation-keys.ts';
import { shownList, shownName } from '../../injection/shown-value.ts';
import { at, isObject, type JsonObject } from '../../kubernetes/json.ts';
import { type LabelRequirement, type Labels, unmetRequirement } from '../../kubernetes/label-selector.ts';
import { isKnown } from '../fact.ts';
import { ownConfiguration, webhooksOf } from '../registration.ts';
import { shippedFor } from '../shipped-for.ts';
import { shippedWebhooks } from '../shipped-installation.ts';
import { injectingPolicies, isByPoliciesAlone, type Registrations } from '../sidecar-policies.ts';
import { podCreation, watches } from '../webhook-rules.ts';
import type { Told } from './explanation.ts';
import type { Surroundings } from './surroundings.ts';

/** What keeps pods with these labels, in this namespace, from reaching the injector. */
export function reachability(pod: Labels, surroundings: Surroundings): readonly Told[] {
  const { namespace, labels, installation } = surroundings;
  const place = { name: namespace, labels: { ...labels.value, [nameLabel]: namespace } };
  const registered = isByPoliciesAlone(installation) ? ofPolicies(installation) : ofWebhooks(installation);
  const watching = registered.filter(({ rules }) => watches(rules, podCreation));
  const found = watching.map(registration => outOfReach(registration, place, pod));
  // One that takes the pod is enough.
  return found.some(obstacles => obstacles.length === 0) ? [] : (found[0] ?? []);
}

const nameLabel = 'kubernetes.io/metadata.name';

/** Something by which the API server has pods changed. */
interface Registration {
  /** What a person would edit. */
  readonly object: string;
  /** Rules and selectors, as a webhook has them. */
  readonly rules: JsonObject;
}

function ofWebhooks(installation: Registrations): readonly Registration[] {
  return webhooksFor(installation).map(rules => ({
    object: 'MutatingWebhookConfiguration sidecar-injector',
    rules,
  }));
}

/** https://kubernetes.io/docs/reference/access-authn-authz/mutating-admission-policy/ */
function ofPolicies(installation: Registrations): readonly Registration[] {
  return injectingPolicies(installation).map(({ kind, name, policy }) => {
    const constraints = at(policy, ['spec', 'matchConstraints']);
    const rules = isObject(constraints) ? constraints : {};
    return { object: `${kind} ${shownName(name)}`, rules: { ...rules, rules: rules['resourceRules'] ?? [] } };
  });
}

/** Where nobody may say what the registration is: the one that ships leaves out the same namespaces everywhere. */
function webhooksFor(installation: Registrations): readonly JsonObject[] {
  return isKnown(installation.webhookConfigurations)
    ? webhooksOf(ownConfiguration(installation))
    : webhooksOf(shippedFor(installation.namespace, shippedWebhooks));
}

interface Place {
  readonly name: string;
  readonly labels: Labels;
}

function outOfReach({ object, rules }: Registration, place: Place, pod: Labels): readonly Told[] {
  const unmet = unmetRequirement(rules['namespaceSelector'], place.labels);
  if (unmet) return [leftOut(unmet, place, object)];
  const unmetByObject = unmetRequirement(rules['objectSelector'], pod);
  return unmetByObject ? [objectLeftOut(unmetByObject, pod, object)] : [];
}

function leftOut(unmet: LabelRequirement, place: Place, object: string): Told {
  const { labels } = place;
  const name = shownName(place.name);
  const where = `namespace ${name}`;
  if (unmet.key === injectAnnotation) {
    return {
      code: 'namespace-opted-out',
      where,
      message: `namespace "${name}" has the label ${injectAnnotation}=${shownName(labels[injectAnnotation] ?? '')}, so its pods are left alone`,
      advice: `kubectl label namespace ${name} ${injectAnnotation}-`,
    };
  }
  if (unmet.key === nameLabel) {
    return {
      code: 'namespace-excluded',
      where,
      message: `the registration leaves out namespace "${name}": ${wanted(unmet)}`,
      advice:
        'run the pod in another namespace: those of the system and of the injector itself are left out on purpose',
    };
  }
  return {
    code: 'namespace-excluded',
    where,
    message: `the registration wants of a namespace ${wanted(unmet)}, and "${name}" has ${present(unmet, labels)}`,
    advice: `label the namespace so, or change the namespaceSelector of ${object}`,
  };
}

function objectLeftOut(unmet: LabelRequirement, labels: Labels, object: string): Told {
  return {
    code: 'object-excluded',
    where: `label ${shownName(unmet.key)}`,
    message: `the registration wants of a pod ${wanted(unmet)}, and this has ${present(unmet, labels)}`,
    advice: `label it so, or change the objectSelector of ${object}`,
  };
}

function wanted({ key, operator, values }: LabelRequirement): string {
  const list = values.length > 0 ? ` (${shownList(values)})` : '';
  return `label ${shownName(key)} ${shownName(operator)}${list}`;
}

function present({ key }: LabelRequirement, labels: Labels): string {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  return value === undefined ? 'no such label' : `"${shownName(value)}"`;
}
