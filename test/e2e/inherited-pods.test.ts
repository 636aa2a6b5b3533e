/** What who makes pods and workloads in a labelled namespace gets and hears, from the injector and from the guards together. */
import { expect, it } from 'vitest';
import { injectingNamespace } from './labelled-namespace.ts';
import { initContainerNames } from './pod-containers.ts';
import { type Annotations, gitSync, podOf, repository } from './pod-manifests.ts';
import { describeWithApiServer, eventually, kubectl, useWebhook } from './suite.ts';
import type { TestNamespace } from './test-namespace.ts';
import { templateAnnotations, templateIn, workloadOf } from './workload-manifests.ts';

const statsd: Annotations = { 'sidecar.io/statsd-exporter': 'true' };
const wayOut = (name: string, key: string) =>
  `it comes from namespace ${name}: set sidecar.io/${key}.inject: "false" on the pod to leave it out`;

/** Creates a Deployment; resolves with what kubectl prints about it. */
async function deploy(namespace: TestNamespace, ...options: Parameters<typeof workloadOf>) {
  return (await namespace.kubectl('create -f -', workloadOf(...options))).stderr;
}

describeWithApiServer('in a labelled namespace', () => {
  useWebhook();

  it('a pod on the network of its node is refused where the sidecar has ports, and taken with the way out', async () => {
    const namespace = await injectingNamespace(statsd);
    const said = await namespace.refusalOf(podOf('web', {}, { hostNetwork: true }));
    expect(said).toContain('sidecar.io/statsd-exporter: hostNetwork would make 9102/TCP');
    expect(said).toContain(wayOut(namespace.name, 'statsd-exporter'));
    const left = { 'sidecar.io/statsd-exporter.inject': 'false' };
    const { pod } = await namespace.createPod(podOf('web', left, { hostNetwork: true }));
    expect(initContainerNames(pod)).toBeUndefined();
  });

  it('a pod of several containers is refused where the namespace mounts into one', async () => {
    const namespace = await injectingNamespace({ ...gitSync, 'sidecar.io/git-sync.mount': '/site' });
    const containers = ['app', 'worker'].map(name => ({ name, image: 'nginx:1.29' }));
    const said = await namespace.refusalOf(podOf('web', {}, { containers }));
    expect(said).toContain(
      'which container? set sidecar.io/git-sync.containers to one or more of app,worker',
    );
    expect(said).toContain(wayOut(namespace.name, 'git-sync'));
    const chosen = { 'sidecar.io/git-sync.containers': 'worker' };
    const { pod } = await namespace.createPod(podOf('web', chosen, { containers }));
    expect(pod.spec?.containers[1]?.volumeMounts).toContainEqual(
      expect.objectContaining({ name: 'git-sync', mountPath: '/site' }),
    );
  });

  it('defaults of the namespace count for a pod that asks for the sidecar itself', async () => {
    const namespace = await injectingNamespace({ ...statsd, 'sidecar.io/git-sync.period': '7m' });
    const { pod } = await namespace.createPod(podOf('web', gitSync));
    expect(JSON.stringify(pod.spec?.initContainers)).toContain('--period=7m');
    const own = { ...gitSync, 'sidecar.io/git-sync.period': '8m' };
    const { pod: other } = await namespace.createPod(podOf('other', own));
    expect(JSON.stringify(other.spec?.initContainers)).toContain('--period=8m');
  });

  it('what the namespace leaves out is left out, and its guards let the pod in', async () => {
    const namespace = await injectingNamespace({ ...statsd, 'sidecar.io/git-sync.inject': 'false' });
    const { pod } = await namespace.createPod(podOf('web', gitSync));
    expect(initContainerNames(pod)).toEqual(['statsd-exporter']);
    const insisting = { ...gitSync, 'sidecar.io/git-sync.inject': 'true' };
    const { pod: other } = await namespace.createPod(podOf('other', insisting));
    expect(initContainerNames(other)?.toSorted()).toEqual(['git-sync', 'statsd-exporter']);
    await kubectl(`annotate namespace ${namespace.name} sidecar.io/inject=false`);
    await eventually(async () => {
      const { pod: bare } = await namespace.createPod(podOf('bare', gitSync), '--dry-run=server');
      expect(initContainerNames(bare)).toBeUndefined();
    });
  });

  it('a Deployment is told what its pods get, and gets nothing of it into its template', async () => {
    const namespace = await injectingNamespace({ ...statsd, 'sidecar.io/git-sync.period': '7m' });
    const said = await deploy(namespace, 'Deployment', { annotations: gitSync });
    expect(said).toContain(`web's pods will get statsd-exporter (from namespace ${namespace.name})`);
    expect(said).toContain("web's pods will get git-sync");
    const stored = await namespace.json<ReturnType<typeof workloadOf>>('get deployment web');
    expect(templateAnnotations(stored)).toEqual(gitSync);
    expect(templateIn(stored).spec.initContainers).toBeUndefined();
  });

  it('a Deployment without annotations is told the same, once', async () => {
    const namespace = await injectingNamespace(statsd);
    await eventually(async () => {
      const said = (await namespace.kubectl('create --dry-run=server -f -', workloadOf('Deployment'))).stderr;
      expect(said).toContain(`web's pods will get statsd-exporter (from namespace ${namespace.name})`);
    });
    await deploy(namespace, 'Deployment');
    const { stderr } = await namespace.kubectl('set image deployment/web *=nginx:1.30');
    expect(stderr).not.toContain('will get');
  });

  it('a Deployment is refused where its pods would be, and can be changed where the namespace came later', async () => {
    const namespace = await injectingNamespace(statsd);
    const onHost = { podSpec: { hostNetwork: true } };
    await eventually(() =>
      expect(
        namespace.kubectl('create --dry-run=server -f -', workloadOf('Deployment', onHost)),
      ).rejects.toThrow(wayOut(namespace.name, 'statsd-exporter')),
    );
    await kubectl(`annotate namespace ${namespace.name} sidecar.io/statsd-exporter-`);
    await eventually(() => deploy(namespace, 'Deployment', onHost));
    await kubectl(`annotate namespace ${namespace.name} sidecar.io/statsd-exporter=true`);
    await eventually(async () => {
      const { stderr } = await namespace.kubectl(`set image deployment/web *=nginx:1.${Date.now() % 1000}`);
      expect(stderr).toContain('pods are refused: sidecar.io/statsd-exporter: hostNetwork would make');
    });
  });

  it('pods of a template that a command has injected get what the namespace asks for too', async () => {
    const namespace = await injectingNamespace(statsd);
    const entry = {
      definition: 'x',
      parameters: 'x',
      mode: 'native',
      containers: ['logs'],
      volumes: [],
      by: 'inject',
    };
    const logs = { name: 'logs', image: 'nginx:1.29', restartPolicy: 'Always' };
    const written = { 'sidecar.io/status': JSON.stringify({ logs: entry }) };
    const { pod } = await namespace.createPod(podOf('web', written, { initContainers: [logs] }));
    expect(initContainerNames(pod)?.toSorted()).toEqual(['logs', 'statsd-exporter']);
  });

  it('a value that is wrong for one pod is told with where it comes from', async () => {
    const namespace = await injectingNamespace({ 'sidecar.io/git-sync': repository });
    const said = await namespace.refusalOf(podOf('web', { 'sidecar.io/git-sync.period': 'often' }));
    expect(said).toContain('annotation sidecar.io/git-sync.period: got "often"');
    expect(said).toContain(
      `its sidecar comes from namespace ${namespace.name}: set sidecar.io/git-sync.inject: "false" on the pod to leave it out`,
    );
  });
});
