/**
 * Stands in for scheduler, kubelet and kube-proxy for the pods of one namespace, those of the injector: each runs as a process
 * of this machine, with the arguments of the pod and a token of its account. What the processes do decides what is said of the pods.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { V1Pod } from '@kubernetes/client-node';
import { cleanEnvironment, program } from './installation.ts';
import { bindToNode, createNode, deleteNode, endPod } from './kubelet.ts';
import { writeServiceAccountKubeconfig } from './service-account-kubeconfig.ts';
import { controlPlane, kubectl } from './suite.ts';
import { namespaceNamed, type TestNamespace } from './test-namespace.ts';
import { publishEndpoints, Webhook, writeEndpoints } from './webhook.ts';

/** A pod that was to do something once. */
export interface Run {
  readonly account: string;
  readonly args: readonly string[];
  readonly exitCode: number;
  readonly output: string;
}

interface Replica {
  readonly webhook: Webhook;
  readonly podIP: string;
  isReady: boolean;
}

export class PodRunner {
  /** The pods that are over, in the order in which they ended. */
  readonly runs: Run[] = [];
  readonly #namespace: TestNamespace;
  readonly #replicas = new Map<string, Replica>();
  /** Names of pods that are looked after, also of those that are over. */
  readonly #known = new Set<string>();
  readonly #work = new Set<Promise<void>>();
  readonly #problems: Error[] = [];
  #writing: Promise<void> = Promise.resolve();
  #loop: Promise<void> = Promise.resolve();
  #isStopped = false;
  #count = 0;

  constructor(namespace: string) {
    this.#namespace = namespaceNamed(namespace);
  }

  async start(): Promise<void> {
    await createNode();
    this.#loop = this.#lookAfterPods();
  }

  /** @throws Error where a pod could not be run. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#loop;
    await Promise.all(this.#work);
    await Promise.all([...this.#replicas.values()].map(({ webhook }) => webhook.stop()));
    await deleteNode();
    if (this.#problems.length > 0) throw new AggregateError(this.#problems, this.#problems.join('\n'));
  }

  async #lookAfterPods(): Promise<void> {
    while (!this.#isStopped) {
      const pods = await this.#namespace.pods().catch(() => []);
      for (const pod of pods) this.#lookAfter(pod);
      await sleep(200);
    }
  }

  #lookAfter(pod: V1Pod): void {
    const { name = '', uid = '', deletionTimestamp } = pod.metadata ?? {};
    const stage = `${uid} ${deletionTimestamp === undefined ? 'begins' : 'ends'}`;
    if (this.#known.has(stage)) return;
    this.#known.add(stage);
    const work = (deletionTimestamp === undefined ? this.#begin(name, pod) : this.#end(name)).catch(
      (error: Error) => void this.#problems.push(error),
    );
    this.#work.add(work);
    void work.finally(() => this.#work.delete(work));
  }

  async #begin(name: string, pod: V1Pod): Promise<void> {
    await bindToNode(this.#namespace, name);
    if (pod.spec?.containers[0]?.args?.[0] === 'serve') await this.#serve(name);
    else await this.#runOnce(name, pod);
  }

  async #serve(name: string): Promise<void> {
    const webhook = new Webhook(kubectl, controlPlane(), [drain], this.#namespace.name);
    await webhook.launch('listening');
    this.#count += 1;
    const replica: Replica = { webhook, podIP: `10.244.1.${this.#count}`, isReady: false };
    this.#replicas.set(name, replica);
    while (!this.#isStopped && this.#replicas.has(name)) {
      const isReady = await webhook.status('/readyz').then(
        ({ status }) => status === 200,
        () => false,
      );
      if (isReady !== replica.isReady) await this.#reportReadiness(name, replica, isReady);
      await sleep(200);
    }
  }

  async #reportReadiness(name: string, replica: Replica, isReady: boolean): Promise<void> {
    replica.isReady = isReady;
    const { podIP } = replica;
    // The Service leads to it when the API server knows that it is ready, and no longer before it knows that it is not.
    if (!isReady) await this.#publish();
    await this.#report(name, {
      phase: 'Running',
      podIP,
      podIPs: [{ ip: podIP }],
      conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False', lastTransitionTime: now() }],
    });
    if (isReady) await this.#publish();
  }

  /** No longer an endpoint, and told to end, in the same moment: it has to answer what still comes. */
  async #end(name: string): Promise<void> {
    const replica = this.#replicas.get(name);
    this.#replicas.delete(name);
    await Promise.all([this.#publish(), replica?.webhook.stop()]);
    await this.#namespace.kubectl(`delete pod ${name} --force --grace-period=0 --ignore-not-found`);
  }

  async #runOnce(name: string, pod: V1Pod): Promise<void> {
    const { serviceAccountName: account = '', containers = [] } = pod.spec ?? {};
    const [container] = containers;
    const args = container?.args ?? [];
    const kubeconfig = join(await mkdtemp(join(controlPlane().directory, 'pod-')), 'kubeconfig');
    const own = { namespace: this.#namespace.name, account };
    await writeServiceAccountKubeconfig(kubectl, controlPlane(), kubeconfig, own);
    const { exitCode, output } = await runProgram(args, kubeconfig);
    this.runs.push({ account, args, exitCode, output });
    await endPod(this.#namespace, name, { [container?.name ?? '']: exitCode });
  }

  async #report(name: string, status: object): Promise<void> {
    const patch = `patch pod ${name} --subresource status --type merge --patch`.split(' ');
    await this.#namespace.kubectl([...patch, JSON.stringify({ status })]).catch((error: Error) => {
      // It may be gone in the meantime.
      if (!error.message.includes('NotFound')) throw error;
    });
  }

  /** One after the other, so that the last has the last word. */
  #publish(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#writeEndpoints());
    return this.#writing;
  }

  async #writeEndpoints(): Promise<void> {
    const { endpointsFile } = controlPlane();
    const ready = [...this.#replicas.values()].filter(({ isReady }) => isReady);
    const isThere = await publishEndpoints(
      kubectl,
      controlPlane(),
      ready.map(({ webhook }) => webhook.port),
      this.#namespace.name,
    ).then(
      () => true,
      () => false,
    );
    // The Service goes with the installation.
    if (!isThere) return;
    const endpoints = JSON.parse(await readFile(endpointsFile, 'utf8'));
    for (const { podIP, webhook } of ready) endpoints[`${podIP}:8080`] = [webhook.statusPort];
    await writeEndpoints(endpointsFile, endpoints);
  }
}

function runProgram(args: readonly string[], kubeconfig: string): Promise<Pick<Run, 'exitCode' | 'output'>> {
  const options = { env: { ...cleanEnvironment, KUBECONFIG: kubeconfig }, timeout: 100_000 };
  return promisify(execFile)(process.execPath, [program, ...args], options).then(
    ({ stdout, stderr }) => ({ exitCode: 0, output: stdout + stderr }),
    ({ code, stdout, stderr }) => ({ exitCode: Number(code ?? 1), output: `${stdout}${stderr}` }),
  );
}

/** Shorter than in the cluster, where every node has to learn that an endpoint is gone; longer than the connections here live. */
const drain = '--drain-seconds=2';

function now(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}
