/** The injector itself, as pods from deploy/. */

import { readFile } from 'node:fs/promises';
import type { V1Pod } from '@kubernetes/client-node';
import { describe, expect } from 'vitest';
import { parse, stringify } from 'yaml';
import { commandBlocks } from '../documents.ts';
import { baseDirectory, cleanEnvironment, program } from '../e2e/installation.ts';
import { createKubectl } from '../e2e/kubectl.ts';
import { rolledOut } from './injector.ts';
import { run } from './run.ts';
import { containerOf, type Scene, statusOf, until } from './scene.ts';
import { ports } from './servers/ports.ts';
import { unreachableHost } from './servers.ts';
import { Site } from './site.ts';
import { gitSync, gitSyncCase, nodeCase, podOf } from './suite.ts';

const own = '--namespace=sidecar-injector';

describe('the injector', () => {
  nodeCase('runs as two pods in a restricted namespace, and injects', async scene => {
    const pods = await injectorPods(scene);
    expect(pods).toHaveLength(2);
    for (const pod of pods) {
      const { ready, restartCount } = statusOf(pod, 'sidecar-injector');
      expect({ ready, restartCount }).toEqual({ ready: true, restartCount: 0 });
    }
    await scene.apply(podOf('web', gitSync('https://example.invalid/site.git', { mount: '/site' })));
    const pod = await scene.pod('web');
    expect(containerOf(pod, 'git-sync').restartPolicy).toBe('Always');
    expect(pod.metadata?.annotations).toHaveProperty(['sidecar.io/status']);
  });

  nodeCase('refuses a mistake, and knows nothing of pods without annotations', async scene => {
    const mistaken = podOf('web', gitSync('https://example.invalid/site.git', { perod: '1s' }));
    await expect(scene.apply(mistaken)).rejects.toThrow('did you mean sidecar.io/git-sync.period?');
    await scene.apply(podOf('plain', {}));
    await scene.ready('plain');
  });

  nodeCase(
    'is well for check, which shakes hands with each replica, until a replica is not ready',
    async scene => {
      const well = await check(scene);
      expect(well.checks.filter(({ outcome }) => outcome !== 'ok')).toEqual([]);
      expect(well.checks.find(({ check }) => check === 'certificate-served')?.seen).toBe(
        'handshake with 2 replicas',
      );
      await scene.kubectl([
        own,
        'set',
        'image',
        'deployment/sidecar-injector',
        'sidecar-injector=example.invalid/no:1',
      ]);
      try {
        await until(
          'check tells of the replica that does not start',
          async () => {
            const { outcome, checks } = await check(scene);
            const found = checks.find(({ code }) => code === 'replica-not-ready');
            return outcome === 'failure' && /ErrImagePull|ImagePullBackOff/.test(found?.cause ?? '');
          },
          60_000,
        );
      } finally {
        await change(scene, 'rollout undo deployment/sidecar-injector');
      }
    },
    { turn: 'alone', timeoutMs: 240_000 },
  );

  // Those of other pages build on what the page wrote before.
  const blocks = ['README.md', 'docs/install.md', 'docs/install/registry.md']
    .flatMap(document => commandBlocks(document))
    .filter(({ needs }) => needs[0] === 'node');
  nodeCase.each(
    blocks.map(({ document, commands }) => ({ commands, toString: () => `${document}: ${commands}` })),
  )('is asked by a command of %s', async ({ cluster }, { commands }) => {
    const env = { ...cleanEnvironment, KUBECONFIG: cluster.kubeconfig };
    await run('bash', ['-e', '-o', 'pipefail', '-c', commands], { env, timeoutMs: 60_000 });
  });

  const disturbances: readonly Disturbance[] = [
    disturbance('a rollout restart', scene => change(scene, 'rollout restart deployment/sidecar-injector')),
    disturbance('scaling from 2 to 3 and back', async scene => {
      await change(scene, 'scale deployment/sidecar-injector --replicas=3');
      await change(scene, 'scale deployment/sidecar-injector --replicas=2');
    }),
    disturbance('the deletion of its pods, one after the other', async scene => {
      // A pod that another case took away may still be ending.
      for (const { metadata } of (await injectorPods(scene)).filter(isServing)) {
        await scene.kubectl([own, 'delete', 'pod', metadata?.name ?? '', '--wait=false']);
        await until(
          'two are ready',
          async () => (await injectorPods(scene)).filter(isServing).length === 2,
          60_000,
        );
      }
    }),
    disturbance('the deletion of all other pods of a Deployment', async scene => {
      const { metadata: _name, spec } = podOf('neighbour', {});
      const annotations = gitSync('https://example.invalid/site.git');
      const labels = { app: 'neighbours' };
      const template = { metadata: { labels, annotations }, spec };
      await scene.kubectl('apply --server-side -f -', {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'neighbours' },
        spec: { replicas: 5, selector: { matchLabels: labels }, template },
      });
      const neighbours = async () => {
        const { stdout } = await scene.kubectl('get pods -l app=neighbours -o json');
        return (JSON.parse(stdout).items as readonly V1Pod[]).filter(
          ({ metadata }) => !metadata?.deletionTimestamp,
        );
      };
      await until('five neighbours', async () => (await neighbours()).length === 5, 60_000);
      const before = new Set((await neighbours()).map(({ metadata }) => metadata?.uid));
      await scene.kubectl('delete pods -l app=neighbours --wait=false');
      const others = async () => (await neighbours()).filter(({ metadata }) => !before.has(metadata?.uid));
      await until('five others', async () => (await others()).length === 5, 60_000);
      for (const pod of await others()) expect(containerOf(pod, 'git-sync').name).toBe('git-sync');
    }),
  ];
  nodeCase.each(disturbances)(
    'admits every pod during %s',
    async (scene, { disturb }) => {
      let isDone = false;
      const finished = disturb(scene).finally(() => {
        isDone = true;
      });
      let created = 0;
      while (!isDone || created < leastCreations) {
        const pod = podOf(`web-${created++}`, gitSync('https://example.invalid/site.git'));
        const { stdout } = await scene.kubectl('create --dry-run=server -o json -f -', pod);
        expect(containerOf(JSON.parse(stdout), 'git-sync').name).toBe('git-sync');
      }
      await finished;
    },
    { turn: 'alone' },
  );

  gitSyncCase(
    "the operator's proxy holds for pods that say nothing, and not for those that say off",
    async scene => {
      const servers = await scene.servers();
      const repository = await servers.createRepository('site.git');
      await repository.commit({ 'index.html': 'from afar' });
      const proxy = `http://${servers.host}:${ports.proxy}`;
      const restore = await configure(scene, { defaults: { 'git-sync': { proxy } } });
      try {
        await scene.apply(
          podOf('web', gitSync(`http://${unreachableHost}/site.git`, { mount: '/site' })),
          podOf('direct', gitSync(repository.url(), { proxy: 'off' })),
        );
        await Promise.all([scene.ready('web'), scene.ready('direct')]);
        expect(await scene.exec('web', 'app', 'cat', '/site/current/index.html')).toBe('from afar');
        expect(containerOf(await scene.pod('direct'), 'git-sync').env?.map(({ name }) => name)).not.toContain(
          'HTTPS_PROXY',
        );
      } finally {
        await restore();
      }
    },
    { turn: 'alone', timeoutMs: 240_000 },
  );
});

describe('the kubelet', () => {
  gitSyncCase(
    'is restarted, and no container is; the content follows pushes',
    async scene => {
      const { restartKubelet } = scene.cluster;
      if (restartKubelet === undefined) {
        return console.warn('skipped: SIDECAR_INJECTOR_TEST_RESTART_KUBELET says how to restart the kubelet');
      }
      const site = await Site.start(scene);
      const before = containerIds(await scene.pod('web'));
      await run('bash', ['-c', restartKubelet], { timeoutMs: 90_000 });
      await until('it answers again', async () => (await site.sh('echo yes')) === 'yes\n', 60_000);
      await site.repository.commit({ 'index.html': 'version 2' });
      await until('version 2', async () => (await site.read()) === 'version 2', 60_000);
      const pod = await scene.ready('web');
      expect(containerIds(pod)).toEqual(before);
    },
    { turn: 'alone', timeoutMs: 240_000 },
  );
});

/** What is over soon is followed by a few more. */
const leastCreations = 12;

/** What happens in a cluster while pods are created all the time. */
interface Disturbance {
  readonly disturb: (scene: Scene) => Promise<void>;
  toString(): string;
}

function disturbance(what: string, disturb: Disturbance['disturb']): Disturbance {
  return { disturb, toString: () => what };
}

interface CheckReport {
  readonly outcome: string;
  readonly checks: readonly {
    readonly check: string;
    readonly outcome: string;
    readonly code?: string;
    readonly cause?: string;
    readonly seen?: string;
  }[];
}

/** What the command says of the installation; the code it ends with is that of what it says. */
async function check({ cluster }: Scene): Promise<CheckReport> {
  const env = { ...cleanEnvironment, KUBECONFIG: cluster.kubeconfig };
  const command = `'${process.execPath}' '${program}' check -o json || test $? = 3`;
  return JSON.parse(await run('bash', ['-c', command], { env, timeoutMs: 60_000 }));
}

function isServing({ metadata, status }: V1Pod): boolean {
  const isReady =
    status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
  return isReady && !metadata?.deletionTimestamp;
}

/** Changes something about the injector and waits until all of its pods are ready again. */
async function change(scene: Scene, command: string): Promise<void> {
  await scene.kubectl([own, ...words(command)]);
  await rolledOut((args, input) => scene.kubectl([own, ...words(args)], input));
}

function containerIds({ status }: V1Pod): readonly (string | undefined)[] {
  const all = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return all.map(({ containerID }) => containerID);
}

async function injectorPods(scene: Scene): Promise<readonly V1Pod[]> {
  const { stdout } = await scene.kubectl([own, 'get', 'pods', '-o', 'json']);
  return JSON.parse(stdout).items;
}

/** Gives the injector further settings, as an operator would; gives what takes them back. */
async function configure(scene: Scene, settings: object): Promise<() => Promise<void>> {
  const kubectl = createKubectl(scene.cluster);
  const { stdout } = await kubectl([own, 'get', 'deployment', 'sidecar-injector', '-o', 'json']);
  const volumes: readonly { readonly name: string; readonly configMap?: { readonly name: string } }[] =
    JSON.parse(stdout).spec.template.spec.volumes;
  const index = volumes.findIndex(({ name }) => name === 'config');
  const shipped = volumes[index]?.configMap?.name ?? '';
  const config = parse(await readFile(`${baseDirectory}/config.yaml`, 'utf8'));
  const name = `${shipped}-test`;
  const data = { 'config.yaml': stringify({ ...config, ...settings }) };
  await kubectl('apply --server-side -f -', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'sidecar-injector' },
    data,
  });
  const use = async (configMap: string) => {
    const path = `/spec/template/spec/volumes/${index}/configMap/name`;
    const patch = JSON.stringify([{ op: 'replace', path, value: configMap }]);
    await kubectl([own, 'patch', 'deployment', 'sidecar-injector', '--type=json', `--patch=${patch}`]);
    await rolledOut(kubectl);
    // Those before still answer while they drain.
    await until('the pods before are gone', async () => (await injectorPods(scene)).length === 2, 60_000);
  };
  await use(name);
  return async () => {
    await use(shipped);
    await kubectl([own, 'delete', 'configmap', name]);
  };
}

function words(args: string | readonly string[]): readonly string[] {
  return typeof args === 'string' ? args.split(' ') : args;
}
