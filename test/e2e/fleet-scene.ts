/** A fleet of Deployments on a real API server, whose pods a fake kubelet starts and restarts. */
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import { isReady } from '../fake-kubelet/kubelet-pod.ts';
import { FakeKubelet, type FakeKubeletOptions } from '../fake-kubelet.ts';
import { ApiClient } from './api-client.ts';
import { cleanEnvironment, program, projectDirectory } from './installation.ts';
import { definitions, type Ended } from './pod-commands.ts';
import { gitSync } from './pod-manifests.ts';
import { controlPlane, eventually } from './suite.ts';
import { createNamespace, type TestNamespace } from './test-namespace.ts';
import { workloadOf } from './workload-manifests.ts';

/** The Deployments of a fleet and how many pods each has. */
export type Sizes = Readonly<Record<string, number>>;

export interface Fleet {
  readonly namespace: TestNamespace;
  /** The tag of the sidecar's image of each pod, by Deployment. */
  readonly tags: () => Promise<Readonly<Record<string, readonly string[]>>>;
  /** Runs a command on the fleet. */
  readonly run: (verb: string, ...args: readonly string[]) => Promise<Ended>;
  /** The same, for who ends it before it ends. */
  readonly begin: (verb: string, ...args: readonly string[]) => BegunCommand;
  readonly stop: () => Promise<void>;
}

export interface BegunCommand {
  readonly ended: Promise<Ended>;
  /** Resolves once it has written a line that matches. */
  readonly line: (pattern: RegExp) => Promise<void>;
  readonly kill: (signal: NodeJS.Signals) => void;
}

/** Makes them, and waits until all pods are ready. */
export async function createFleet(sizes: Sizes, options: FakeKubeletOptions = {}): Promise<Fleet> {
  const namespace = await createNamespace();
  // Readiness has whole seconds: one that comes in that of the start has to be watched for a while.
  const pace = { restartMs: 1100, nodes: 4, zones: 2, ...options };
  const kubelet = await FakeKubelet.start(controlPlane(), { ...pace, namespace: namespace.name });
  const items = Object.entries(sizes).map(([name, replicas]) =>
    workloadOf('Deployment', { name, template: gitSync, spec: { replicas } }),
  );
  await namespace.kubectl('create -f -', { apiVersion: 'v1', kind: 'List', items });
  const pods = Object.values(sizes).reduce((sum, size) => sum + size, 0);
  await eventually(() => {
    if (kubelet.readyPods !== pods) throw new Error(`${kubelet.readyPods} of ${pods} pods are ready`);
  });
  const begin = (verb: string, ...args: readonly string[]) =>
    beginCommand([verb, '--namespace', namespace.name, ...args]);
  return {
    namespace,
    tags: async () => tagsOf(await namespace.pods()),
    begin,
    run: (verb, ...args) => begin(verb, ...args).ended,
    stop: () => kubelet.stop(),
  };
}

/** A directory with the definition that ships, whose image has this tag: it says how the fake kubelet's container behaves. */
export function definitionsWithTag(tag: string): Promise<string> {
  return definitions(text => text.replace(/(image: .*):v[\d.]+/, `$1:${tag}`));
}

function tagsOf(pods: readonly V1Pod[]): Readonly<Record<string, readonly string[]>> {
  const tags: Record<string, string[]> = {};
  for (const { metadata, spec } of pods) {
    const app = metadata?.labels?.['app'] ?? '';
    tags[app] = [...(tags[app] ?? []), spec?.initContainers?.[0]?.image?.split(':').at(-1) ?? ''].sort();
  }
  return tags;
}

function beginCommand(args: readonly string[]): BegunCommand {
  const env = { ...cleanEnvironment, KUBECONFIG: controlPlane().kubeconfig };
  const child = spawn(process.execPath, [program, ...args], { cwd: projectDirectory, env });
  const timer = setTimeout(() => child.kill('SIGKILL'), maxCommandMs);
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', chunk => {
    output.stdout += chunk;
  });
  child.stderr.on('data', chunk => {
    output.stderr += chunk;
  });
  const ended = new Promise<Ended>(resolve => {
    child.once('close', code => {
      clearTimeout(timer);
      resolve({ exitCode: code ?? -1, ...output });
    });
  });
  return {
    ended,
    line: async pattern => {
      while (!pattern.test(output.stdout) && !pattern.test(output.stderr)) {
        if (child.exitCode !== null) throw new Error(`it has ended: ${output.stdout}${output.stderr}`);
        await sleep(20);
      }
    },
    kill: signal => child.kill(signal),
  };
}

const maxCommandMs = 170_000;

/** Counts in each event of a watch how many pods of each Deployment are not ready. */
export class Availability {
  readonly #ending = new AbortController();
  readonly #ready = new Map<string, { readonly app: string; readonly isReady: boolean }>();
  readonly #watching: Promise<void>;
  /** The most that were away at a time, by Deployment. */
  readonly mostAway: Record<string, number> = {};
  events = 0;

  constructor(namespace: string) {
    this.#watching = this.#watch(namespace).catch((error: unknown) => {
      if (!this.#ending.signal.aborted) throw error;
    });
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#watching;
  }

  async #watch(namespace: string): Promise<void> {
    const client = new ApiClient(controlPlane());
    const path = `/api/v1/namespaces/${namespace}/pods?watch=true`;
    for await (const { type, object } of client.watch<V1Pod>(path, this.#ending.signal)) {
      if (type === 'ADDED' || type === 'MODIFIED') this.#take(object);
      if (type === 'DELETED') this.#ready.delete(object.metadata?.uid ?? '');
    }
    client.close();
  }

  #take({ metadata, status }: V1Pod): void {
    this.events++;
    const app = metadata?.labels?.['app'] ?? '';
    this.#ready.set(metadata?.uid ?? '', { app, isReady: isReady(status as never) });
    const away = [...this.#ready.values()].filter(pod => pod.app === app && !pod.isReady).length;
    this.mostAway[app] = Math.max(this.mostAway[app] ?? 0, away);
  }
}
