/** Namespaces in which pods are seen to by the webhook alone, by the policies alone, by both, or by the engine in the test itself. */
import { randomBytes } from 'node:crypto';
import type { V1MutatingWebhookConfiguration } from '@kubernetes/client-node';
import type { JsonObject } from '../../src/kubernetes/json.ts';
import type { CreationAnswer } from '../policy-comparison.ts';
import type { ApiClient } from './api-client.ts';
import { kubectl, kubectlJson } from './suite.ts';

/** Who sees to the pods of a namespace. */
export type Side = 'webhook' | 'policies' | 'both' | 'engine';

export const sideLabel = 'policy-differential';
/** Whose policies, and whose engine. */
export const groupLabel = 'policy-differential-group';

export interface NamespaceOptions {
  readonly side: Side;
  readonly group: number;
  /** Those of a namespace that is labelled, so that they count for its pods. */
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/** Makes a namespace in which pods can be made; resolves with its name. */
export async function makeNamespace(api: ApiClient, options: NamespaceOptions): Promise<string> {
  const { side, group, annotations } = options;
  const name = `e2e-${randomBytes(4).toString('hex')}`;
  const labels = {
    [sideLabel]: side,
    [groupLabel]: String(group),
    ...(annotations ? { 'sidecar.io/inject': 'enabled' } : {}),
  };
  await post(api, '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels, ...(annotations ? { annotations } : {}) },
  });
  for (const account of ['default', 'web']) {
    const body = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account } };
    await post(api, `/api/v1/namespaces/${name}/serviceaccounts`, body);
  }
  return name;
}

async function post(api: ApiClient, path: string, body: object): Promise<void> {
  const answer = await api.ask<{ message?: string }>({ method: 'POST', path, body });
  // The controller of service accounts may have been there first.
  if (![201, 409].includes(answer.status)) throw new Error(`${path}: ${answer.body.message}`);
}

/** Creates a pod by dry run. */
export async function createByDryRun(
  api: ApiClient,
  namespace: string,
  pod: JsonObject,
): Promise<CreationAnswer> {
  const path = `/api/v1/namespaces/${namespace}/pods?dryRun=All`;
  const { status, body, warnings } = await api.ask<JsonObject>({ method: 'POST', path, body: pod });
  if (status === 201) return { pod: body, message: '', warnings };
  return { pod: undefined, message: String(body['message']), warnings };
}

const guards = ['sidecar-injector-guard', 'sidecar-injector-namespace-guard'];

/** Keeps the webhook and its guard off what the policies, or the engine in the test, see to alone. */
export async function keepWebhookOff(): Promise<void> {
  const others = { key: sideLabel, operator: 'NotIn', values: ['policies', 'engine'] };
  const unlabelled = { key: sideLabel, operator: 'DoesNotExist' };
  const { webhooks = [] } = await kubectlJson<V1MutatingWebhookConfiguration>(
    'get mutatingwebhookconfiguration sidecar-injector',
  );
  const operations = webhooks.flatMap(({ rules, namespaceSelector }, index): readonly object[] => {
    const path = `/webhooks/${index}/namespaceSelector`;
    const isAbout = (resource: string) => rules?.some(({ resources }) => resources?.includes(resource));
    // Golden cases have namespaces with mistakes, which it would refuse.
    if (isAbout('namespaces')) return [{ op: 'add', path, value: { matchExpressions: [unlabelled] } }];
    if (!isAbout('pods') || !namespaceSelector?.matchExpressions) return [];
    return [{ op: 'add', path: `${path}/matchExpressions/-`, value: others }];
  });
  await kubectl([
    'patch',
    'mutatingwebhookconfiguration',
    'sidecar-injector',
    '--type=json',
    `--patch=${JSON.stringify(operations)}`,
  ]);
  await patchGuards({ namespaceSelector: { matchExpressions: [others] } });
}

/** Takes back what {@link keepWebhookOff} did, but for the registration, which is to be deleted and installed again. */
export async function takeBackNamespaces(): Promise<void> {
  await patchGuards(null);
  const ours = ['--selector', sideLabel, 'sidecar.io/inject-', `${sideLabel}-`, `${groupLabel}-`];
  await kubectl(['label', 'namespaces', ...ours]);
}

async function patchGuards(matchResources: object | null): Promise<void> {
  const patch = JSON.stringify({ spec: { matchResources } });
  for (const guard of guards)
    await kubectl(['patch', 'validatingadmissionpolicybinding', guard, '--type=merge', `--patch=${patch}`]);
}
