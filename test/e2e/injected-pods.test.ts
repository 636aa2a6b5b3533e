import type { V1Pod } from '@kubernetes/client-node';
import { beforeAll, expect, it } from 'vitest';
import {
  createNamespace,
  createPod,
  describeWithApiServer,
  gitSync,
  kubectl,
  kubectlJson,
  podOf,
  startWebhook,
} from './suite.ts';

/** Whatever is done to a pod later must not depend on the webhook: here it is down by then. */
describeWithApiServer('an injected pod, while the webhook is down,', () => {
  let namespace: string;
  beforeAll(async () => {
    namespace = await createNamespace();
    const webhook = await startWebhook();
    try {
      for (const name of ['web', 'evicted']) await createPod(namespace, podOf(name, gitSync, app));
    } finally {
      await webhook.stop();
    }
    await expect(createPod(namespace, podOf('another', gitSync))).rejects.toThrow('failed calling webhook');
  });

  it('can be labelled and annotated, also with annotations of ours', async () => {
    await kubectl(`-n ${namespace} label pod web tier=front`);
    await kubectl(`-n ${namespace} annotate pod web example.com/note=x sidecar.io/git-sync.period=5m`);
    const { metadata } = await getPod();
    expect(metadata?.labels).toEqual({ tier: 'front' });
    expect(metadata?.annotations).toMatchObject({ 'sidecar.io/git-sync.period': '5m' });
  });

  it('can get another image', async () => {
    await kubectl(`-n ${namespace} set image pod/web web=nginx:1.30 git-sync=example.com/git-sync:v4.8.0`);
    const { spec } = await getPod();
    expect(spec?.containers[0]?.image).toBe('nginx:1.30');
    expect(spec?.initContainers?.[0]?.image).toBe('example.com/git-sync:v4.8.0');
  });

  it('can get an ephemeral container', async () => {
    await kubectl(`-n ${namespace} debug web --image=busybox --container=debugger --profile=general`);
    expect((await getPod()).spec?.ephemeralContainers?.[0]?.name).toBe('debugger');
  });

  it('can be resized, the sidecar too', async () => {
    const resources = { requests: { cpu: '200m', memory: '64Mi' } };
    const patch = {
      spec: {
        containers: [{ name: 'web', resources }],
        initContainers: [{ name: 'git-sync', resources: { requests: { cpu: '30m' } } }],
      },
    };
    await kubectl(`-n ${namespace} patch pod web --subresource resize --patch ${JSON.stringify(patch)}`);
    const { spec } = await getPod();
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
    await kubectl(`create --raw /api/v1/namespaces/${namespace}/pods/web/binding -f -`, binding);
    const status = JSON.stringify({ status: { phase: 'Running' } });
    await kubectl(`-n ${namespace} patch pod web --subresource status --patch ${status}`);
    const pod = await getPod();
    expect(pod.spec?.nodeName).toBe('node-1');
    expect(pod.status?.phase).toBe('Running');
  });

  it('can be evicted and deleted', async () => {
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'evicted', namespace } };
    await kubectl(`create --raw /api/v1/namespaces/${namespace}/pods/evicted/eviction -f -`, eviction);
    await kubectl(`-n ${namespace} delete pod web --force --grace-period=0`);
    expect((await kubectl(`-n ${namespace} get pods -o name`)).stdout).toBe('');
  });

  function getPod(): Promise<V1Pod> {
    return kubectlJson<V1Pod>(`-n ${namespace} get pod web`);
  }
});

const app = {
  containers: [
    { name: 'web', image: 'nginx:1.29', resources: { requests: { cpu: '100m', memory: '64Mi' } } },
  ],
};
