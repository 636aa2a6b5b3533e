import { readFile } from 'node:fs/promises';
import type { V1Pod } from '@kubernetes/client-node';
import { controlPlane, eventually } from './suite.ts';
import type { TestNamespace } from './test-namespace.ts';

/** What the API server notes of a request for a pod, a workload or a namespace. https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/ */
export interface AuditEvent {
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly objectRef: {
    readonly resource: string;
    readonly namespace: string;
    readonly name?: string;
    readonly subresource?: string;
  };
  readonly annotations?: Readonly<Record<string, string>>;
  readonly responseStatus?: { readonly code: number; readonly message?: string };
  readonly requestObject?: V1Pod;
  readonly responseObject?: V1Pod;
}

/** A call of a webhook, as an audit annotation has it. */
export interface WebhookCall {
  /** `round_0_index_0`: the round of all webhooks, and which of them in that round. */
  readonly round: string;
  readonly configuration: string;
  readonly webhook: string;
  readonly mutated: boolean;
}

/** Waits for the note of a pod's creation, which follows the answer; by the name, or how a generated one begins. */
export async function auditedCreation({ name: namespace }: TestNamespace, name = 'web'): Promise<AuditEvent> {
  return eventually(
    async () => {
      const events = await eventsOf(namespace);
      const event = events.find(({ verb, requestObject }) => {
        const metadata = requestObject?.metadata;
        return verb === 'create' && (metadata?.name ?? metadata?.generateName)?.startsWith(name);
      });
      if (event === undefined) throw new Error(`the audit log has no creation of pod ${namespace}/${name}`);
      return event;
    },
    { withinMs: 10_000 },
  );
}

/** Which of our webhooks were called for each write of a resource, in the order of the writes; waits for that many. */
export async function callsOfWrites(
  { name: namespace }: TestNamespace,
  resource: string,
  count: number,
): Promise<readonly (readonly string[])[]> {
  return eventually(
    async () => {
      const events = await eventsOf(namespace);
      const writes = events.filter(
        ({ objectRef }) => objectRef.resource === resource && !objectRef.subresource,
      );
      if (writes.length < count) throw new Error(`the audit log has ${writes.length} writes of ${resource}`);
      return writes.map(write =>
        webhookCalls(write)
          .filter(({ configuration }) => configuration === 'sidecar-injector')
          .map(({ webhook }) => webhook),
      );
    },
    { withinMs: 10_000 },
  );
}

/** A deletion of a webhook configuration, a policy, or a Deployment of the injector. */
export interface Deletion {
  readonly resource: string;
  readonly name: string | undefined;
  readonly user: string;
}

/** The deletions after those that were noted before, in their order; waits for one that is of this resource. */
export async function deletionsUpTo(resource: string, before = 0): Promise<readonly Deletion[]> {
  return eventually(
    async () => {
      const deletions = (await readDeletions()).slice(before);
      if (!deletions.some(deletion => deletion.resource === resource))
        throw new Error(`the audit log has no deletion of ${resource}`);
      return deletions;
    },
    { withinMs: 10_000 },
  );
}

/** Those that did delete something. */
export async function readDeletions(): Promise<readonly Deletion[]> {
  const lines = (await readFile(controlPlane().auditLog, 'utf8')).split('\n');
  return lines
    .filter(line => line.includes('"verb":"delete"') && line.endsWith('}'))
    .map((line): AuditEvent => JSON.parse(line))
    .filter(({ verb, responseStatus }) => verb === 'delete' && responseStatus?.code === 200)
    .map(({ objectRef: { resource, name }, user: { username } }) => ({ resource, name, user: username }));
}

async function eventsOf(namespace: string): Promise<readonly AuditEvent[]> {
  const lines = (await readFile(controlPlane().auditLog, 'utf8')).split('\n');
  return lines
    .filter(line => line.includes(`"namespace":"${namespace}"`))
    .map((line): AuditEvent => JSON.parse(line))
    .filter(({ objectRef }) => objectRef.namespace === namespace);
}

/** The calls of webhooks, in their order. */
export function webhookCalls({ annotations = {} }: AuditEvent): readonly WebhookCall[] {
  const prefix = 'mutation.webhook.admission.k8s.io/';
  return Object.entries(annotations)
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, value]) => ({ round: key.slice(prefix.length), ...JSON.parse(value) }))
    .sort((a, b) => (a.round < b.round ? -1 : 1));
}
