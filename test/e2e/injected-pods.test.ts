import { beforeAll, expect, it } from 'vitest';
import { gitSync, podOf } from './pod-manifests.ts';
import { describeWithApiServer, kubectl, startWebhook } from './suite.ts';
import { useNamespace } from './test-namespace.ts';

/** Whatever is done to a pod later must not depend on the webhook: here it is down by then. */
describeWithApiServer('an injected pod, while the webhook is down,', () => {
  const namespace = useNamespace();
  beforeAll(async () => {
    const webhook = await startWebhook();
    try {
      for (const name of ['web', 'evicted']) await namespace().createPod(podOf(name, gitSync, app));
    } finally {
      await webhook.stop();
    }
    await expect(namespace().createPod(podOf('another', gitSync))).rejects.toThrow('failed calling webhook');
  });

  it('can be labelled and annotated, also with annotations of ours', async () => {
    await namespace().kubectl('label pod web tier=front');
    await namespace().kubectl('annotate pod web example.com/note=x sidecar.io/git-sync.period=5m');
    const { metadata } = await namespace().pod('web');
    expect(metadata?.labels).toEqual({ tier: 'front' });
    expect(metadata?.annotations).toMatchObject({ 'sidecar.io/git-sync.period': '5m' });
  });

  it('can get another image', async () => {
    await namespace().kubectl('set image pod/web web=nginx:1.30 git-sync=example.com/git-sync:v4.8.0');
    const { spec } = await namespace().pod('web');
    expect(spec?.containers[0]?.image).toBe('nginx:1.30');
    expect(spec?.initContainers?.[0]?.image).toBe('example.com/git-sync:v4.8.0');
  });

  it('can get an ephemeral container', async () => {
    await namespace().kubectl('debug web --image=busybox --container=debugger --profile=general');
    expect((await namespace().pod('web')).spec?.ephemeralContainers?.[0]?.name).toBe('debugger');
  });

  it('can be resized, the sidecar too', async () => {
    const resources = { requests: { cpu: '200m', memory: '64Mi' } };
    const patch = {
      spec: {
        containers: [{ name: 'web', resources }],
        initContainers: [{ name: 'git-sync', resources: { requests: { cpu: '30m' } } }],
      },
    };
    await namespace().kubectl(`patch pod web --subresource resize --patch ${JSON.stringify(patch)}`);
    const { spec } = await namespace().pod('web');
    expect(spec?.containers[0]?.resources).toEqual(resources);
    expect(spec?.initContainers?.[0]?.resources?.requests).toEqual({ cpu: '30m', memory: '64Mi' });
  });

  it('can be bound to a node and report its status', async () => {
    const binding = {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name: 'web' },
      target: { kind: 'Node', name: 'node-1' },
    };
    await kubectl(`create --raw /api/v1/namespaces/${namespace().name}/pods/web/binding -f -`, binding);
    const status = JSON.stringify({ status: { phase: 'Running' } });
    await namespace().kubectl(`patch pod web --subresource status --patch ${status}`);
    const pod = await namespace().pod('web');
    expect(pod.spec?.nodeName).toBe('node-1');
    expect(pod.status?.phase).toBe('Running');
  });

  it('can be evicted and deleted', async () => {
    const metadata = { name: 'evicted', namespace: namespace().name };
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata };
    await kubectl(`create --raw /api/v1/namespaces/${namespace().name}/pods/evicted/eviction -f -`, eviction);
    await namespace().kubectl('delete pod web --force --grace-period=0');
    expect((await namespace().kubectl('get pods -o name')).stdout).toBe('');
  });
});

const app = {
  containers: [
    { name: 'web', image: 'nginx:1.29', resources: { requests: { cpu: '100m', memory: '64Mi' } } },
  ],
};
