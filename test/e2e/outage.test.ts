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
import { workloadOf } from './workload-manifests.ts';

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

describeWithControllers('while the webhook is down, an annotated workload', () => {
  let webhook: Webhook;
  let namespace: string;
  const run = (text: string, input?: unknown) => kubectl(`-n ${namespace} ${text}`, input);
  const mounted = { ...gitSync, 'sidecar.io/git-sync.mount': '/site' };

  beforeAll(async () => {
    webhook = await startWebhook();
    namespace = await createNamespace();
    await run('create -f -', workloadOf('Deployment', { annotations: mounted, spec: { replicas: 0 } }));
    await run('create -f -', workloadOf('Job', { annotations: mounted }));
    await webhook.stop('SIGKILL');
  });
  afterAll(() => webhook?.stop());

  it.each([
    ['labels', 'label deployment web tier=front'],
    ['annotations of others', 'annotate deployment web example.com/owner=me'],
    ['its scale', 'scale deployment web --replicas=1'],
    ['its status', 'patch deployment web --subresource=status --patch {"status":{"observedGeneration":9}}'],
    ['labels of a Job', 'label job web tier=front'],
  ])('takes %s', async (_what, command) => {
    await run(command);
  });

  it.each([
    ['its spec', 'set image deployment/web web=nginx:1.30'],
    ['our annotations', 'annotate deployment web sidecar.io/git-sync.ref=main'],
    ['the removal of our annotations', 'annotate deployment web sidecar.io/git-sync-'],
  ])('refuses a change: %s', async (_what, command) => {
    await expect(run(command)).rejects.toThrow('failed calling webhook "workloads.sidecar.io"');
  });

  it('does not concern one without annotations', async () => {
    await run('create deployment other --image=nginx:1.29');
    await run('set image deployment/other nginx=nginx:1.30');
  });

  it('can be deleted, its pods first', async () => {
    await run('delete job web --cascade=foreground --timeout=30s');
  });

  it('has no pods, says why in its events, and gets its injected pods when the webhook is back', async () => {
    await vi.waitFor(async () => {
      const { stdout } = await run('events --types=Warning');
      expect(stdout).toContain('failed calling webhook "pods.sidecar.io"');
    }, waiting);
    expect((await run('get pods -l app=web -o name')).stdout).toBe('');
    webhook = await startWebhook();
    await vi.waitFor(async () => {
      const { items } = await kubectlJson<{ items: readonly V1Pod[] }>(`-n ${namespace} get pods -l app=web`);
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
