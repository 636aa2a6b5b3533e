/** Compiled policies on the API server, each group of them for its own namespaces, so that groups can be there side by side. */
import type { InjectionPolicy } from '../../src/injection/policy.ts';
import { isObject, type JsonObject } from '../../src/kubernetes/json.ts';
import { compilePolicies } from '../../src/policies/compile-policies.ts';
import type { SidecarDefinition } from '../../src/sidecars/definition.ts';
import type { ApiClient } from './api-client.ts';
import { createByDryRun, groupLabel, sideLabel } from './differential-namespaces.ts';
import { podOf } from './pod-manifests.ts';
import { eventually } from './suite.ts';

export interface PolicyGroup {
  readonly group: number;
  readonly definitions: readonly SidecarDefinition[];
  readonly policy: InjectionPolicy;
  /** Which namespaces there are: a policy for others is left out, for its compilation takes seconds. */
  readonly namespaces: 'all' | 'ordinary' | 'labelled';
}

/** The policies of a group and their bindings, under names of their own and only for its namespaces. */
export function objectsOf({ group, definitions, policy, namespaces }: PolicyGroup): readonly JsonObject[] {
  return compilePolicies(definitions, policy)
    .objects.filter(({ metadata }) => isNeeded(nameOf(metadata), namespaces))
    .map(object => narrowed(object, group));
}

function nameOf(metadata: unknown): string {
  return isObject(metadata) ? String(metadata['name']) : '';
}

function isNeeded(name: string, namespaces: PolicyGroup['namespaces']): boolean {
  if (namespaces === 'all') return true;
  if (!/^(.*[.])?(namespaces[.])?sidecar[.]io$|^pods[.]/.test(name)) return false;
  return name.includes('.namespaces.') === (namespaces === 'labelled');
}

function narrowed(object: JsonObject, group: number): JsonObject {
  const metadata = object['metadata'] as JsonObject;
  const spec = object['spec'] as JsonObject;
  const name = nameIn(group, String(metadata['name']));
  const { policyName } = spec;
  if (policyName === undefined) return { ...object, metadata: { ...metadata, name } };
  const matchExpressions = [
    { key: sideLabel, operator: 'In', values: ['policies', 'both'] },
    { key: groupLabel, operator: 'In', values: [String(group)] },
  ];
  return {
    ...object,
    metadata: { ...metadata, name },
    spec: {
      ...spec,
      policyName: nameIn(group, String(policyName)),
      matchResources: { namespaceSelector: { matchExpressions } },
    },
  };
}

function nameIn(group: number, name: string): string {
  return `g${group}.${name}`;
}

const collections: Readonly<Record<string, string>> = {
  MutatingAdmissionPolicy: 'mutatingadmissionpolicies',
  MutatingAdmissionPolicyBinding: 'mutatingadmissionpolicybindings',
  ValidatingAdmissionPolicy: 'validatingadmissionpolicies',
  ValidatingAdmissionPolicyBinding: 'validatingadmissionpolicybindings',
};

function pathOf({ kind }: JsonObject): string {
  return `/apis/admissionregistration.k8s.io/v1/${collections[String(kind)]}`;
}

/** Creates one object. */
export async function createPolicy(api: ApiClient, object: JsonObject): Promise<void> {
  const request = { method: 'POST', path: pathOf(object), body: object } as const;
  const { status, body } = await api.ask<{ message?: string }>(request);
  if (status !== 201)
    throw new Error(`${object['kind']} ${nameOf(object['metadata'])}: ${body.message?.slice(0, 2000)}`);
}

export async function deletePolicy(api: ApiClient, object: JsonObject): Promise<void> {
  await api.ask({ method: 'DELETE', path: `${pathOf(object)}/${nameOf(object['metadata'])}` });
}

/** Resolves when all policies of a group are at work in a namespace: some moments after they are made, each by itself. */
export async function untilInForce(
  api: ApiClient,
  namespace: string,
  { definitions }: Pick<PolicyGroup, 'definitions'>,
): Promise<void> {
  const keys = definitions.map(({ name }) => [`sidecar.io/${name}.no-such-parameter`, `.${name}.`] as const);
  const probes = [...keys, ['sidecar.io/no-such-sidecar', '.pods.'] as const];
  await eventually(
    async () => {
      for (const [key, policy] of probes) {
        const pod = podOf('probe', { [key]: 'x', [key.replace('.no-such-parameter', '')]: 'x' });
        const { message } = await createByDryRun(api, namespace, pod as unknown as JsonObject);
        const [, refusing = ''] = /ValidatingAdmissionPolicy '(.*?)'/.exec(message) ?? [];
        if (!refusing.includes(policy) || message.includes('(not-injected)'))
          throw new Error(`the policies for ${key} are not at work: ${message}`);
      }
    },
    { withinMs: 100_000 },
  );
}
