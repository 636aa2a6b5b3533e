/** Admission policies as objects of Kubernetes: https://kubernetes.io/docs/reference/access-authn-authz/mutating-admission-policy/ */
import type { JsonObject } from '../kubernetes/json.ts';
import type { Expression } from './cel/expression.ts';
import { printExpression } from './cel/print-expression.ts';
import type { Variable } from './rules/variable.ts';

const apiVersion = 'admissionregistration.k8s.io/v1';

/** What the policies of one name have in common. */
export interface PolicySpec {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /**
   * Which namespaces, of those that the webhook does not leave out: the ones with the label `enabled`, all others, or both.
   */
  readonly namespaces: 'labelled' | 'ordinary' | 'all';
  readonly resourceRules: readonly JsonObject[];
  readonly conditions: readonly Variable[];
}

/** A policy that changes objects, and its binding. */
export function mutatingPolicy(
  spec: PolicySpec,
  variables: readonly Variable[],
  operations: Expression,
): readonly JsonObject[] {
  return [
    {
      apiVersion,
      kind: 'MutatingAdmissionPolicy',
      metadata: metadataOf(spec),
      spec: {
        ...commonSpec(spec, variables),
        reinvocationPolicy: 'IfNeeded',
        mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression: printExpression(operations) } }],
      },
    },
    binding(spec, 'MutatingAdmissionPolicyBinding', {}),
  ];
}

/** A policy that refuses objects with a message, and its binding. */
export function validatingPolicy(
  spec: PolicySpec,
  variables: readonly Variable[],
  validation: {
    readonly isRight: Expression;
    readonly message: string;
    readonly messageExpression: Expression;
  },
  action: 'Deny' | 'Warn' = 'Deny',
): readonly JsonObject[] {
  return [
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicy',
      metadata: metadataOf(spec),
      spec: {
        ...commonSpec(spec, variables),
        validations: [
          {
            expression: printExpression(validation.isRight),
            reason: 'Invalid',
            message: validation.message,
            messageExpression: printExpression(validation.messageExpression),
          },
        ],
      },
    },
    binding(spec, 'ValidatingAdmissionPolicyBinding', { validationActions: [action] }),
  ];
}

function metadataOf({ name, labels, annotations }: PolicySpec): JsonObject {
  return {
    name,
    labels: {
      'app.kubernetes.io/name': 'sidecar-injector',
      'app.kubernetes.io/component': 'policy',
      ...labels,
    },
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
  };
}

function commonSpec(
  { namespaces, resourceRules, conditions }: PolicySpec,
  variables: readonly Variable[],
): JsonObject {
  return {
    failurePolicy: 'Fail',
    matchConstraints: {
      matchPolicy: 'Equivalent',
      namespaceSelector: {
        matchExpressions: [
          {
            key: 'kubernetes.io/metadata.name',
            operator: 'NotIn',
            values: ['sidecar-injector', 'kube-system', 'kube-node-lease'],
          },
          { key: 'sidecar.io/inject', ...labels[namespaces] },
        ],
      },
      objectSelector: {},
      resourceRules,
    },
    ...(conditions.length === 0
      ? {}
      : {
          matchConditions: conditions.map(([name, expression]) => ({
            name,
            expression: printExpression(expression),
          })),
        }),
    variables: variables.map(([name, expression]) => ({ name, expression: printExpression(expression) })),
  };
}

const labels = {
  labelled: { operator: 'In', values: ['enabled'] },
  ordinary: { operator: 'NotIn', values: ['disabled', 'enabled'] },
  all: { operator: 'NotIn', values: ['disabled'] },
} as const satisfies Record<PolicySpec['namespaces'], JsonObject>;

function binding(spec: PolicySpec, kind: string, more: JsonObject): JsonObject {
  return { apiVersion, kind, metadata: metadataOf(spec), spec: { policyName: spec.name, ...more } };
}

/** Pods that are created. */
export const podRules: readonly JsonObject[] = [
  { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'], scope: 'Namespaced' },
];
