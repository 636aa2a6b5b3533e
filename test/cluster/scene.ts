import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Container, V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import { createKubectl, type Kubectl, type KubectlOutput } from '../e2e/kubectl.ts';
import type { ClusterAccess } from './cluster-access.ts';
import type { Repository } from './repository.ts';
import { Servers } from './servers.ts';

/** An object of Kubernetes as a manifest writes it. */
export type Manifest = Readonly<Record<string, unknown>>;

export interface SceneOptions {
  /** Labels of the namespace; by default it enforces the Pod Security level restricted. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** What one case works with: a namespace of its own, kubectl in it, and servers in a second one where it asks for them. */
export class Scene {
  readonly namespace: string;
  readonly cluster: ClusterAccess;
  readonly #kubectl: Kubectl;
  #servers: Promise<Servers> | undefined;

  private constructor(cluster: ClusterAccess, namespace: string) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.#kubectl = createKubectl(cluster);
  }

  static async open(cluster: ClusterAccess, { labels = restricted }: SceneOptions = {}): Promise<Scene> {
    const scene = new Scene(cluster, `case-${randomBytes(4).toString('hex')}`);
    await scene.#kubectl('apply --server-side -f -', namespaceManifest(scene.namespace, labels));
    return scene;
  }

  /** Runs kubectl in the namespace of the case. */
  kubectl(args: string | readonly string[], input?: unknown): Promise<KubectlOutput> {
    const list = typeof args === 'string' ? args.split(' ') : args;
    return this.#kubectl([`--namespace=${this.namespace}`, ...list], input);
  }

  /** The servers of all cases. What they are told reaches every case, so only repositories are made on them. */
  get sharedServers(): Servers {
    return new Servers(this.#kubectl, this.cluster.servers);
  }

  /** Servers of this case alone, started at the first call: to be stopped, and asked what they saw. */
  servers(): Promise<Servers> {
    this.#servers ??= this.#startServers();
    return this.#servers;
  }

  /** Makes an empty repository whose branch is main, on the shared servers. */
  createRepository(name = 'site.git'): Promise<Repository> {
    return this.sharedServers.createRepository(`${this.namespace}/${name}`);
  }

  apply(...items: readonly Manifest[]): Promise<KubectlOutput> {
    return this.kubectl('apply --server-side -f -', { apiVersion: 'v1', kind: 'List', items });
  }

  async pod(name: string): Promise<V1Pod> {
    return JSON.parse((await this.kubectl(`get pod ${name} -o json`)).stdout);
  }

  /** The pods that a label selects, oldest first. */
  async pods(selector: string): Promise<readonly V1Pod[]> {
    const { stdout } = await this.kubectl(
      `get pods -l ${selector} --sort-by=.metadata.creationTimestamp -o json`,
    );
    return JSON.parse(stdout).items;
  }

  /** What a command prints in a container. */
  async exec(pod: string, container: string, ...command: readonly string[]): Promise<string> {
    return (await this.kubectl(['exec', pod, `--container=${container}`, '--', ...command])).stdout;
  }

  async logs(pod: string, container: string): Promise<string> {
    return (await this.kubectl(['logs', pod, `--container=${container}`])).stdout;
  }

  /** Waits until a container has printed something; gives its log. */
  logged(pod: string, container: string, text: string, timeoutMs = 30_000): Promise<string> {
    return until(
      `${container} of pod ${pod} prints ${text}`,
      async () => {
        const log = await this.logs(pod, container);
        return log.includes(text) ? log : undefined;
      },
      timeoutMs,
    );
  }

  /** Waits until all containers of a pod are ready. */
  ready(name: string, timeoutMs = 60_000): Promise<V1Pod> {
    return until(
      `pod ${name} is ready`,
      async () => {
        const pod = await this.pod(name);
        const isReady = pod.status?.conditions?.some(
          ({ type, status }) => type === 'Ready' && status === 'True',
        );
        return isReady ? pod : undefined;
      },
      timeoutMs,
    );
  }

  /** Waits until a pod has ended, in whatever way. */
  ended(name: string, timeoutMs = 120_000): Promise<V1Pod> {
    return until(
      `pod ${name} has ended`,
      async () => {
        const pod = await this.pod(name);
        return /^(Succeeded|Failed)$/.test(pod.status?.phase ?? '') ? pod : undefined;
      },
      timeoutMs,
    );
  }

  /** What a person would look at: the pods with their events and the ends of the logs of all containers. */
  async report(): Promise<string> {
    const parts = [
      await this.#look('get pods -o wide'),
      await this.#look('get events --sort-by=.lastTimestamp'),
    ];
    const { items } = JSON.parse((await this.kubectl('get pods -o json')).stdout) as { items: V1Pod[] };
    for (const { metadata } of items) {
      parts.push(
        await this.#look(`logs ${metadata?.name} --all-containers --prefix --tail=25 --ignore-errors`),
      );
    }
    const servers = await this.#servers?.then(servers => servers.log()).catch(String);
    return [
      ...parts,
      servers === undefined ? '' : `servers:\n${servers.split('\n').slice(-25).join('\n')}`,
    ].join('\n');
  }

  async close(): Promise<void> {
    const namespaces = [
      this.namespace,
      ...(this.#servers === undefined ? [] : [`${this.namespace}-servers`]),
    ];
    await this.#kubectl(['delete', 'namespace', ...namespaces, '--wait=false', '--ignore-not-found']);
  }

  async #startServers(): Promise<Servers> {
    const namespace = `${this.namespace}-servers`;
    await this.#kubectl('apply --server-side -f -', namespaceManifest(namespace, {}));
    return Servers.start(this.#kubectl, namespace, this.cluster.helperImage);
  }

  async #look(args: string): Promise<string> {
    const { stdout } = await this.kubectl(args).catch(error => ({ stdout: String(error) }));
    return `$ kubectl ${args}\n${stdout}`;
  }
}

const restricted = { 'pod-security.kubernetes.io/enforce': 'restricted' };

/** With the account that pods need and that a controller would make a little later. */
export function namespaceManifest(name: string, labels: Readonly<Record<string, string>>): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } },
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: name } },
    ],
  };
}

/**
 * Looks again and again until there is something to see.
 *
 * @throws Error with what was waited for, and the last problem, when the time is over.
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  timeoutMs = 60_000,
): Promise<T> {
  const deadlineMs = performance.now() + timeoutMs;
  let problem: unknown;
  while (performance.now() < deadlineMs) {
    try {
      const seen = await look();
      if (seen !== undefined && seen !== false) return seen;
    } catch (error) {
      problem = error;
    }
    await sleep(intervalMs);
  }
  throw new Error(`not within ${timeoutMs / 1000} s: ${what}${problem === undefined ? '' : `; ${problem}`}`, {
    cause: problem,
  });
}

const intervalMs = 300;

/** The state of a container, in whichever list of the pod it is. */
export function statusOf({ status }: V1Pod, container: string): V1ContainerStatus {
  const all = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const found = all.find(({ name }) => name === container);
  if (found === undefined) throw new Error(`the pod has no status of a container ${container}`);
  return found;
}

/** A container as the pod has it after injection, in whichever list it is. */
export function containerOf({ spec }: V1Pod, name: string): V1Container {
  const found = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].find(
    each => each.name === name,
  );
  if (found === undefined) throw new Error(`the pod has no container ${name}`);
  return found;
}
