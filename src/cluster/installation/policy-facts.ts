import { known } from '../../diagnosis/fact.ts';
import type { Installation, ServerFacts } from '../../diagnosis/installation.ts';
import type { ApiClient } from '../api-client.ts';
import { listObjects } from '../list-objects.ts';
import { learn } from './learn.ts';

/** The admission policies of a cluster, and what binds them. */
export type PolicyFacts = Pick<
  Installation,
  'policies' | 'policyBindings' | 'mutatingPolicies' | 'mutatingPolicyBindings'
>;

/** Reads the admission policies of both kinds. Those that change objects an older API server does not know. */
export async function readPolicies(
  client: Pick<ApiClient, 'request'>,
  { hasMutatingPolicies }: Pick<ServerFacts, 'hasMutatingPolicies'>,
): Promise<PolicyFacts> {
  const list = (resource: string) =>
    learn(listObjects(client, `/apis/admissionregistration.k8s.io/v1/${resource}`));
  const listIfThere = async (resource: string) => (hasMutatingPolicies ? list(resource) : known([]));
  const [policies, policyBindings, mutatingPolicies, mutatingPolicyBindings] = await Promise.all([
    list('validatingadmissionpolicies'),
    list('validatingadmissionpolicybindings'),
    listIfThere('mutatingadmissionpolicies'),
    listIfThere('mutatingadmissionpolicybindings'),
  ]);
  return { policies, policyBindings, mutatingPolicies, mutatingPolicyBindings };
}
