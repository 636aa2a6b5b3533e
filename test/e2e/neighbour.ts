import { accessSync, constants } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { V1Pod } from '@kubernetes/client-node';
import { issueAuthority, issueServingCertificate } from '../../src/tls/issue-certificate.ts';
import { BackgroundProgram } from './background-program.ts';
import { findFreePorts } from './free-ports.ts';
import { otherRegistration } from './other-registration.ts';
import type { PodManifest } from './pod-manifests.ts';
import { controlPlane, eventually, kubectl } from './suite.ts';
import type { TestNamespace } from './test-namespace.ts';

/** An injector of somebody else. */
export interface NeighbourOptions {
  /** The file that it was built to. */
  readonly program: string;
  /** Its path in the registration. */
  readonly path: string;
  readonly reviewVersion?: 'v1' | 'v1beta1';
  readonly reinvocationPolicy: 'Never' | 'IfNeeded';
  /** Where it listens on a port of its own and takes no other. */
  readonly port?: number;
  readonly command: (place: NeighbourPlace) => NeighbourCommand;
}

export interface NeighbourCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** What it needs to know of where it runs. */
export interface NeighbourPlace {
  readonly program: string;
  /** Has `tls.crt`, `tls.key`, `kubeconfig`, and what a pod has of its ServiceAccount: `token`, `ca.crt`, `namespace`. */
  readonly directory: string;
  readonly port: number;
  /** Two more that nobody listens on. */
  readonly otherPorts: readonly number[];
  readonly apiServer: URL;
}

/** The directory with the programs; nothing of them is part of this project. test/e2e/neighbours.md says how to build them. */
const { SIDECAR_INJECTOR_NEIGHBOURS = join(homedir(), '.cache/sidecar-injector/neighbours') } = process.env;

/** The file of a program that was built; undefined, with a line that says so, where it was not. */
export function neighbourProgram(name: string): string | undefined {
  const program = join(SIDECAR_INJECTOR_NEIGHBOURS, name);
  try {
    accessSync(program, constants.X_OK);
    return program;
  } catch {
    console.warn(`e2e skips ${name}: there is no ${program}; test/e2e/neighbours.md says how to build it`);
    return undefined;
  }
}

/** A real injector of somebody else beside ours, on loopback. */
export class Neighbour {
  readonly #options: NeighbourOptions;
  readonly #name: string;
  #program: BackgroundProgram | undefined;

  /** The API server calls webhooks in the order of these names; ours is called sidecar-injector. */
  constructor(name: string, options: NeighbourOptions) {
    this.#name = name;
    this.#options = options;
  }

  /** Resolves when a pod like this one comes out as it should where the injector is asked. */
  async start(
    namespace: TestNamespace,
    probe: PodManifest,
    isInjected: (pod: V1Pod) => boolean,
  ): Promise<void> {
    const { directory, processDirectory, kubeconfig } = controlPlane();
    const own = await mkdtemp(join(directory, 'neighbour-'));
    const lifetime = { now: new Date(), days: 1 };
    const authority = await issueAuthority(lifetime);
    const certificate = await issueServingCertificate(authority, ['127.0.0.1'], lifetime);
    const access = JSON.parse(await readFile(kubeconfig, 'utf8'));
    const { cluster } = access.clusters[0];
    const files = {
      'tls.crt': certificate.cert,
      'tls.key': certificate.key,
      kubeconfig: JSON.stringify(access),
      token: access.users[0].user.token,
      'ca.crt': Buffer.from(cluster['certificate-authority-data'], 'base64').toString(),
      namespace: namespace.name,
    };
    for (const [name, text] of Object.entries(files)) await writeFile(join(own, name), text, { mode: 0o600 });
    const [freePort = 0, ...otherPorts] = await findFreePorts(3);
    const { program, path, port = freePort, command, ...registration } = this.#options;
    const place = { program, directory: own, port, otherPorts, apiServer: new URL(cluster.server) };
    const { file, args, env } = command(place);
    this.#program = new BackgroundProgram({
      name: program,
      file,
      args,
      logFile: join(own, 'log'),
      env: { ...process.env, ...env },
    });
    this.#program.start();
    await writeFile(join(processDirectory, String(this.#program.pid)), '');
    const url = `https://127.0.0.1:${port}${path}`;
    await kubectl(
      'create -f -',
      otherRegistration({ ...registration, name: this.#name, namespace, url, authority: authority.cert }),
    );
    await eventually(async () => {
      const { pod } = await namespace.createPod(probe, '--dry-run=server');
      if (!isInjected(pod)) throw new Error(`${this.#name} did nothing; its log:\n${this.#program?.log}`);
    });
  }

  async stop(): Promise<void> {
    await kubectl(`delete mutatingwebhookconfiguration ${this.#name} --ignore-not-found`);
    await this.#program?.stop();
  }
}
