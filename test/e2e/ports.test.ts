import { expect, it } from 'vitest';
import { initContainer } from './pod-containers.ts';
import { gitSync, podOf } from './pod-manifests.ts';
import { describeWithApiServer, useWebhook } from './suite.ts';
import { createNamespace, createPod } from './test-namespace.ts';

const metrics = { ...gitSync, 'sidecar.io/git-sync.metrics': 'true' };

describeWithApiServer('a port of a sidecar', () => {
  useWebhook();

  it('becomes one of the node where the pod uses its network, and kubectl tells', async () => {
    const { pod, stderr } = await createPod(podOf('web', metrics, { hostNetwork: true }));
    expect(initContainer(pod, 'git-sync')?.ports).toEqual([
      { name: 'gitsync-metrics', containerPort: 19418, hostPort: 19418, protocol: 'TCP' },
    ]);
    expect(stderr).toContain('hostNetwork makes 19418/TCP a port of the node: one such pod fits there');
  });

  it('is no reason that pod security has beside the network of the node', async () => {
    const namespace = await createNamespace({ 'pod-security.kubernetes.io/enforce': 'baseline' });
    const manifest = (annotations: Readonly<Record<string, string>>) =>
      podOf('web', annotations, { hostNetwork: true });
    expect(await namespace.refusalOf(manifest({}))).toContain('host namespaces (hostNetwork=true)');
    expect(await namespace.refusalOf(manifest(metrics))).toContain('host namespaces (hostNetwork=true)');
    const { pod } = await namespace.createPod(podOf('web', metrics));
    expect(initContainer(pod, 'git-sync')?.ports).not.toContainEqual(
      expect.objectContaining({ hostPort: expect.anything() }),
    );
  });

  it('may be there twice with one name and two numbers, so that one PodMonitor takes both', async () => {
    const docs = {
      'sidecar.io/git-sync_docs': 'https://github.com/org/docs.git',
      'sidecar.io/git-sync_docs.metrics': 'true',
      'sidecar.io/git-sync_docs.metrics-port': '19419',
    };
    const { pod, stderr } = await createPod(podOf('web', { ...metrics, ...docs }));
    const ports = (pod.spec?.initContainers ?? []).flatMap(container => container.ports ?? []);
    expect(ports.map(({ name, containerPort }) => [name, containerPort])).toEqual([
      ['gitsync-metrics', 19418],
      ['gitsync-metrics', 19419],
    ]);
    expect(stderr).toContain('duplicate port name "gitsync-metrics"');
  });
});
