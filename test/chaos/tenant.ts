import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { controlPlane, kubectl } from '../e2e/suite.ts';
import { createNamespace, type TestNamespace } from '../e2e/test-namespace.ts';
import { worstPods } from './worst-pods.ts';

/** More at a time are not sent: the API server itself has fallen behind then. */
const mostAtOnce = 100;

/** Somebody who may create pods in one namespace, and sends the worst there are, as a dry run. */
export class Tenant {
  readonly #namespace: TestNamespace;
  readonly #token: string;
  readonly #bodies = worstPods().map(pod => Buffer.from(JSON.stringify(pod)));
  readonly #agent = new Agent({ keepAlive: true, maxSockets: mostAtOnce });
  #timer: NodeJS.Timeout | undefined;
  #underWay = 0;
  sent = 0;
  /** Those that were not sent because so many were under way. */
  heldBack = 0;
  /** Answers by their status; 0 where there was none. */
  readonly statuses = new Map<number, number>();
  /** What the API server said where the injector did not answer as it should. */
  readonly failures: string[] = [];

  private constructor(namespace: TestNamespace, token: string) {
    this.#namespace = namespace;
    this.#token = token;
  }

  /** Makes a namespace with an account that may create pods there and nothing else. */
  static async create(): Promise<Tenant> {
    const namespace = await createNamespace();
    const account = { kind: 'ServiceAccount', name: 'tenant', namespace: namespace.name };
    await namespace.kubectl('create serviceaccount tenant');
    await namespace.kubectl('create role tenant --verb=create --resource=pods');
    await namespace.kubectl(
      `create rolebinding tenant --role=tenant --serviceaccount=${account.namespace}:tenant`,
    );
    const { stdout } = await kubectl(`-n ${namespace.name} create token tenant --duration=2h`);
    return new Tenant(namespace, stdout.trim());
  }

  /** Sends so many a second: all that are due, because a timer comes late now and then. */
  start(perSecond: number): void {
    const startedMs = performance.now();
    let due = 0;
    this.#timer = setInterval(() => {
      for (; due < ((performance.now() - startedMs) / 1000) * perSecond; due++) {
        if (this.#underWay < mostAtOnce) void this.#attempt();
        else this.heldBack++;
      }
    }, 1000 / perSecond);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    const deadlineMs = performance.now() + 40_000;
    while (this.#underWay > 0 && performance.now() < deadlineMs)
      await new Promise(resolve => setTimeout(resolve, 50));
    this.#agent.destroy();
  }

  async #attempt(): Promise<void> {
    const body = this.#bodies[this.sent++ % this.#bodies.length] ?? Buffer.alloc(0);
    this.#underWay++;
    const { status, text } = await this.#create(body).catch((error: Error) => ({
      status: 0,
      text: error.message,
    }));
    this.#underWay--;
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    if (status === 0 || status >= 500) this.failures.push(`${status} ${text.slice(0, 300)}`);
  }

  async #create(body: Buffer): Promise<{ readonly status: number; readonly text: string }> {
    const { server, authority } = await apiServer();
    return new Promise((resolve, reject) => {
      const call = request(`${server}/api/v1/namespaces/${this.#namespace.name}/pods?dryRun=All`, {
        method: 'POST',
        agent: this.#agent,
        ca: authority,
        signal: AbortSignal.timeout(35_000),
        headers: {
          authorization: `Bearer ${this.#token}`,
          'content-type': 'application/json',
          'content-length': body.length,
        },
      });
      call.once('error', reject);
      call.once('response', response => {
        let text = '';
        response.setEncoding('utf8').on('data', chunk => {
          if (text.length < 1000) text += chunk;
        });
        response.once('error', reject);
        response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
      });
      call.end(body);
    });
  }
}

async function apiServer(): Promise<{ readonly server: string; readonly authority: Buffer }> {
  known ??= readFile(controlPlane().kubeconfig, 'utf8').then(text => {
    const { server, 'certificate-authority-data': authority } = JSON.parse(text).clusters[0].cluster;
    return { server, authority: Buffer.from(authority, 'base64') };
  });
  return known;
}

let known: Promise<{ readonly server: string; readonly authority: Buffer }> | undefined;
