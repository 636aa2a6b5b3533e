import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { issueAuthority, issueServingCertificate } from '../../src/tls/issue-certificate.ts';
import { blocksOf } from '../documents.ts';
import { issueClientCertificate } from '../sidecars/client-certificate.ts';
import { BackgroundProgram } from './background-program.ts';
import type { ControlPlaneAssets } from './control-plane-assets.ts';
import { findFreePorts } from './free-ports.ts';
import { ServiceNetwork } from './service-network.ts';

/** What others need to know of a control plane that runs. */
export interface ControlPlaneAccess {
  /** Holds everything of this control plane, and is removed with it. */
  readonly directory: string;
  readonly kubeconfig: string;
  readonly auditLog: string;
  /** Where the store of the API server can be asked, or told to forget. */
  readonly etcd: string;
  /** JSON, `Endpoints` of the service network; whoever starts a program behind a Service writes it. */
  readonly endpointsFile: string;
  /** One empty file for each process that has to end with the control plane, named by its id. */
  readonly processDirectory: string;
  readonly hasControllerManager: boolean;
  /** PEM file of the CA whose certificate the API server shows to our webhook. */
  readonly clientAuthority: string;
}

/**
 * etcd, kube-apiserver and kube-controller-manager on loopback. There is no scheduler and no kubelet: pods stay Pending.
 */
export class ControlPlane {
  /** Complete when it has started. */
  access: ControlPlaneAccess;
  readonly #assets: ControlPlaneAssets;
  readonly #network: ServiceNetwork;
  readonly #token = randomBytes(16).toString('hex');
  /** In the order in which they are started. */
  readonly #programs: BackgroundProgram[] = [];

  constructor(assets: ControlPlaneAssets, directory: string) {
    this.#assets = assets;
    this.access = {
      directory,
      kubeconfig: join(directory, 'kubeconfig'),
      auditLog: join(directory, 'audit.log'),
      etcd: '',
      endpointsFile: join(directory, 'endpoints.json'),
      processDirectory: join(directory, 'processes'),
      hasControllerManager: assets.hasControllerManager,
      clientAuthority: join(directory, 'client-ca.crt'),
    };
    this.#network = new ServiceNetwork(this.#path('network.sock'), this.access.endpointsFile);
  }

  /** Resolves when pods can be created; after an error, `stop` still has to be called. */
  async start(): Promise<void> {
    const [etcdPort = 0, peerPort = 0, apiServerPort = 0, managerPort = 0] = await findFreePorts(4);
    this.access = { ...this.access, etcd: `http://127.0.0.1:${etcdPort}` };
    await mkdir(this.access.processDirectory);
    const authority = await this.#writeFiles(apiServerPort);
    await this.#network.start();
    const etcd = this.#run('etcd', etcdArgs(this.#path('etcd'), etcdPort, peerPort));
    await etcd.waitFor('health', () => isEtcdHealthy(etcdPort), startTimeoutMs);
    const apiServer = this.#run('kube-apiserver', this.#apiServerArgs(apiServerPort, etcdPort));
    const answers = (path: string) => () => this.#answers(path, apiServerPort, authority);
    await apiServer.waitFor('readiness', answers('/readyz'), startTimeoutMs);
    if (!this.#assets.hasControllerManager) return;
    const manager = this.#run('kube-controller-manager', this.#managerArgs(managerPort));
    const firstWork = '/api/v1/namespaces/default/serviceaccounts/default';
    await manager.waitFor('service account', answers(firstWork), startTimeoutMs);
  }

  /** The API server cannot finish without its store, so it goes before etcd. */
  async stop(): Promise<void> {
    for (const program of this.#programs.toReversed()) await program.stop();
    this.#network.stop();
  }

  #run(name: string, args: readonly string[]): BackgroundProgram {
    const file = join(this.#assets.directory, name);
    // The API server would call webhooks through the proxy of whoever runs the tests.
    const env = { ...process.env, NO_PROXY: '*' };
    const restart = this.#restartOf(name);
    const logFile = this.#path(`${name}.log`);
    const program = new BackgroundProgram({ name, file, args, env, logFile, restart });
    this.#programs.push(program);
    program.start();
    return program;
  }

  /** Whoever wants to do without the API server for a while ends it by its id. */
  #restartOf(name: string) {
    const { SIDECAR_INJECTOR_RESTART_API_SERVER_AFTER_SECONDS: seconds } = process.env;
    return name === 'kube-apiserver' && seconds
      ? { afterMs: Number(seconds) * 1000, pidFile: this.#path(apiServerPidFile) }
      : undefined;
  }

  #path(name: string): string {
    return join(this.access.directory, name);
  }

  /** Writes keys, tokens and settings, and returns the authority to trust. */
  async #writeFiles(port: number): Promise<string> {
    const lifetime = { now: new Date(), days: 1 };
    const authority = await issueAuthority(lifetime);
    const server = await issueServingCertificate(
      authority,
      ['127.0.0.1', 'kubernetes.default.svc'],
      lifetime,
    );
    const clientAuthority = await issueAuthority(lifetime);
    const client = await issueClientCertificate(clientAuthority, { commonName: 'kube-apiserver' });
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const files = {
      'ca.crt': authority.cert,
      'tls.crt': server.cert,
      'tls.key': server.key,
      'client-ca.crt': clientAuthority.cert,
      'client.crt': client.cert,
      'client.key': client.key,
      ...this.#documentedFiles(),
      'service-accounts.key': privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
      'tokens.csv': `${this.#token},admin,admin,"system:masters"\n`,
      'audit-policy.json': JSON.stringify(auditPolicy),
      'egress.json': JSON.stringify(egressThrough(this.#path('network.sock'))),
      kubeconfig: JSON.stringify(kubeconfigFor(port, authority.cert, this.#token)),
    };
    for (const [name, text] of Object.entries(files))
      await writeFile(this.#path(name), text, { mode: 0o600 });
    return authority.cert;
  }

  /** What docs/install/certificates.md tells operators to give to the API server, so that it shows a certificate to the webhook. */
  #documentedFiles(): Readonly<Record<string, string>> {
    const names = ['admission.yaml', 'webhooks.kubeconfig'];
    const blocks = blocksOf('docs/install/certificates.md').filter(block => 'file' in block);
    return Object.fromEntries(
      blocks
        .filter(({ file }) => names.includes(file))
        .map(({ file, content }) => [
          file,
          content.replaceAll('/etc/kubernetes/sidecar-injector', this.access.directory),
        ]),
    );
  }

  #apiServerArgs(port: number, etcdPort: number): readonly string[] {
    // Where the time of the API server is measured, nobody reads what it has done.
    const { SIDECAR_INJECTOR_AUDIT: audit } = process.env;
    return [
      `--etcd-servers=http://127.0.0.1:${etcdPort}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
      `--tls-cert-file=${this.#path('tls.crt')}`,
      `--tls-private-key-file=${this.#path('tls.key')}`,
      `--token-auth-file=${this.#path('tokens.csv')}`,
      '--authorization-mode=RBAC',
      '--allow-privileged=true',
      '--service-cluster-ip-range=10.0.0.0/24',
      '--endpoint-reconciler-type=none',
      // The ServiceAccount plugin stays on, as in every real cluster: it mounts tokens into injected containers too.
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${this.#path('service-accounts.key')}`,
      `--service-account-signing-key-file=${this.#path('service-accounts.key')}`,
      `--egress-selector-config-file=${this.#path('egress.json')}`,
      ...(audit === 'off' ? [] : this.#auditArgs()),
      `--admission-control-config-file=${this.#path('admission.yaml')}`,
    ];
  }

  #auditArgs(): readonly string[] {
    return [
      `--audit-policy-file=${this.#path('audit-policy.json')}`,
      `--audit-log-path=${this.access.auditLog}`,
    ];
  }

  #managerArgs(port: number): readonly string[] {
    // Without it they all have the rights, and the name, of the kubeconfig's user.
    const { SIDECAR_INJECTOR_CONTROLLER_ACCOUNTS: accounts, SIDECAR_INJECTOR_CONTROLLERS: controllers } =
      process.env;
    return [
      // Only these.
      ...(controllers ? [`--controllers=${controllers}`] : []),
      ...(accounts === 'own' ? ['--use-service-account-credentials'] : []),
      `--kubeconfig=${this.access.kubeconfig}`,
      `--service-account-private-key-file=${this.#path('service-accounts.key')}`,
      `--root-ca-file=${this.#path('ca.crt')}`,
      '--leader-elect=false',
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
    ];
  }

  /** Whether the API server answers with 200; undefined while it does not. */
  #answers(path: string, port: number, ca: string): Promise<true | undefined> {
    const headers = { authorization: `Bearer ${this.#token}` };
    const options = { host: '127.0.0.1', port, path, ca, headers, timeout: 2000, agent: false };
    return new Promise((resolve, reject) => {
      const call = request(options, response => {
        response.resume();
        resolve(response.statusCode === 200 || undefined);
      });
      call.once('timeout', () => call.destroy(new Error('timeout')));
      call.once('error', reject);
      call.end();
    });
  }
}

/** In the directory of the control plane, where the API server is started again after it ends. */
export const apiServerPidFile = 'kube-apiserver.pid';

/** All together take four seconds where the machine is idle. */
const startTimeoutMs = 60_000;

async function isEtcdHealthy(port: number): Promise<true | undefined> {
  const { ok } = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(2000) });
  return ok || undefined;
}

function etcdArgs(directory: string, port: number, peerPort: number): readonly string[] {
  const [client, peer] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${peerPort}`];
  return [
    `--data-dir=${directory}`,
    '--unsafe-no-fsync',
    '--log-level=error',
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
  ];
}

const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [
    {
      level: 'RequestResponse',
      verbs: ['create', 'update', 'patch'],
      resources: [{ group: '', resources: ['pods', 'pods/*'] }],
    },
    {
      level: 'Metadata',
      verbs: ['create', 'update', 'patch'],
      resources: [
        { group: '', resources: ['namespaces'] },
        { group: 'apps', resources: ['deployments'] },
        { group: 'batch', resources: ['jobs'] },
      ],
    },
    // In which order an installation goes.
    {
      level: 'Metadata',
      verbs: ['delete'],
      resources: [{ group: 'admissionregistration.k8s.io' }],
    },
    {
      level: 'Metadata',
      verbs: ['delete'],
      resources: [{ group: 'apps', resources: ['deployments'] }],
      namespaces: ['sidecar-injector', 'platform-release'],
    },
    { level: 'None' },
  ],
};

function egressThrough(udsName: string) {
  const connection = { proxyProtocol: 'HTTPConnect', transport: { uds: { udsName } } };
  return {
    apiVersion: 'apiserver.k8s.io/v1beta1',
    kind: 'EgressSelectorConfiguration',
    egressSelections: [{ name: 'cluster', connection }],
  };
}

function kubeconfigFor(port: number, ca: string, token: string) {
  const cluster = {
    server: `https://127.0.0.1:${port}`,
    'certificate-authority-data': Buffer.from(ca).toString('base64'),
  };
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'e2e', cluster }],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'e2e', context: { cluster: 'e2e', user: 'admin' } }],
    'current-context': 'e2e',
  };
}
