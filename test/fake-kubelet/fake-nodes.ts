import { randomBytes } from 'node:crypto';
import type { ApiClient } from '../e2e/api-client.ts';
import { timeOf } from './next-container.ts';

/**
 * Nodes without a machine, ready as long as this runs: the controller of nodes marks the pods of one as not ready, and
 * deletes them later, where nobody renews its Lease.
 */
export class FakeNodes {
  readonly names: readonly string[];
  readonly #client: ApiClient;
  readonly #zones: number;
  readonly #pods = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(client: ApiClient, { nodes, zones }: { readonly nodes: number; readonly zones: number }) {
    this.#client = client;
    this.#zones = zones;
    const name = `fake-${randomBytes(3).toString('hex')}`;
    this.names = Array.from({ length: nodes }, (_, index) => `${name}-${index + 1}`);
  }

  async start(): Promise<void> {
    for (const [index, name] of this.names.entries()) await this.#create(name, index);
    this.#timer = setInterval(() => void this.#renew(), renewMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    for (const name of this.names) {
      await this.#client.ask({ method: 'DELETE', path: `${leases}/${name}` });
      await this.#client.ask({ method: 'DELETE', path: `${nodesPath}/${name}` });
    }
  }

  has(name: string): boolean {
    return this.names.includes(name);
  }

  /** The next pod's node, in turn. */
  take(): string {
    const [least = ''] = [...this.names].sort((a, b) => this.#podsOn(a) - this.#podsOn(b));
    this.#pods.set(least, this.#podsOn(least) + 1);
    return least;
  }

  #podsOn(name: string): number {
    return this.#pods.get(name) ?? 0;
  }

  async #create(name: string, index: number): Promise<void> {
    const labels = {
      'kubernetes.io/hostname': name,
      'topology.kubernetes.io/zone': `zone-${(index % this.#zones) + 1}`,
    };
    await this.#mustAsk('POST', nodesPath, { apiVersion: 'v1', kind: 'Node', metadata: { name, labels } });
    const now = timeOf(Date.now());
    const times = { lastHeartbeatTime: now, lastTransitionTime: now };
    const ready = { type: 'Ready', status: 'True', reason: 'FakeKubelet', ...times };
    await this.#mustAsk('PATCH', `${nodesPath}/${name}/status`, { status: { conditions: [ready] } });
    await this.#mustAsk('POST', leases, {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name },
      spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: microTime() },
    });
  }

  /** One that fails is renewed the next time: four may be missed. */
  async #renew(): Promise<void> {
    const body = { spec: { renewTime: microTime() } };
    for (const name of this.names)
      await this.#client
        .ask({ method: 'PATCH', path: `${leases}/${name}`, body, contentType: mergePatch })
        .catch(() => undefined);
  }

  async #mustAsk(method: 'POST' | 'PATCH', path: string, body: object): Promise<void> {
    const contentType = method === 'PATCH' ? mergePatch : 'application/json';
    const answer = await this.#client.ask({ method, path, body, contentType });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
  }
}

const nodesPath = '/api/v1/nodes';
const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
const mergePatch = 'application/merge-patch+json';
const renewMs = 10_000;

function microTime(): string {
  return new Date().toISOString().replace('Z', '000Z');
}
