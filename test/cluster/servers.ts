import { readFileSync } from 'node:fs';
import { issueAuthority, issueServingCertificate } from '../../src/tls/issue-certificate.ts';
import type { Kubectl } from '../e2e/kubectl.ts';
import { Repository } from './repository.ts';
import { until } from './scene.ts';
import { ports } from './servers/ports.ts';

/** Where servers run; enough to reach them from another process. */
export interface ServersAddress {
  readonly namespace: string;
  /** The certificates that clients have to trust, in PEM. */
  readonly authority: string;
}

/** How a repository is reached: with or without TLS, and with or without a login. */
export type Access = 'http' | 'httpLogin' | 'https' | 'httpsLogin' | 'ssh' | 'silent';

/** The pod of `servers/main.ts`, behind a Service, and what its cases do on it. */
export class Servers {
  readonly address: ServersAddress;
  readonly #kubectl: Kubectl;

  /** Those that run in a namespace already. */
  constructor(kubectl: Kubectl, address: ServersAddress) {
    this.#kubectl = (args, input) => {
      const list = typeof args === 'string' ? args.split(' ') : args;
      return kubectl([`--namespace=${address.namespace}`, ...list], input);
    };
    this.address = address;
  }

  /** Starts servers in a namespace that is there. */
  static async start(kubectl: Kubectl, namespace: string, image: string): Promise<Servers> {
    // The host that only the proxy can reach has to be in the certificate too.
    const { authority, pair } = await issueCertificates([hostIn(namespace), unreachableHost]);
    const servers = new Servers(kubectl, { namespace, authority: authority.cert });
    await servers.#kubectl('apply --server-side -f -', manifests(image, pair));
    await servers.#started();
    return servers;
  }

  /** What the cluster's DNS knows them by. */
  get host(): string {
    return hostIn(this.address.namespace);
  }

  /** The address of a repository, or of any path, at one of the servers. */
  url(path: string, access: Access = 'http'): string {
    if (access === 'ssh') return `ssh://root@${this.host}:${ports.ssh}/repositories/${path}`;
    const scheme = access.startsWith('https') ? 'https' : 'http';
    return `${scheme}://${this.host}:${ports[access]}/${path}`;
  }

  /** Where hooks can be sent; `hooks()` tells what came. */
  get hookUrl(): string {
    return `http://${this.host}:${ports.hook}/changed`;
  }

  async hooks(): Promise<readonly HookCall[]> {
    const text = await this.exec('cat /tmp/hooks.jsonl 2>/dev/null || true');
    return text
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line));
  }

  /** Makes an empty repository whose branch is main. */
  createRepository(name: string): Promise<Repository> {
    return Repository.create(this, name);
  }

  /** Runs a shell script on the server and gives what it prints. */
  async exec(script: string, input?: string): Promise<string> {
    const args = ['exec', ...(input === undefined ? [] : ['--stdin']), 'servers', '--', 'sh', '-ec', script];
    return (await this.#kubectl(args, input)).stdout;
  }

  async log(): Promise<string> {
    return (await this.#kubectl('logs servers --tail=-1')).stdout;
  }

  /** Takes the servers away: connections are refused from now on. */
  async stop(): Promise<void> {
    await this.#kubectl('patch service servers --type=merge -p {"spec":{"selector":{"app":"nobody"}}}');
  }

  /** Brings back what `stop` took away. */
  async restart(): Promise<void> {
    await this.#kubectl('patch service servers --type=merge -p {"spec":{"selector":{"app":"servers"}}}');
  }

  async #started(): Promise<void> {
    await until('the servers listen', async () => (await this.log()).includes('ready\n'), 60_000);
    const ready =
      'get endpointslices -l kubernetes.io/service-name=servers -o jsonpath={.items[*].endpoints[*].addresses}';
    await until('the Service has them', async () => (await this.#kubectl(ready)).stdout !== '', 30_000);
  }
}

export interface HookCall {
  readonly method: string;
  readonly url: string;
  /** Of the body, in bytes. */
  readonly length: number;
  readonly hash: string;
  /** What it was answered. */
  readonly status: number;
}

function hostIn(namespace: string): string {
  return `servers.${namespace}.svc.cluster.local`;
}

/** A name that no DNS knows. */
export const unreachableHost = 'git.example.invalid';

/** Made once in a process: the keys take their time. */
let certificates: ReturnType<typeof newAuthority> | undefined;

async function newAuthority() {
  return issueAuthority({ now: new Date(), days: 1 });
}

async function issueCertificates(hosts: readonly string[]) {
  certificates ??= newAuthority();
  const authority = await certificates;
  return { authority, pair: await issueServingCertificate(authority, hosts, { now: new Date(), days: 1 }) };
}

const programs = ['main.ts', 'git-http.ts', 'github-app.ts', 'ports.ts', 'proxy.ts'];

function manifests(image: string, pair: { readonly cert: string; readonly key: string }) {
  const metadata = { name: 'servers', labels: { app: 'servers' } };
  const sources = Object.fromEntries(
    programs.map(name => [name, readFileSync(new URL(`servers/${name}`, import.meta.url), 'utf8')]),
  );
  const container = {
    name: 'servers',
    image,
    imagePullPolicy: 'IfNotPresent',
    command: ['node', '/servers/main.ts'],
    volumeMounts: [
      { name: 'sources', mountPath: '/servers' },
      { name: 'tls', mountPath: '/tls' },
      { name: 'repositories', mountPath: '/repositories' },
    ],
  };
  const volumes = [
    { name: 'sources', configMap: { name: 'servers' } },
    { name: 'tls', secret: { secretName: 'servers' } },
    { name: 'repositories', emptyDir: {} },
  ];
  const spec = { terminationGracePeriodSeconds: 1, containers: [container], volumes };
  const servicePorts = Object.values(ports).map(port => ({ name: `port-${port}`, port }));
  const items = [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: sources },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata,
      type: 'kubernetes.io/tls',
      stringData: { 'tls.crt': pair.cert, 'tls.key': pair.key },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: { app: 'servers' }, ports: servicePorts },
    },
    { apiVersion: 'v1', kind: 'Pod', metadata, spec },
  ];
  return { apiVersion: 'v1', kind: 'List', items };
}
