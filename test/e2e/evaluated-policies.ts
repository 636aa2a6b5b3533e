/** Admission policies written by hand, for the evaluator and for an API server. */
import type { JsonObject } from '../../src/kubernetes/json.ts';

/** The labels of a namespace in which the policies are in force. */
export const policyNamespace = { 'policy-evaluator': 'evaluated' };

const matchConstraints = {
  resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], operations: ['CREATE'] }],
};

export function mutatingPolicy(name: string, expression: string, others: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingAdmissionPolicy',
    metadata: { name },
    spec: {
      matchConstraints,
      reinvocationPolicy: 'IfNeeded',
      mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression } }],
      ...others,
    },
  };
}

export function validatingPolicy(name: string, validation: JsonObject, others: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name },
    spec: { matchConstraints, validations: [validation], ...others },
  };
}

/** A pod to which the API server's own plugins add as little as possible. */
export function policyPodOf(image: string, annotations: Record<string, string> = {}) {
  return {
    apiVersion: 'v1' as const,
    kind: 'Pod' as const,
    metadata: { name: 'web', annotations },
    spec: { automountServiceAccountToken: false, containers: [{ name: 'app', image }] },
  };
}

const namesOfContainers = 'object.spec.containers.map(container, container.name)';

const policies: readonly JsonObject[] = [
  mutatingPolicy(
    'inject',
    `variables.isInjected ? [] : [
          JSONPatch{op: "add", path: "/spec/containers/-", value: Object.spec.containers{name: "sidecar", image: "sidecar:1"}}
        ]`,
    {
      variables: [
        { name: 'names', expression: namesOfContainers },
        { name: 'isInjected', expression: '"sidecar" in variables.names' },
      ],
      matchConditions: [
        { name: 'wanted', expression: '"inject" in object.metadata.?annotations.orValue({})' },
      ],
    },
  ),
  mutatingPolicy(
    'count',
    `[JSONPatch{
          op: "add", path: "/metadata/annotations/" + jsonpatch.escapeKey("example.com/passes"),
          value: string(int(object.metadata.annotations[?"example.com/passes"].orValue("0")) + 1)
        }]`,
    {
      matchConditions: [
        { name: 'wanted', expression: '"count" in object.metadata.?annotations.orValue({})' },
      ],
    },
  ),
  validatingPolicy(
    'images',
    {
      expression: '!object.spec.containers.exists(container, container.image.endsWith(":latest"))',
      messageExpression: '"no tag latest in namespace " + namespaceObject.metadata.name',
      reason: 'Forbidden',
    },
    { variables: [{ name: 'unused', expression: namesOfContainers }] },
  ),
  validatingPolicy(
    'costly',
    { expression: everyOf(40, 4) },
    {
      matchConditions: [
        { name: 'wanted', expression: '"costly" in object.metadata.?annotations.orValue({})' },
      ],
    },
  ),
  validatingPolicy('names', { expression: 'object.metadata.name != "web"', message: 'rather not web' }),
];

/** Each with its binding, which holds in {@link policyNamespace}. */
export const evaluatedPolicies: readonly JsonObject[] = [...policies, ...policies.map(bindingOf)];

function bindingOf({ apiVersion, kind, metadata }: JsonObject): JsonObject {
  const { name } = metadata as { readonly name: string };
  return {
    apiVersion: apiVersion ?? '',
    kind: `${kind}Binding`,
    metadata: { name },
    spec: {
      policyName: name,
      matchResources: { namespaceSelector: { matchLabels: policyNamespace } },
      ...(kind === 'ValidatingAdmissionPolicy'
        ? { validationActions: [name === 'names' ? 'Warn' : 'Deny'] }
        : {}),
    },
  };
}

/** Nested loops, which take so many steps to the power of their depth. */
function everyOf(size: number, depth: number): string {
  const numbers = `[${Array.from({ length: size }, (_, index) => index).join(', ')}]`;
  const names = Array.from({ length: depth }, (_, index) => `n${index}`);
  return names.reduceRight((inner, name) => `${numbers}.all(${name}, ${inner})`, `${names.join(' + ')} >= 0`);
}
