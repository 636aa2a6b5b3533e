/** docs/controllers.md: pods as each controller makes them, with the annotations from where the page has them. */
import type { V1Container, V1Pod, V1PodSpec } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { type Controller, controllersOfPage, valueAt } from '../controllers-page.ts';
import { containerNames, initContainer } from './pod-containers.ts';
import { type Annotations, type PodManifest, podOf } from './pod-manifests.ts';
import { describeWithApiServer, useWebhook } from './suite.ts';
import { createNamespace, createPod, refusalOf, type TestNamespace } from './test-namespace.ts';

interface MadePod {
  /** The containers that the controller adds to those of the manifest, in their order. */
  readonly containers?: readonly string[];
  readonly initContainers?: readonly string[];
  /** What it names as the default container. */
  readonly defaultContainer?: string;
  /** The containers that mount the content. */
  readonly mountedIn: readonly string[];
}

/** What each controller makes, by the name of its manifest; several where it makes pods of several kinds. */
const made: Readonly<Record<string, readonly MadePod[]>> = {
  knative: [
    {
      containers: ['user-container', 'queue-proxy'],
      defaultContainer: 'user-container',
      mountedIn: ['user-container'],
    },
  ],
  tekton: [
    {
      containers: ['step-build', 'step-test'],
      initContainers: ['prepare', 'place-scripts'],
      mountedIn: ['step-build', 'step-test'],
    },
  ],
  'argo-workflows': [
    {
      containers: ['wait', 'main'],
      initContainers: ['init'],
      defaultContainer: 'main',
      mountedIn: ['main'],
    },
  ],
  'argo-rollouts': [{ mountedIn: ['web'] }],
  airflow: [{ mountedIn: ['base'] }],
  dagster: [{ containers: ['dagster'], mountedIn: ['dagster'] }],
  kueue: [{ mountedIn: ['report'] }],
  spark: [
    { containers: ['spark-kubernetes-driver'], mountedIn: ['spark-kubernetes-driver'] },
    { containers: ['spark-kubernetes-executor'], mountedIn: ['spark-kubernetes-executor'] },
  ],
  jenkins: [{ containers: ['jnlp'], mountedIn: ['maven'] }],
  'gitlab-runner': [
    {
      containers: ['build', 'helper'],
      initContainers: ['init-permissions'],
      mountedIn: ['build'],
    },
  ],
  leaderworkerset: [{ mountedIn: ['server'] }],
  jobset: [{ mountedIn: ['worker'] }],
  kubevirt: [
    {
      containers: ['compute'],
      initContainers: ['guest-console-log'],
      defaultContainer: 'compute',
      mountedIn: ['compute'],
    },
  ],
  openshift: [{ mountedIn: ['web'] }],
  'prometheus-operator': [
    {
      containers: ['prometheus', 'config-reloader'],
      initContainers: ['init-config-reloader'],
      defaultContainer: 'prometheus',
      mountedIn: ['prometheus'],
    },
  ],
  'operators-with-an-old-client': [{ mountedIn: ['web'] }],
};

const controllers = controllersOfPage();
const cases = controllers.flatMap(controller =>
  controller.paths.map((path, index) => [controller.name, path, podAt(controller, index)] as const),
);

describeWithApiServer('a pod of a controller', () => {
  useWebhook();

  it.each(cases)('gets git-sync first, and the content in its container: %s, %s', async (name, path, pod) => {
    const { pod: created, stderr } = await createPod(pod);
    expect(stderr).toBe('');
    const [first] = created.spec?.initContainers ?? [];
    expect(first?.name).toMatch(/^git-sync/);
    expect(containersWithContent(created)).toEqual(madeBy(name, indexOf(name, path)).mountedIn);
  });

  it('is refused where it has several containers and none is named, as with Tekton, Jenkins and GitLab Runner', async () => {
    for (const name of ['tekton', 'jenkins', 'gitlab-runner']) {
      const [, , pod] = cases.find(([controller]) => controller === name) ?? [];
      const { 'sidecar.io/git-sync.containers': _named, ...annotations } = pod?.metadata.annotations ?? {};
      expect(
        await refusalOf({ ...podOf('web', annotations), spec: pod?.spec ?? { containers: [] } }),
      ).toContain('(mount-container-ambiguous)');
    }
  });

  it('has a sidecar without a UID on OpenShift, for the SCC to give', async () => {
    const [, , pod] = cases.find(([name]) => name === 'openshift') ?? [];
    const { pod: created } = await createPod(pod ?? podOf('web'));
    expect(initContainer(created, 'git-sync')?.securityContext).not.toHaveProperty('runAsUser');
    expect(initContainer(created, 'git-sync')?.securityContext).not.toHaveProperty('runAsGroup');
  });

  it('has no startup probe where nothing waits, which is what the kubelets with faults need', async () => {
    const annotations = podWith('operators-with-an-old-client').metadata.annotations;
    const modes = { native: { wait: 'false' }, init: {}, classic: {} };
    for (const [mode, more] of Object.entries(modes)) {
      const parameters = Object.entries({ mode, ...more });
      const own = Object.fromEntries(parameters.map(([key, value]) => [`sidecar.io/git-sync.${key}`, value]));
      const { pod } = await createPod(podOf('web', { ...annotations, ...own }));
      const all = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])];
      expect(
        all.filter(({ startupProbe }) => startupProbe !== undefined),
        mode,
      ).toEqual([]);
    }
  });
});

describeWithApiServer('a client that does not know restartPolicy of init containers', () => {
  useWebhook();
  const oldClient = podWith('operators-with-an-old-client');

  it('cannot write a pod with a native sidecar back, however often it tries', async () => {
    const namespace = await createNamespace();
    await namespace.createPod(
      podOf('web', { ...oldClient.metadata.annotations, 'sidecar.io/git-sync.mode': 'native' }),
    );
    const refused = () =>
      writeBackWithout(namespace, 'web').then(
        () => '',
        (error: Error) => error.message,
      );
    expect(await refused()).toContain('pod updates may not change fields other than');
    expect(await refused()).toContain('pod updates may not change fields other than');
  });

  it('writes a pod in mode classic back, as docs/controllers.md says', async () => {
    const namespace = await createNamespace();
    const { pod } = await namespace.createPod(oldClient);
    expect(containerNames(pod)).toEqual(['web', 'git-sync']);
    await writeBackWithout(namespace, 'web');
    expect((await namespace.pod('web')).metadata?.labels).toEqual({ seen: 'true' });
  });
});

describe('the table of pods', () => {
  it('has one for every place of annotations', () => {
    expect(Object.entries(made).map(([name, pods]) => [name, pods.length])).toEqual(
      controllers.map(({ name, paths }) => [name, paths.length]),
    );
  });
});

/** Reads a pod, loses what it does not know, changes a label and writes the whole back. */
async function writeBackWithout(namespace: TestNamespace, name: string): Promise<void> {
  const pod = await namespace.pod(name);
  const initContainers = pod.spec?.initContainers?.map(({ restartPolicy: _unknown, ...known }) => known);
  const metadata = { ...pod.metadata, labels: { seen: 'true' } };
  await namespace.kubectl('replace -f -', { ...pod, metadata, spec: { ...pod.spec, initContainers } });
}

function podWith(name: string): PodManifest {
  const controller = controllers.find(controller => controller.name === name);
  if (controller === undefined) throw new Error(`docs/controllers.md has no ${name}`);
  return podAt(controller, 0);
}

/** The pod that a controller makes of its manifest, with the annotations from one of its places. */
function podAt({ name, paths, manifest }: Controller, index: number): PodManifest {
  const path = paths[index] ?? '';
  const { containers = [], initContainers = [], defaultContainer } = madeBy(name, index);
  const annotations = {
    ...(valueAt(manifest, path) as Annotations),
    ...(defaultContainer === undefined
      ? {}
      : { 'kubectl.kubernetes.io/default-container': defaultContainer }),
  };
  const spec = templateSpec(manifest, path);
  return podOf('web', annotations, {
    ...spec,
    initContainers: initContainers.map(containerNamed),
    containers: [...(spec?.containers ?? []), ...containers.map(containerNamed)],
  });
}

/** The spec beside the metadata, where that is a pod template or a pod: it has containers with names. */
function templateSpec(manifest: unknown, path: string): V1PodSpec | undefined {
  const template =
    path === 'metadata.annotations'
      ? manifest
      : valueAt(manifest, path.replace(/\.metadata\.annotations$/, ''));
  const { spec } = (template ?? {}) as { readonly spec?: V1PodSpec };
  return spec?.containers?.every(({ name }) => name !== undefined) ? spec : undefined;
}

function containerNamed(name: string): V1Container {
  return { name, image: 'busybox:1.37' };
}

function madeBy(name: string, index: number): MadePod {
  const pod = made[name]?.[index];
  if (pod === undefined) throw new Error(`what does ${name} make?`);
  return pod;
}

function indexOf(name: string, path: string): number {
  return controllers.find(controller => controller.name === name)?.paths.indexOf(path) ?? -1;
}

/** The containers of the app that mount what git-sync writes. */
function containersWithContent({ spec }: V1Pod): readonly string[] {
  const mounts = ({ volumeMounts = [] }: V1Container) => volumeMounts.some(({ name }) => name === 'git-sync');
  return (spec?.containers ?? [])
    .filter(({ name }) => name !== 'git-sync')
    .filter(mounts)
    .map(({ name }) => name);
}
