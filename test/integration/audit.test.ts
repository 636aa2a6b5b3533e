/** The command audit with an API over real TLS, and with more pods than memory would hold. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { audit } from '../../src/cli/diagnosis/audit.ts';
import type { RunningPod } from '../../src/kubernetes/running-pod.ts';
import { emptySidecarSet, nextSidecarSet } from '../../src/sidecars/sidecar-set.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { capturedOutput } from '../unit/cli/captured-output.ts';
import { barePod, injectedPod, switchedOn } from '../unit/running-pods/pods.ts';
import { definitionText } from '../unit/sidecars/definition-text.ts';
import { workloadWith } from '../workload-fixture.ts';
import { kubeconfigFile, startFakeApiServer } from './fake-api-server.ts';
import { issueTestCertificates, type TestCertificates } from './in-process-webhook.ts';

let certificates: TestCertificates;
beforeAll(async () => {
  certificates = await issueTestCertificates();
});

const definition = {
  name: 'logs.yaml',
  text: definitionText('container: {image: "example.com/logs:v1"}'),
};
const set = nextSidecarSet(emptySidecarSet, [definition]);

interface Page {
  readonly items: readonly object[];
  /** Where the next one is. */
  readonly next?: string;
}

interface Api {
  /** The page of a resource behind a token, which is empty for the first. */
  readonly pageOf: (resource: string, token: string) => Page;
  readonly statuses?: Readonly<Record<string, number>>;
  /** The configuration file of the injector there. */
  readonly settings?: string;
}

/** A cluster that gives these pages, and the arguments that lead there with definitions of one sidecar. */
async function clusterWith({ pageOf, statuses = {}, settings = '' }: Api) {
  const asked: string[] = [];
  const port = await startFakeApiServer(certificates, ({ url = '' }, response) => {
    const { pathname, searchParams } = new URL(url, 'https://api');
    const resource = pathname.split('/').at(-1) ?? '';
    asked.push(`${pathname}${searchParams.has('continue') ? ' again' : ''}`);
    response.statusCode = statuses[resource] ?? 200;
    if (resource === 'version' && !url.includes('/proxy/')) {
      response.end('{"major":"1","minor":"36","gitVersion":"v1.36.0"}');
      return;
    }
    if (response.statusCode !== 200) {
      response.end(JSON.stringify({ message: `no ${resource}` }));
      return;
    }
    if (pathname.includes('/namespaces/sidecar-injector/')) {
      response.end(JSON.stringify(ofInjector(resource, settings)));
      return;
    }
    const { items, next } = pageOf(resource, searchParams.get('continue') ?? '');
    response.end(JSON.stringify({ metadata: { continue: next }, items }));
  });
  const kubeconfig = kubeconfigFile(certificates, port, { context: 'dev', namespace: 'shop', token: 'a' });
  const sidecars = temporaryDirectory();
  writeFileSync(join(sidecars, definition.name), definition.text);
  const where = ['--kubeconfig', kubeconfig, '--sidecars', sidecars];
  return {
    asked,
    where,
    audit: (...args: readonly string[]) => capturedOutput(() => audit.run([...where, ...args])),
  };
}

/** What is where the injector is. */
function ofInjector(resource: string, settings: string): object {
  const volumes = [{ name: 'config', configMap: { name: 'settings' } }];
  const volumeMounts = [{ name: 'config', mountPath: '/etc/config' }];
  const args = ['serve', '--config=/etc/config/config.yaml'];
  const containers = [{ name: 'sidecar-injector', args, volumeMounts }];
  const objects: Readonly<Record<string, object>> = {
    'sidecar-injector': {
      metadata: { namespace: 'sidecar-injector' },
      spec: { template: { spec: { containers, volumes } } },
    },
    settings: { data: { 'config.yaml': settings } },
  };
  return objects[resource] ?? { items: [] };
}

const pages =
  (all: Readonly<Record<string, readonly Page[]>>): Api['pageOf'] =>
  (resource, token) =>
    all[resource]?.[Number(token)] ?? { items: [] };

const replicaSet = (name: string, owner: string) => ({
  metadata: {
    name,
    namespace: 'shop',
    ownerReferences: [{ kind: 'Deployment', name: owner, controller: true }],
  },
  spec: { replicas: 1, template: { spec: {} } },
});
const podOf = (pod: RunningPod, name: string, owner: string): RunningPod => ({
  ...pod,
  metadata: {
    ...pod.metadata,
    name,
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: owner, controller: true }],
  },
});

describe('an audit', () => {
  it('reads page after page, and knows the owner of a pod from another list', async () => {
    const { audit: run, asked } = await clusterWith({
      pageOf: pages({
        replicasets: [
          { items: [replicaSet('web-1', 'web')], next: '1' },
          { items: [replicaSet('web-2', 'web')] },
        ],
        pods: [
          { items: [podOf(barePod(switchedOn), 'a', 'web-1')], next: '1' },
          { items: [podOf(barePod(switchedOn), 'b', 'web-2')] },
        ],
      }),
    });
    const { exitCode, stdout, stderr } = await run('-A');
    expect(exitCode).toBe(3);
    expect(stdout.split('\n').map(line => line.split(/ {3,}/))).toEqual([
      ['NAMESPACE', 'OBJECT', 'SIDECAR', 'CODE', 'MESSAGE'],
      [
        'shop',
        'deployment/web',
        'logs',
        'pod-bare',
        'a and 1 more: logs: the pod is annotated and has no such sidecar',
      ],
      [''],
    ]);
    expect(stderr).toMatch(/^context dev, all namespaces, definitions in /);
    expect(stderr).toMatch(/\n2 pods and 0 workloads judged: 1 finding \(1 pod-bare\)\n$/);
    expect(asked.filter(path => / again$/.test(path))).toEqual([
      '/apis/apps/v1/replicasets again',
      '/api/v1/pods again',
    ]);
  });

  it('asks for a namespace only, where it is of one', async () => {
    const { audit: run, asked } = await clusterWith({ pageOf: pages({}) });
    expect(await run()).toMatchObject({ exitCode: 0, stdout: '' });
    const inNamespace = asked.filter(path => path.includes('/namespaces/shop/'));
    expect(inNamespace.map(path => path.split('/').at(-1)).sort()).toEqual(
      ['cronjobs', 'daemonsets', 'deployments', 'jobs', 'pods', 'replicasets', 'statefulsets'].sort(),
    );
    expect(asked).not.toContain('/api/v1/pods');
  });

  it('judges by classic sidecars where the server has no native ones', async () => {
    const native = { ...switchedOn, 'sidecar.io/logs.mode': 'native' };
    const items = [{ ...workloadWith({ template: native }).object }];
    const cluster = await clusterWith({ pageOf: pages({ deployments: [{ items }] }) });
    expect(await cluster.audit('-A')).toMatchObject({ exitCode: 0 });
    const config = join(temporaryDirectory(), 'config.yaml');
    writeFileSync(config, 'nativeSidecars: never\n');
    const { exitCode, stdout } = await cluster.audit('-A', '--config', config);
    expect(exitCode).toBe(3);
    expect(stdout).toContain('native-unavailable');
  });

  it('judges by the settings of the injector in the cluster, unless somebody names others', async () => {
    const items = [
      { ...workloadWith({ template: { ...switchedOn, 'sidecar.io/logs.mode': 'native' } }).object },
    ];
    const deployments = pages({ deployments: [{ items }] });
    const cluster = await clusterWith({ pageOf: deployments, settings: 'nativeSidecars: never\n' });
    expect((await cluster.audit('-A')).stdout).toContain('native-unavailable');
    const config = join(temporaryDirectory(), 'config.yaml');
    writeFileSync(config, 'nativeSidecars: always\n');
    expect(await cluster.audit('-A', '--config', config)).toMatchObject({ exitCode: 0, stdout: '' });
  });

  it.each<readonly [statuses: Api['statuses'], told: string]>([
    [{ 'sidecar-injector': 403 }, 'forbidden: no sidecar-injector'],
    [{ settings: 403 }, 'forbidden: no settings'],
  ])('says where it cannot read those, and takes the defaults: %j', async (statuses = {}, told) => {
    const { audit: run } = await clusterWith({ pageOf: pages({}), statuses });
    const { exitCode, stderr } = await run('-A');
    expect(exitCode).toBe(0);
    expect(stderr).toContain(`the settings of the injector: ${told}; taken: the defaults\n`);
  });

  it('says nothing of settings where there is no injector', async () => {
    const { audit: run } = await clusterWith({ pageOf: pages({}), statuses: { 'sidecar-injector': 404 } });
    const { exitCode, stderr } = await run('-A');
    expect(exitCode).toBe(0);
    expect(stderr).not.toContain('settings');
  });

  it.each(['deployments', 'replicasets', 'pods'])('fails where %s may not be listed', async resource => {
    const { audit: run } = await clusterWith({ pageOf: pages({}), statuses: { [resource]: 403 } });
    const { exitCode, stdout, stderr } = await run('-A');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(`: 403 no ${resource}\n`);
  });

  it('fails where a definition cannot be used, with all that is wrong', async () => {
    const { audit: run, where } = await clusterWith({ pageOf: pages({}) });
    writeFileSync(join(where[3] ?? '', 'broken.yaml'), 'kind: Sidecar\n');
    const { exitCode, stderr } = await run('-A');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('broken.yaml:1:');
  });
});

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

describe('a cluster of ten thousand pods', () => {
  it('is looked through in a heap that half of it would fill', async () => {
    // As large as pods of a cluster are, by what their managers note.
    const managedFields = [{ manager: 'kubelet', fieldsV1: { note: 'x'.repeat(12_000) } }];
    const pod = injectedPod({ sidecars: set });
    const pageSize = 250;
    const podPage = (first: number) =>
      Array.from({ length: pageSize }, (_, index) => ({
        ...pod,
        metadata: { ...pod.metadata, name: `web-${first + index}`, managedFields },
      }));
    const { where } = await clusterWith({
      pageOf: (resource, token) => {
        if (resource !== 'pods') return { items: [] };
        const first = Number(token);
        const next = first + pageSize < 10_000 ? { next: String(first + pageSize) } : {};
        return { items: podPage(first), ...next };
      },
    });
    const args = ['--no-warnings', '--max-old-space-size=64', main, 'audit', '-A', ...where];
    const stderr = await new Promise<string>((resolve, reject) =>
      execFile(process.execPath, args, { timeout: 100_000 }, (error, _stdout, text) =>
        error ? reject(new Error(`${error.message}\n${text.slice(-2000)}`)) : resolve(text),
      ),
    );
    expect(stderr).toContain('10000 pods and 0 workloads judged: nothing found\n');
  });
});
