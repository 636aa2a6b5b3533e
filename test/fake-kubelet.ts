/**
 * No kubelet: it runs nothing. It writes into the status of pods, on a real API server, what kubelets would write, and
 * gives them nodes, as a scheduler would. So a fleet of ten thousand pods needs no machine for any of them. How an image
 * behaves stands in its tag (fake-kubelet/next-container.ts).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient } from './e2e/api-client.ts';
import type { ControlPlaneAccess } from './e2e/control-plane.ts';
import { FakeNodes } from './fake-kubelet/fake-nodes.ts';
import { type ApiPod, isReady, type KubeletPod, keptOf } from './fake-kubelet/kubelet-pod.ts';
import type { KubeletPace } from './fake-kubelet/next-container.ts';
import { nextStatus } from './fake-kubelet/next-status.ts';

export interface FakeKubeletOptions extends Partial<KubeletPace> {
  /** Only pods of this namespace, and only those that the label selector selects; all by default. */
  readonly namespace?: string;
  readonly selector?: string;
  /** How many nodes there are, and over how many zones they are spread. */
  readonly nodes?: number;
  readonly zones?: number;
  /** How many pods it writes at the same time. */
  readonly atOnce?: number;
}

/** Runs until it is stopped; the namespace that it looks after need not have pods yet. */
export class FakeKubelet {
  readonly #client: ApiClient;
  readonly #options: FakeKubeletOptions;
  readonly #pace: KubeletPace;
  readonly #nodes: FakeNodes;
  readonly #pods = new Map<string, KubeletPod>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  /** Whose turn comes, in its order, and whose it is. */
  readonly #waiting = new Set<string>();
  readonly #underWay = new Set<string>();
  readonly #stopped = new AbortController();
  /** What the API server said that it should not have said; tests may look whether it is empty. */
  readonly problems: string[] = [];
  #watching: Promise<void> | undefined;

  private constructor(access: ControlPlaneAccess, options: FakeKubeletOptions) {
    const { startMs = 0, restartMs = 1500, crashMs = 2000, nodes = 6, zones = 3 } = options;
    this.#client = new ApiClient(access);
    this.#options = options;
    this.#pace = { startMs, restartMs, crashMs };
    this.#nodes = new FakeNodes(this.#client, { nodes, zones });
  }

  static async start(access: ControlPlaneAccess, options: FakeKubeletOptions = {}): Promise<FakeKubelet> {
    const kubelet = new FakeKubelet(access, options);
    await kubelet.#nodes.start();
    kubelet.#watching = kubelet.#watch();
    return kubelet;
  }

  /** Its nodes go, and with them, a while later, the pods on them. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    await this.#watching;
    while (this.#underWay.size > 0) await sleep(20);
    await this.#nodes.stop();
    this.#client.close();
  }

  get nodes(): readonly string[] {
    return this.#nodes.names;
  }

  /** How many of its pods are ready. */
  get readyPods(): number {
    return [...this.#pods.values()].filter(({ status }) => isReady(status)).length;
  }

  async #watch(): Promise<void> {
    while (!this.#isStopped) {
      // The API server may be away for a while.
      await this.#watchOnce().catch(() => sleep(this.#isStopped ? 0 : retryMs));
    }
  }

  /** Until the watch ends, of which an error tells before it does. */
  async #watchOnce(): Promise<void> {
    const resourceVersion = await this.#list();
    const path = this.#path({ watch: 'true', allowWatchBookmarks: 'true', resourceVersion });
    for await (const { type, object } of this.#client.watch<ApiPod>(path, this.#stopped.signal)) {
      if (type === 'ADDED' || type === 'MODIFIED') this.#note(object);
      if (type === 'DELETED') this.#forget(object.metadata.uid);
      if (type === 'ERROR') return;
    }
  }

  get #isStopped(): boolean {
    return this.#stopped.signal.aborted;
  }

  /** Takes in all pods as they are now, and says from where a watch goes on. */
  async #list(): Promise<string> {
    const found = new Set<string>();
    let from = '';
    let version = '';
    do {
      const path = this.#path({ limit: '500', ...(from === '' ? {} : { continue: from }) });
      const { status, body } = await this.#client.ask<PodList>({ method: 'GET', path });
      if (status !== 200) throw new Error(`GET ${path}: ${JSON.stringify(body)}`);
      for (const pod of body.items) {
        found.add(pod.metadata.uid);
        this.#note(pod);
      }
      version = body.metadata.resourceVersion;
      from = body.metadata.continue ?? '';
    } while (from !== '');
    for (const uid of this.#pods.keys()) if (!found.has(uid)) this.#forget(uid);
    return version;
  }

  #path(query: Readonly<Record<string, string>>): string {
    const { namespace, selector } = this.#options;
    const pods = namespace === undefined ? '/api/v1/pods' : `/api/v1/namespaces/${namespace}/pods`;
    const selection = selector === undefined ? {} : { labelSelector: selector };
    return `${pods}?${new URLSearchParams({ ...query, ...selection })}`;
  }

  /** The watch may tell later what the answer to a patch has told. */
  #note(object: ApiPod): void {
    const pod = keptOf(object);
    const known = this.#pods.get(pod.uid);
    if (known !== undefined && BigInt(known.resourceVersion) >= BigInt(pod.resourceVersion)) return;
    this.#pods.set(pod.uid, pod);
    this.#wake(pod.uid);
  }

  #forget(uid: string): void {
    this.#pods.delete(uid);
    this.#waiting.delete(uid);
    clearTimeout(this.#timers.get(uid));
    this.#timers.delete(uid);
  }

  #wake(uid: string): void {
    this.#waiting.add(uid);
    this.#work();
  }

  #work(): void {
    for (const uid of this.#waiting) {
      if (this.#isStopped || this.#underWay.size >= (this.#options.atOnce ?? 16)) return;
      if (this.#underWay.has(uid)) continue;
      this.#waiting.delete(uid);
      this.#underWay.add(uid);
      void this.#lookAfter(uid).finally(() => {
        this.#underWay.delete(uid);
        this.#work();
      });
    }
  }

  async #lookAfter(uid: string): Promise<void> {
    const pod = this.#pods.get(uid);
    if (pod === undefined) return;
    try {
      if (pod.node === undefined) return await this.#bind(pod);
      if (!this.#nodes.has(pod.node)) return;
      if (pod.isBeingDeleted) return await this.#delete(pod);
      const { status, againInMs } = nextStatus(pod, this.#pace, Date.now());
      if (againInMs !== undefined) this.#wakeIn(uid, againInMs);
      if (status !== undefined) await this.#write(pod, status);
    } catch (error) {
      this.problems.push(String(error));
      this.#wakeIn(uid, retryMs);
    }
  }

  #wakeIn(uid: string, milliseconds: number): void {
    clearTimeout(this.#timers.get(uid));
    if (this.#isStopped) return;
    this.#timers.set(
      uid,
      setTimeout(() => this.#wake(uid), milliseconds),
    );
  }

  async #bind({ namespace, name, uid, isGated, isBeingDeleted }: KubeletPod): Promise<void> {
    if (isGated || isBeingDeleted) return;
    const target = { apiVersion: 'v1', kind: 'Node', name: this.#nodes.take() };
    const body = { apiVersion: 'v1', kind: 'Binding', metadata: { name, uid }, target };
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/binding`;
    await this.#ask({ method: 'POST', path, body });
  }

  /** Nothing runs that would have to end first. */
  async #delete({ namespace, name, uid }: KubeletPod): Promise<void> {
    const body = { gracePeriodSeconds: 0, preconditions: { uid } };
    await this.#ask({ method: 'DELETE', path: `/api/v1/namespaces/${namespace}/pods/${name}`, body });
  }

  async #write({ namespace, name, uid }: KubeletPod, status: object): Promise<void> {
    const written = await this.#ask({
      method: 'PATCH',
      path: `/api/v1/namespaces/${namespace}/pods/${name}/status`,
      // Of the pod that was seen only, not of one that has its name now.
      body: { metadata: { uid }, status },
      contentType: 'application/merge-patch+json',
    });
    if (written !== undefined) this.#note(written);
  }

  /** Undefined where the pod is gone, or is another one. */
  async #ask(request: Parameters<ApiClient['ask']>[0]): Promise<ApiPod | undefined> {
    const { status, body } = await this.#client.ask<ApiPod>(request);
    if (status === 404 || status === 409) return undefined;
    if (status >= 300) throw new Error(`${request.method} ${request.path}: ${JSON.stringify(body)}`);
    return body;
  }
}

interface PodList {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly ApiPod[];
}

const retryMs = 1000;
