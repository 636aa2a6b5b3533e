/** What a fleet loses while something is done to it: each event of a watch counts, and not a look now and then. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { V1Pod } from '@kubernetes/client-node';
import { readLines } from '../../src/cluster/read-lines.ts';
import { type Scene, statusOf, until } from './scene.ts';

/** A pod as the watch told it last. */
export interface WatchedPod {
  readonly workload: string;
  /** Of the sidecar, as its spec says. */
  readonly image: string;
  readonly isAway: boolean;
  /** The last container of the sidecar that was ready, and its image. */
  readonly proven: { readonly image: string; readonly containerID: string | undefined };
  /** The container of the app that was seen first. */
  readonly app: string | undefined;
}

/** Watches the pods of a namespace; the label `app` says what a pod belongs to. */
export class FleetWatch {
  readonly #kubectl: ChildProcess;
  readonly #reading: Promise<void>;
  readonly #pods = new Map<string, WatchedPod>();
  #problem: unknown;
  events = 0;
  /** The most pods of each workload that were away at a time. */
  readonly mostAway: Record<string, number> = {};
  /** What happened that should not: of pods that are gone, or of containers of the app that are other ones. */
  readonly losses: string[] = [];

  private constructor({ cluster, namespace }: Scene) {
    const path = `/api/v1/namespaces/${namespace}/pods?watch=true`;
    const args = [`--kubeconfig=${cluster.kubeconfig}`, 'get', '--raw', path];
    const env = { ...process.env, KUBERC: 'off' };
    this.#kubectl = spawn('kubectl', args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
    this.#reading = this.#read().catch((error: unknown) => {
      this.#problem = error;
    });
  }

  /** Resolves once it has seen so many pods, none of them away. */
  static async start(scene: Scene, pods: number): Promise<FleetWatch> {
    const watch = new FleetWatch(scene);
    try {
      await until('all pods are watched', async () => watch.#pods.size === pods && watch.isWhole);
      return watch;
    } catch (error) {
      await watch.stop();
      throw error;
    }
  }

  get isWhole(): boolean {
    return [...this.#pods.values()].every(({ isAway }) => !isAway);
  }

  /** The images of the sidecars of a workload, in order. */
  images(workload: string): readonly string[] {
    const pods = [...this.#pods.values()].filter(pod => pod.workload === workload);
    return pods.map(({ image }) => image).sort();
  }

  /** Resolves once no pod is away. */
  async whole(): Promise<void> {
    await until('no pod is away', async () => this.isWhole, 30_000);
  }

  /** @throws Error where the watch had broken off before. */
  async stop(): Promise<void> {
    const hasEnded = this.#kubectl.exitCode !== null;
    if (!hasEnded && this.#kubectl.kill()) await once(this.#kubectl, 'close');
    await this.#reading;
    if (hasEnded) throw new Error(`the watch has broken off: ${this.#problem ?? 'it came to its end'}`);
  }

  async #read(): Promise<void> {
    if (this.#kubectl.stdout === null) return;
    for await (const line of readLines(this.#kubectl.stdout, maxEventBytes)) this.#take(JSON.parse(line));
  }

  #take({ type, object: pod }: { readonly type: string; readonly object: V1Pod }): void {
    this.events++;
    const name = pod.metadata?.name ?? '';
    const before = this.#pods.get(name);
    if (type !== 'ADDED' && type !== 'MODIFIED') {
      this.losses.push(`${name}: ${type}`);
      return;
    }
    const now = watchedPod(pod, before);
    this.#pods.set(name, now);
    const app = statusOf(pod, 'app').containerID;
    if (app !== now.app) this.losses.push(`${name}: the app runs in ${app}, and ran in ${now.app}`);
    const { workload } = now;
    const away = [...this.#pods.values()].filter(each => each.workload === workload && each.isAway).length;
    this.mostAway[workload] = Math.max(this.mostAway[workload] ?? 0, away);
  }
}

/** No object is larger. */
const maxEventBytes = 4 * 1024 * 1024;

/**
 * A pod is away as soon as its sidecar has another image, though the kubelet says of it for a while that it is ready:
 * until it is ready with another container.
 */
function watchedPod(pod: V1Pod, before: WatchedPod | undefined): WatchedPod {
  const { containerID } = statusOf(pod, 'git-sync');
  const image = pod.spec?.initContainers?.[0]?.image ?? '';
  const proven = before?.proven ?? { image, containerID };
  const isOld = image !== proven.image && (containerID ?? proven.containerID) === proven.containerID;
  const isAway = isOld || !isReady(pod);
  return {
    ...{ workload: pod.metadata?.labels?.['app'] ?? '', image, isAway },
    proven: isAway ? proven : { image, containerID },
    app: before === undefined ? statusOf(pod, 'app').containerID : before.app,
  };
}

function isReady({ status }: V1Pod): boolean {
  return status?.conditions?.some(each => each.type === 'Ready' && each.status === 'True') ?? false;
}
