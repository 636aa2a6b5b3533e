import type { V1Pod } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import {
  type Annotations,
  createNamespace,
  createPod,
  describeWithApiServer,
  describeWithControllers,
  gitSync,
  kubectl,
  kubectlJson,
  podOf,
  startWebhook,
} from './suite.ts';
import type { Webhook } from './webhook.ts';

/** The registration says Fail: a pod that is created while nobody answers was never asked about. */
describeWithApiServer('while the webhook is down', () => {
  beforeAll(async () => {
    const webhook = await startWebhook();
    await webhook.stop('SIGKILL');
  });

  it('an annotated pod is refused, and the API server says which webhook it could not call', async () => {
    await expect(createPod(await createNamespace(), podOf('web', gitSync))).rejects.toThrow(
      /failed calling webhook "pods\.sidecar\.io": failed to call webhook: Post "https:\/\/sidecar-injector\.sidecar-injector\.svc:443\/mutate\?timeout=5s": .*connection refused/,
    );
  });

  it.each<readonly [what: string, annotations: Annotations | undefined]>([
    ['without annotations', undefined],
    ['with an empty map of annotations', {}],
    ['with annotations of others', { 'example.com/sidecar.io': 'x', 'sidecar.io.example.com/git-sync': 'x' }],
    ['that is opted out', { ...gitSync, 'sidecar.io/inject': 'false' }],
  ])('a pod %s starts', async (_what, annotations) => {
    const { pod } = await createPod(await createNamespace(), podOf('web', annotations));
    expect(pod.spec?.initContainers).toBeUndefined();
  });

  it.each(['sidecar-injector', 'kube-system', 'kube-node-lease'])(
    'an annotated pod in the namespace %s starts',
    async namespace => {
      await kubectl('apply --server-side -f -', {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'default', namespace },
      });
      const { pod } = await createPod(namespace, { ...podOf('web', gitSync, restricted) });
      expect(pod.spec?.initContainers).toBeUndefined();
      await kubectl(`-n ${namespace} delete pod web --now`);
    },
  );

  it('an annotated pod in a namespace that has opted out starts', async () => {
    const namespace = await createNamespace({ 'sidecar.io/inject': 'disabled' });
    const { pod } = await createPod(namespace, podOf('web', gitSync));
    expect(pod.spec?.initContainers).toBeUndefined();
  });

  it('an annotated pod in a namespace with any other label is refused', async () => {
    const namespace = await createNamespace({ 'sidecar.io/inject': 'enabled' });
    await expect(createPod(namespace, podOf('web', gitSync))).rejects.toThrow('failed calling webhook');
  });
});

describeWithControllers('a Deployment that was made while the webhook is down', () => {
  let webhook: Webhook;
  beforeAll(async () => {
    webhook = await startWebhook();
    await webhook.stop('SIGKILL');
  });
  afterAll(() => webhook?.stop());

  it('has no pods, says why in its events, and gets its injected pods when the webhook is back', async () => {
    const namespace = await createNamespace();
    const { apiVersion: _version, kind: _kind, ...template } = podOf('web', gitSync);
    await kubectl(`-n ${namespace} create -f -`, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: {
        selector: { matchLabels: { app: 'web' } },
        template: { spec: template.spec, metadata: { ...template.metadata, labels: { app: 'web' } } },
      },
    });
    await vi.waitFor(async () => {
      const { stdout } = await kubectl(`-n ${namespace} events --types=Warning`);
      expect(stdout).toContain('failed calling webhook "pods.sidecar.io"');
    }, waiting);
    expect((await kubectl(`-n ${namespace} get pods -o name`)).stdout).toBe('');
    webhook = await startWebhook();
    await vi.waitFor(async () => {
      const { items } = await kubectlJson<{ items: readonly V1Pod[] }>(`-n ${namespace} get pods`);
      expect(items.map(({ spec }) => spec?.initContainers?.[0]?.name)).toEqual(['git-sync']);
    }, waiting);
  });
});

const waiting = { timeout: 60_000, interval: 250 };

/** The namespace of the injector admits nothing less. */
const restricted = {
  securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [
    {
      name: 'web',
      image: 'nginx:1.29',
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    },
  ],
};
