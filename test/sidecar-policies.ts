/** Policies as `compile` makes them of definitions, by their names and labels; what is in them puts no sidecar in. */
import { isObject, type JsonObject } from '../src/kubernetes/json.ts';

export interface PolicyObjects {
  readonly mutatingPolicies: readonly JsonObject[];
  readonly mutatingPolicyBindings: readonly JsonObject[];
  readonly policies: readonly JsonObject[];
  readonly policyBindings: readonly JsonObject[];
}

const pods = [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }];
const annotated = [
  { name: 'is-for-the-tests', expression: 'object.metadata.?name.orValue("") == "of-the-tests"' },
];

/** All policies of an installation by policies, for sidecars with the hashes of their definitions. */
export function sidecarPolicies(sidecars: Readonly<Record<string, string>>): PolicyObjects {
  const named = Object.entries(sidecars).flatMap(([sidecar, hash]) => [
    {
      name: `${sidecar}.sidecar.io`,
      sidecar,
      hash,
      label: { operator: 'NotIn', values: ['disabled', 'enabled'] },
    },
    {
      name: `${sidecar}.namespaces.sidecar.io`,
      sidecar,
      hash,
      label: { operator: 'In', values: ['enabled'] },
    },
  ]);
  const validating: readonly Named[] = [...named, { name: 'pods.sidecar-injector' }];
  const mutating: readonly Named[] = [...validating, { name: 'workloads.sidecar-injector' }];
  return {
    mutatingPolicies: mutating.map(of => policy('MutatingAdmissionPolicy', of, mutation)),
    mutatingPolicyBindings: mutating.map(of => binding('MutatingAdmissionPolicyBinding', of, {})),
    policies: validating.map(of => policy('ValidatingAdmissionPolicy', of, validation)),
    policyBindings: validating.map(of =>
      binding('ValidatingAdmissionPolicyBinding', of, { validationActions: ['Deny'] }),
    ),
  };
}

/** The same without one of them. */
export function without(objects: PolicyObjects, list: keyof PolicyObjects, name: string): PolicyObjects {
  return {
    ...objects,
    [list]: objects[list].filter(({ metadata }) => !isObject(metadata) || metadata['name'] !== name),
  };
}

interface Named {
  readonly name: string;
  readonly sidecar?: string;
  readonly hash?: string;
  readonly label?: JsonObject;
}

const mutation = {
  reinvocationPolicy: 'IfNeeded',
  mutations: [
    {
      patchType: 'JSONPatch',
      jsonPatch: {
        expression: '[JSONPatch{op: "add", path: "/metadata/labels/of-the-tests", value: "true"}]',
      },
    },
  ],
};

const validation = { validations: [{ expression: 'true' }] };

function policy(kind: string, { name, sidecar, hash, label }: Named, spec: JsonObject): JsonObject {
  const selector = label === undefined ? [] : [{ key: 'sidecar.io/inject', ...label }];
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind,
    metadata: {
      name,
      labels: { ...labels, ...(sidecar === undefined ? {} : { 'policies.sidecar.io/sidecar': sidecar }) },
      ...(hash === undefined ? {} : { annotations: { 'policies.sidecar.io/definition': hash } }),
    },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        namespaceSelector: { matchExpressions: selector },
        resourceRules: pods,
      },
      matchConditions: annotated,
      ...spec,
    },
  };
}

function binding(kind: string, { name }: Named, spec: JsonObject): JsonObject {
  const apiVersion = 'admissionregistration.k8s.io/v1';
  return { apiVersion, kind, metadata: { name, labels }, spec: { policyName: name, ...spec } };
}

const labels = {
  'app.kubernetes.io/name': 'sidecar-injector',
  'app.kubernetes.io/component': 'policy',
};
