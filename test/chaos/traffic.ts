import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { gitSync, podOf } from '../e2e/pod-manifests.ts';
import { controlPlane } from '../e2e/suite.ts';
import type { TestNamespace } from '../e2e/test-namespace.ts';

/** Creates annotated pods, server-side dry run, as fast as the API server answers. */
export class Traffic {
  readonly #namespace: TestNamespace;
  readonly #agent = new Agent({ keepAlive: true });
  #isStopped = false;
  #workers: readonly Promise<void>[] = [];
  created = 0;
  /** What was said where a pod was refused, or came back without its sidecar. */
  readonly failures: string[] = [];
  /** How long each creation took. */
  readonly latenciesMs: number[] = [];

  constructor(namespace: TestNamespace) {
    this.#namespace = namespace;
  }

  start(workers = 3): void {
    this.#workers = Array.from({ length: workers }, () => this.#work());
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#workers);
    this.#agent.destroy();
  }

  /** Creates many pods at the same time, over as many connections. */
  async burst(count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.#attempt()));
  }

  async #work(): Promise<void> {
    while (!this.#isStopped) await this.#attempt();
  }

  async #attempt(): Promise<void> {
    const at = new Date().toISOString();
    const startedMs = performance.now();
    try {
      const { status, text } = await this.#create();
      this.latenciesMs.push(performance.now() - startedMs);
      if (status === 201 && text.includes('"name":"git-sync"')) this.created++;
      else this.failures.push(`${at}: ${status} ${text.slice(0, 400)}`);
    } catch (error) {
      this.failures.push(`${at}: ${error instanceof Error ? error.message : error}`);
    }
  }

  async #create(): Promise<{ readonly status: number; readonly text: string }> {
    const { clusters, users } = JSON.parse(await readFile(controlPlane().kubeconfig, 'utf8'));
    const { server, 'certificate-authority-data': authority } = clusters[0].cluster;
    const body = JSON.stringify({
      ...podOf('', gitSync),
      metadata: { generateName: 'web-', annotations: gitSync },
    });
    return new Promise((resolve, reject) => {
      const call = request(`${server}/api/v1/namespaces/${this.#namespace.name}/pods?dryRun=All`, {
        method: 'POST',
        agent: this.#agent,
        ca: Buffer.from(authority, 'base64'),
        signal: AbortSignal.timeout(40_000),
        headers: {
          authorization: `Bearer ${users[0].user.token}`,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        },
      });
      call.once('error', reject);
      call.once('response', response => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
        );
      });
      call.end(body);
    });
  }
}
