import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { V1ConfigMap, V1Deployment, V1Secret, V1Service, V1Volume } from '@kubernetes/client-node';
import { BackgroundProgram } from './background-program.ts';
import type { ControlPlaneAccess } from './control-plane.ts';
import { cleanEnvironment, program } from './installation.ts';
import type { Kubectl } from './kubectl.ts';
import { mountVolume } from './mounted-volume.ts';
import { writeServiceAccountKubeconfig } from './service-account-kubeconfig.ts';
import type { Endpoints } from './service-network.ts';

/** A line of the webhook's log. */
export type LogEntry = Readonly<Record<string, unknown>>;

const usualNamespace = 'sidecar-injector';

/**
 * The real webhook, run as the kubelet would run it from the Deployment that the API server has: its arguments, its
 * configuration and definitions from ConfigMaps, and a token of its ServiceAccount.
 */
export class Webhook {
  readonly #kubectl: Kubectl;
  readonly #access: ControlPlaneAccess;
  readonly #flags: readonly string[];
  readonly #namespace: string;
  #program: BackgroundProgram | undefined;
  #root = '';
  #statusPort = 0;
  /** Where it listens on loopback. */
  port = 0;
  /** Of Node.js itself, where it has to run as in the image. */
  nodeFlags: readonly string[] = [];
  /** Variables beside those of whoever runs the tests. */
  environment: Readonly<Record<string, string>> = {};

  constructor(
    kubectl: Kubectl,
    access: ControlPlaneAccess,
    flags: readonly string[] = [],
    namespace = usualNamespace,
  ) {
    this.#kubectl = kubectl;
    this.#access = access;
    this.#flags = flags;
    this.#namespace = namespace;
  }

  /** Resolves when requests to the Service are answered. */
  async start(): Promise<void> {
    await this.launch('listening');
    await this.#waitFor('readiness', async () => (await this.status('/readyz')).status === 200 || undefined);
    await publishEndpoints(this.#kubectl, this.#access, [this.port], this.#namespace);
  }

  /** Resolves with the first line of its log that says this; it need not get any further. */
  async launch(message: string): Promise<LogEntry> {
    this.#root = await mkdtemp(join(this.#access.directory, 'webhook-'));
    const args = await this.mount();
    const kubeconfig = join(this.#root, 'kubeconfig');
    await writeServiceAccountKubeconfig(this.#kubectl, this.#access, kubeconfig, {
      namespace: this.#namespace,
    });
    this.#program = new BackgroundProgram({
      name: 'sidecar-injector',
      file: process.execPath,
      args: [...this.nodeFlags, program, ...args, `--kubeconfig=${kubeconfig}`, ...this.#flags],
      logFile: join(this.#root, 'log'),
      env: { ...cleanEnvironment, ...this.environment },
    });
    this.#program.start();
    await writeFile(join(this.#access.processDirectory, String(this.#program.pid)), '');
    const entry = await this.#waitFor(`"${message}"`, async () =>
      this.entries.find(({ msg }) => msg === message),
    );
    this.port = Number(entry['port'] ?? 0);
    this.#statusPort = Number(entry['statusPort'] ?? 0);
    return entry;
  }

  async #waitFor<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
    if (this.#program === undefined) throw new Error('the webhook was not started');
    try {
      return await this.#program.waitFor(what, look, startTimeoutMs);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Ends it in order; says how it ended. */
  async stop(signal?: NodeJS.Signals): Promise<string> {
    if (this.#program === undefined) return 'was not started';
    const end = await this.#program.stop(signal);
    await rm(join(this.#access.processDirectory, String(this.#program.pid)), { force: true });
    return end;
  }

  /** Brings the volumes up to date with the API server, as the kubelet does; returns the arguments of the container. */
  async mount(): Promise<readonly string[]> {
    const { deployment, configMaps, secrets } = await this.#read();
    const { containers = [], volumes = [] } = deployment.spec?.template.spec ?? {};
    const [container] = containers;
    for (const { name, mountPath } of container?.volumeMounts ?? []) {
      const volume = volumes.find(candidate => candidate.name === name);
      const files = Object.entries(filesOf(volume, configMaps, secrets));
      await mountVolume(
        this.#inRoot(mountPath),
        Object.fromEntries(files.map(([file, text]) => [file, this.#inRoot(text)])),
      );
    }
    return [...(container?.args ?? []).map(arg => this.#inRoot(arg)), ...overrides];
  }

  get pid(): number | undefined {
    return this.#program?.pid;
  }

  get log(): string {
    return this.#program?.log ?? '';
  }

  get entries(): readonly LogEntry[] {
    // What follows the last line break is still being written.
    const lines = this.log.split('\n').slice(0, -1);
    return lines.filter(line => line.startsWith('{')).map(line => JSON.parse(line));
  }

  /** Where it answers `/readyz` on loopback. */
  get statusPort(): number {
    return this.#statusPort;
  }

  /** What `/readyz`, `/livez` or `/metrics` says. */
  async status(path: string): Promise<{ readonly status: number; readonly text: string }> {
    const response = await fetch(`http://127.0.0.1:${this.#statusPort}${path}`, {
      signal: AbortSignal.timeout(5000),
    });
    return { status: response.status, text: await response.text() };
  }

  /** The directories of the container are below one of this machine. */
  #inRoot(text: string): string {
    return text.replaceAll('/etc/sidecar-injector', join(this.#root, 'etc/sidecar-injector'));
  }

  async #read() {
    const { stdout } = await this.#kubectl(
      `-n ${this.#namespace} get deployments,configmaps,secrets -o json`,
    );
    const items: readonly { kind: string; metadata: { name: string } }[] = JSON.parse(stdout).items;
    const ofKind = <T>(kind: string) =>
      new Map(items.filter(item => item.kind === kind).map(item => [item.metadata.name, item as T]));
    const deployment = ofKind<V1Deployment>('Deployment').get('sidecar-injector');
    if (deployment === undefined) throw new Error('deploy/base is not applied');
    return {
      deployment,
      configMaps: ofKind<V1ConfigMap>('ConfigMap'),
      secrets: ofKind<V1Secret>('Secret'),
    };
  }
}

/** What cannot be on this machine as it is in the cluster: ports, and waiting for endpoints at the end. */
const overrides = ['--listen=127.0.0.1:0', '--status-listen=127.0.0.1:0', '--drain-seconds=0'];

const startTimeoutMs = 60_000;

function filesOf(
  volume: V1Volume | undefined,
  configMaps: ReadonlyMap<string, V1ConfigMap>,
  secrets: ReadonlyMap<string, V1Secret>,
): Readonly<Record<string, string>> {
  const { configMap, secret } = volume ?? {};
  const files = configMaps.get(configMap?.name ?? '')?.data;
  if (files) return files;
  const { data } = secrets.get(secret?.secretName ?? '') ?? {};
  if (!data) throw new Error(`nothing to mount for volume ${JSON.stringify(volume)}`);
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [name, Buffer.from(value, 'base64').toString()]),
  );
}

/** Makes the address that the Service has in the cluster lead to ports on this machine, one for each replica. */
export async function publishEndpoints(
  kubectl: Kubectl,
  { endpointsFile }: ControlPlaneAccess,
  ports: readonly number[],
  namespace = usualNamespace,
): Promise<void> {
  const { stdout } = await kubectl(`-n ${namespace} get service sidecar-injector -o json`);
  const { spec }: V1Service = JSON.parse(stdout);
  const address = `${spec?.clusterIP}:${spec?.ports?.[0]?.port}`;
  await writeEndpoints(endpointsFile, { [address]: ports });
}

/** Makes all addresses that are in the cluster lead to these ports on this machine. */
export async function writeEndpoints(file: string, endpoints: Endpoints): Promise<void> {
  // Under another name until it is whole: it is read for each connection.
  await writeFile(`${file}.new`, JSON.stringify(endpoints));
  await rename(`${file}.new`, file);
}
