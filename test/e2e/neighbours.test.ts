/** Real injectors of others beside ours, in the order of their registrations before it and after it. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { V1Pod } from '@kubernetes/client-node';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { blocksOf } from '../documents.ts';
import { Neighbour, type NeighbourOptions, neighbourProgram } from './neighbour.ts';
import {
  containerNames,
  containersOf,
  initContainer,
  initContainerNames,
  mounting,
  mountsOf,
} from './pod-containers.ts';
import { type Annotations, mountedGitSync, type PodManifest, podOf } from './pod-manifests.ts';
import { describeWithControllers, eventually, useWebhook } from './suite.ts';
import { createNamespace, type TestNamespace } from './test-namespace.ts';
import { workloadOf } from './workload-manifests.ts';

const before = 'aa-neighbour';
const after = 'zz-neighbour';
const modes = ['native', 'classic'] as const;
const everyWay = [before, after].flatMap(order => modes.map(mode => [order, mode] as const));

const running: Neighbour[] = [];

async function start(
  name: string,
  options: NeighbourOptions,
  probe: PodManifest,
  isInjected: (pod: V1Pod) => boolean,
): Promise<TestNamespace> {
  const namespace = await createNamespace();
  await annotateAccount(namespace, { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/web' });
  const neighbour = new Neighbour(name, options);
  running.push(neighbour);
  await neighbour.start(namespace, probe, isInjected);
  return namespace;
}

async function annotateAccount(namespace: TestNamespace, annotations: Annotations): Promise<void> {
  const metadata = { name: 'default', annotations };
  await namespace.kubectl('apply --server-side -f -', { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
}

/** The pod that a Deployment has made, or why it could not. */
function madePod(namespace: TestNamespace): Promise<V1Pod> {
  return eventually(async () => {
    const [pod] = await namespace.pods('app=web');
    if (!pod) throw new Error(await namespace.warningEvents());
    return pod;
  });
}

/** The pod that a Deployment gets of which its author was told that it would. */
async function podOfDeployment(
  namespace: TestNamespace,
  mode: string,
  template: Annotations = {},
): Promise<V1Pod> {
  const annotations = { ...mountedGitSync, 'sidecar.io/git-sync.mode': mode };
  const { stderr } = await namespace.kubectl(
    'apply -f -',
    workloadOf('Deployment', { annotations, template }),
  );
  expect(stderr).toContain("web's pods will get git-sync, content at /site/current");
  return madePod(namespace);
}

/** The pod of the Deployment in docs/neighbours.md. */
async function podOfRecipe(namespace: TestNamespace, mode: string): Promise<V1Pod> {
  const block = blocksOf('docs/neighbours.md').find(found => 'file' in found && found.file === 'vault.yaml');
  const manifest = parse(block !== undefined && 'file' in block ? block.content : '');
  manifest.spec.template.metadata.annotations['sidecar.io/git-sync.mode'] = mode;
  const { serviceAccountName } = manifest.spec.template.spec;
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: serviceAccountName } };
  await namespace.kubectl('create -f -', account);
  await namespace.kubectl('create -f -', manifest);
  return madePod(namespace);
}

function describeWithProgram(name: string, tests: (program: string) => void): void {
  const program = neighbourProgram(name);
  describe.skipIf(program === undefined)(name, () => tests(program ?? ''));
}

describeWithControllers('beside another injector', () => {
  useWebhook();
  afterEach(async () => {
    for (const neighbour of running.splice(0)) await neighbour.stop();
  });

  describeWithProgram('vault-k8s', program => {
    const asked = {
      'vault.hashicorp.com/agent-inject': 'true',
      'vault.hashicorp.com/role': 'web',
      'vault.hashicorp.com/agent-inject-secret-git': 'secret/git',
    };
    const first = { 'vault.hashicorp.com/agent-init-first': 'true' };
    const options: NeighbourOptions = {
      program,
      path: '/mutate',
      reinvocationPolicy: 'Never',
      // It reads what a pod has of its ServiceAccount from the place where pods have it: for this program alone it is there.
      command: ({ directory, port, apiServer }) => ({
        file: 'unshare',
        args: [
          ...['--map-root-user', '--mount', 'sh', '-ec'],
          'mount -t tmpfs tmpfs /var/run; account=/var/run/secrets/kubernetes.io/serviceaccount; mkdir -p $account; ' +
            'cp "$1/token" "$1/ca.crt" "$1/namespace" $account; shift; exec "$@"',
          ...['sh', directory, program, 'agent-inject', '-listen', `127.0.0.1:${port}`],
          ...['-tls-cert-file', join(directory, 'tls.crt'), '-tls-key-file', join(directory, 'tls.key')],
          ...['-vault-address', 'http://vault.vault:8200', '-vault-image', 'hashicorp/vault:1.20'],
        ],
        env: {
          KUBERNETES_SERVICE_HOST: apiServer.hostname,
          KUBERNETES_SERVICE_PORT: apiServer.port,
          NAMESPACE: 'default',
        },
      }),
    };
    const isInjected = ({ spec }: V1Pod) =>
      spec?.containers.some(({ name }) => name === 'vault-agent') ?? false;
    const canHide = spawnSync('unshare', ['--map-root-user', '--mount', 'true']).status === 0;
    if (!canHide) console.warn('e2e skips vault-k8s: unshare may not make a mount namespace here');

    it.skipIf(!canHide).each(everyWay)(
      'a Deployment with one container gets the mount in it: %s, %s',
      async (order, mode) => {
        const namespace = await start(order, options, podOf('probe', asked), isInjected);
        const pod = await podOfDeployment(namespace, mode, asked);
        expect(containerNames(pod)).toEqual(expect.arrayContaining(['web', 'vault-agent']));
        expect(mounting(pod)).toEqual(['web']);
        expect(mountsOf(pod, 'web')).toEqual(expect.arrayContaining(['git-sync', 'vault-secrets']));
      },
    );

    it.skipIf(!canHide).each(modes)(
      'git-sync waits for what Vault has to say, and can read it, where agent-init-first asks for it: %s',
      async mode => {
        const namespace = await start(after, options, podOf('probe', asked), isInjected);
        const pod = await podOfDeployment(namespace, mode, { ...asked, ...first });
        const ours = mode === 'native' ? 'git-sync' : 'git-sync-init';
        expect(initContainerNames(pod)).toEqual(['vault-agent-init', ours]);
        expect(mountsOf(pod, ours)).toContain('vault-secrets');
        expect(mountsOf(pod, 'git-sync')).toContain('vault-secrets');
      },
    );

    it.skipIf(!canHide).each(modes)(
      'the recipe gives the key to git-sync alone, and before it starts: %s',
      async mode => {
        const namespace = await start(after, options, podOf('probe', asked), isInjected);
        const pod = await podOfRecipe(namespace, mode);
        const ours = mode === 'native' ? ['git-sync'] : ['git-sync-init', 'git-sync'];
        expect(initContainerNames(pod)).toEqual(['vault-agent-init', ours[0]]);
        for (const name of ours) expect(mountsOf(pod, name)).toContain('vault-secrets');
        expect(mountsOf(pod, 'nginx')).toEqual(expect.not.arrayContaining(['vault-secrets']));
        const paths = containersOf(pod)
          .filter(({ name }) => ours.includes(name))
          .map(({ volumeMounts }) => volumeMounts?.find(({ name }) => name === 'vault-secrets')?.mountPath);
        expect(new Set(paths)).toEqual(new Set(['/etc/git-secret']));
        // It takes its own defaults: ssh and known_hosts in that directory.
        const args = containersOf(pod).flatMap(container =>
          ours.includes(container.name) ? container.args : [],
        );
        expect(args?.filter(arg => arg?.startsWith('--ssh-'))).toEqual([]);
      },
    );

    it.skipIf(!canHide).each([
      [after, ['git-sync', 'vault-agent-init']],
      [before, ['git-sync', 'vault-agent-init']],
    ])('git-sync comes first otherwise: %s', async (order, names) => {
      const namespace = await start(order, options, podOf('probe', asked), isInjected);
      const { pod } = await namespace.createPod(podOf('web', { ...asked, ...mountedGitSync }));
      expect(initContainerNames(pod)).toEqual(names);
      // It mounts its secrets in the containers that are there when it is asked.
      expect(mountsOf(pod, 'git-sync').includes('vault-secrets')).toBe(order === after);
    });
  });

  describeWithProgram('amazon-eks-pod-identity-webhook', program => {
    const volume = 'aws-iam-token';
    const options = (reinvocationPolicy: NeighbourOptions['reinvocationPolicy']): NeighbourOptions => ({
      program,
      path: '/mutate',
      reinvocationPolicy,
      command: ({ directory, port, otherPorts }) => ({
        file: program,
        args: [
          '--in-cluster=false',
          `--kubeconfig=${join(directory, 'kubeconfig')}`,
          `--tls-cert=${join(directory, 'tls.crt')}`,
          `--tls-key=${join(directory, 'tls.key')}`,
          `--port=${port}`,
          `--metrics-port=${otherPorts[0]}`,
        ],
      }),
    });
    const isInjected = (pod: V1Pod) => mountsOf(pod, 'web').includes(volume);
    const hasRole = (pod: V1Pod, name: string) => {
      const env = containersOf(pod).find(container => container.name === name)?.env ?? [];
      return mountsOf(pod, name).includes(volume) || env.some(entry => entry.name.startsWith('AWS_'));
    };

    it.each(modes)('git-sync gets no role although it is called again: %s', async mode => {
      const namespace = await start(before, options('IfNeeded'), podOf('probe'), isInjected);
      const pod = await podOfDeployment(namespace, mode);
      expect(hasRole(pod, 'web')).toBe(true);
      expect(hasRole(pod, 'git-sync')).toBe(false);
      expect(hasRole(pod, 'git-sync-init')).toBe(false);
      const names = mode === 'native' ? 'git-sync' : 'git-sync-init,git-sync';
      expect(pod.metadata?.annotations).toHaveProperty(['eks.amazonaws.com/skip-containers'], names);
    });

    it('git-sync gets the role where it is first called after us, unless the pod names it', async () => {
      const namespace = await start(after, options('Never'), podOf('probe'), isInjected);
      const { pod, stderr } = await namespace.createPod(podOf('given', mountedGitSync));
      expect(hasRole(pod, 'git-sync')).toBe(true);
      expect(stderr).toContain(
        "git-sync got the app's AWS role; name it in eks.amazonaws.com/skip-containers",
      );
      const named = { ...mountedGitSync, 'eks.amazonaws.com/skip-containers': 'git-sync' };
      const { pod: spared } = await namespace.createPod(podOf('spared', named));
      expect(hasRole(spared, 'web')).toBe(true);
      expect(hasRole(spared, 'git-sync')).toBe(false);
    });
  });

  describeWithProgram('azure-workload-identity-webhook', program => {
    const use = 'azure.workload.identity/use';
    const labelled = (manifest: PodManifest): PodManifest => ({
      ...manifest,
      metadata: { ...manifest.metadata, labels: { [use]: 'true' } },
    });
    const options: NeighbourOptions = {
      program,
      path: '/mutate-v1-pod',
      reinvocationPolicy: 'IfNeeded',
      port: 9443,
      command: ({ directory, otherPorts }) => ({
        file: program,
        args: [
          `--webhook-cert-dir=${directory}`,
          '--disable-cert-rotation',
          `--health-addr=127.0.0.1:${otherPorts[0]}`,
          `--metrics-addr=127.0.0.1:${otherPorts[1]}`,
        ],
        env: { KUBECONFIG: join(directory, 'kubeconfig'), AZURE_TENANT_ID: 'tenant' },
      }),
    };
    const hasIdentity = (pod: V1Pod, name: string) =>
      mountsOf(pod, name).some(mount => mount.startsWith('azure-')) ||
      (initContainer(pod, name)?.env ?? []).some(entry => entry.name.startsWith('AZURE_'));

    it.each(everyWay)('git-sync gets no identity: %s, %s', async (order, mode) => {
      const namespace = await start(order, options, labelled(podOf('probe')), pod => hasIdentity(pod, 'web'));
      const asked = { ...mountedGitSync, 'sidecar.io/git-sync.mode': mode };
      const { pod } = await namespace.createPod(labelled(podOf('web', asked)));
      expect(hasIdentity(pod, 'web')).toBe(true);
      expect(hasIdentity(pod, 'git-sync')).toBe(false);
      expect(hasIdentity(pod, 'git-sync-init')).toBe(false);
      expect(mounting(pod)).toEqual(['web']);
    });
  });

  describeWithProgram('k8s-sidecar-injector', program => {
    const asked = { 'injector.tumblr.com/request': 'agent' };
    const options: NeighbourOptions = {
      program,
      path: '/mutate',
      reviewVersion: 'v1beta1',
      reinvocationPolicy: 'IfNeeded',
      command: ({ directory, port, otherPorts }) => {
        const configuration = join(directory, 'configuration');
        mkdirSync(configuration);
        const agent = 'name: agent\ncontainers:\n- name: agent\n  image: example.com/agent:1\n';
        writeFileSync(join(configuration, 'agent.yaml'), agent);
        return {
          file: program,
          args: [
            `-config-directory=${configuration}`,
            `-kubeconfig=${join(directory, 'kubeconfig')}`,
            '-configmap-namespace=default',
            `-tls-port=${port}`,
            `-lifecycle-port=${otherPorts[0]}`,
            `-tls-cert-file=${join(directory, 'tls.crt')}`,
            `-tls-key-file=${join(directory, 'tls.key')}`,
          ],
        };
      },
    };
    const isInjected = ({ spec }: V1Pod) => spec?.containers.some(({ name }) => name === 'agent') ?? false;

    it.each(everyWay)('a Deployment with one container gets the mount in it: %s, %s', async (order, mode) => {
      const namespace = await start(order, options, podOf('probe', asked), isInjected);
      const pod = await podOfDeployment(namespace, mode, asked);
      expect(containerNames(pod)).toEqual(expect.arrayContaining(['web', 'agent']));
      expect(mounting(pod)).toEqual(['web']);
    });
  });
});
