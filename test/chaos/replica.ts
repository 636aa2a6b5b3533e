import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BackgroundProgram } from '../e2e/background-program.ts';
import { cleanEnvironment, projectDirectory } from '../e2e/installation.ts';
import { writeServiceAccountKubeconfig } from '../e2e/service-account-kubeconfig.ts';
import { controlPlane, kubectl } from '../e2e/suite.ts';
import { type LogEntry, publishEndpoints } from '../e2e/webhook.ts';

const program = fileURLToPath(new URL('skewed-webhook.ts', import.meta.url));

/** A rotation that never ends; the lifetimes themselves are the shortest that are allowed. */
export const fastRotation =
  'caLifetime: 10m\ncaRenewAfter: 10s\ncertificateLifetime: 10m\ncertificateRenewAfter: 1s\n';

export interface ReplicaOptions {
  /** How much its clock is ahead. */
  readonly skewSeconds: number;
  /** The configuration file, for what it says about lifetimes. */
  readonly lifetimes?: string;
  readonly drainSeconds?: number;
  /** The bundle that the image runs, with the flags and the heap that it has in a container; its clock is right. */
  readonly bundle?: ImageProgram;
  /** How it reaches the API server, where that is not the direct way. */
  readonly kubeconfig?: string;
}

/** What is started in the place of the sources. */
export interface ImageProgram {
  /** Flags of Node.js, the program's path, and its command. */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** One of several replicas behind the Service, each with the token of the ServiceAccount. */
export class Replica {
  readonly #options: ReplicaOptions;
  #program: BackgroundProgram | undefined;

  constructor(options: ReplicaOptions) {
    this.#options = options;
  }

  /** Starts the process and waits for nothing. */
  async launch(): Promise<void> {
    const { skewSeconds, lifetimes = '', drainSeconds = 1, bundle } = this.#options;
    const { directory, processDirectory } = controlPlane();
    const root = await mkdtemp(join(directory, 'replica-'));
    const [own, config] = [join(root, 'kubeconfig'), join(root, 'config.yaml')];
    const { kubeconfig = own } = this.#options;
    if (kubeconfig === own) await writeServiceAccountKubeconfig(kubectl, controlPlane(), own);
    await writeFile(config, lifetimes);
    const flags = [
      '--tls=managed',
      `--kubeconfig=${kubeconfig}`,
      `--config=${config}`,
      `--sidecars=${join(projectDirectory, 'sidecars')}`,
      '--listen=127.0.0.1:0',
      '--status-listen=127.0.0.1:0',
      '--log-format=json',
      `--drain-seconds=${drainSeconds}`,
    ];
    this.#program = new BackgroundProgram({
      name: 'replica',
      file: process.execPath,
      args: [...(bundle?.args ?? [program, String(skewSeconds)]), ...flags],
      logFile: join(root, 'log'),
      env: { ...cleanEnvironment, ...bundle?.environment },
    });
    this.#program.start();
    await writeFile(join(processDirectory, String(this.#program.pid)), '');
  }

  /** Resolves when it would be sent requests, with its port. */
  async ready(): Promise<number> {
    if (this.#program === undefined) throw new Error('the replica was not launched');
    return this.#program.waitFor(
      'readiness',
      async () => ((await this.readiness()).startsWith('200') ? this.port : undefined),
      readyTimeoutMs,
    );
  }

  /** What `/readyz` says, behind its status. */
  async readiness(): Promise<string> {
    const response = await fetch(`http://127.0.0.1:${this.#listening['statusPort']}/readyz`, {
      signal: AbortSignal.timeout(2000),
    });
    return `${response.status} ${await response.text()}`;
  }

  /** The sum of a metric over its labels; 0 where there is none of that name. */
  async metric(name: string): Promise<number> {
    const response = await fetch(`http://127.0.0.1:${this.#listening['statusPort']}/metrics`);
    const values = (await response.text()).matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'gm'));
    return [...values].reduce((sum, [, value]) => sum + Number(value), 0);
  }

  /** Asks whether it is alive as the kubelet does; resolves with the milliseconds that the answer took. */
  async liveness(withinMs: number): Promise<number> {
    const startedMs = performance.now();
    const { status } = await fetch(`http://127.0.0.1:${this.#listening['statusPort']}/livez`, {
      signal: AbortSignal.timeout(withinMs),
    });
    if (status !== 200) throw new Error(`/livez answers ${status}`);
    return performance.now() - startedMs;
  }

  /** The most memory that the process has ever had, in MiB; undefined where the system does not tell. */
  async peakMemory(): Promise<number | undefined> {
    const status = await readFile(`/proc/${this.#program?.pid}/status`, 'utf8').catch(() => '');
    const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) / 1024;
  }

  get port(): number {
    return Number(this.#listening['port']);
  }

  get #listening(): LogEntry {
    return this.entries.find(({ msg }) => msg === 'listening') ?? {};
  }

  get entries(): readonly LogEntry[] {
    const lines = this.#program?.log.split('\n').slice(0, -1) ?? [];
    return lines.filter(line => line.startsWith('{')).map(line => JSON.parse(line));
  }

  /** How often something was said. */
  count(message: string): number {
    return this.entries.filter(({ msg }) => msg === message).length;
  }

  async stop(signal?: NodeJS.Signals): Promise<string> {
    if (this.#program === undefined) return 'was not launched';
    const end = await this.#program.stop(signal);
    await rm(join(controlPlane().processDirectory, String(this.#program.pid)), { force: true });
    return end;
  }
}

const readyTimeoutMs = 90_000;

/** Launches replicas at once, waits until all are ready, and puts them behind the Service. */
export async function startReplicas(options: readonly ReplicaOptions[]): Promise<readonly Replica[]> {
  const replicas = options.map(own => new Replica(own));
  await Promise.all(replicas.map(replica => replica.launch()));
  await putBehindService(replicas);
  return replicas;
}

export async function putBehindService(replicas: readonly Replica[]): Promise<void> {
  const ports = await Promise.all(replicas.map(replica => replica.ready()));
  await publishEndpoints(kubectl, controlPlane(), ports);
}

export async function stopAll(replicas: readonly Replica[]): Promise<void> {
  await Promise.all(replicas.map(replica => replica.stop()));
}
