import { names } from './names.ts';
import type { ApiResource } from './objects/resources.ts';

/** The policies of `deploy/components`; those that refuse pods come first. Their bindings have the same names. */
export const policyNames = [
  'sidecar-injector-guard',
  'sidecar-injector-namespace-guard',
  'sidecar-injector-namespace-owners',
  'sidecar-injector-own-account',
  'sidecar-injector-running-pods',
  'sidecar-injector-wrong-case',
  'sidecar-injector-labels',
  'sidecar-injector-unwatched-kinds',
] as const;

const admission = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  isClusterScoped: true,
} as const;

/** A policy does nothing without its binding. */
export const bindingResource: ApiResource = {
  ...admission,
  resource: 'validatingadmissionpolicybindings',
  kind: 'ValidatingAdmissionPolicyBinding',
};

export const policyResource: ApiResource = {
  ...admission,
  resource: 'validatingadmissionpolicies',
  kind: 'ValidatingAdmissionPolicy',
};

export const configurationResource: ApiResource = {
  ...admission,
  resource: 'mutatingwebhookconfigurations',
  kind: 'MutatingWebhookConfiguration',
};

/** An object that makes the API server ask the injector, or refuse what the injector has not seen. */
export interface RegisteredObject {
  readonly resource: ApiResource;
  readonly name: string;
}

/** What makes the API server refuse or warn by itself, in the order in which it goes: what refuses pods goes first. */
export const registeredPolicies: readonly RegisteredObject[] = [bindingResource, policyResource].flatMap(
  resource => policyNames.map(name => ({ resource, name })),
);

/** What makes the API server ask the injector. */
export const registeredConfiguration: RegisteredObject = {
  resource: configurationResource,
  name: names.webhookConfiguration,
};
