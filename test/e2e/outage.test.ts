import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Kubectl } from './kubectl.ts';
import { firstInitContainers } from './pod-containers.ts';
import { type Annotations, gitSync, mountedGitSync, podOf } from './pod-manifests.ts';
import { restrictedSecurityContext } from './restricted.ts';
import { describeWithApiServer, describeWithControllers, eventually, startWebhook } from './suite.ts';
import { createNamespace, createPod, namespaceNamed, useNamespace } from './test-namespace.ts';
import type { Webhook } from './webhook.ts';
import { workloadOf } from './workload-manifests.ts';

/** The registration says Fail: a pod that is created while nobody answers was never asked about. */
describeWithApiServer('while the webhook is down', () => {
  beforeAll(async () => {
    const webhook = await startWebhook();
    await webhook.stop('SIGKILL');
  });

  it('an annotated pod is refused, and the API server says which webhook it could not call', async () => {
    await expect(createPod(podOf('web', gitSync))).rejects.toThrow(
      /failed calling webhook "pods\.sidecar\.io": failed to call webhook: Post "https:\/\/sidecar-injector\.sidecar-injector\.svc:443\/mutate\?timeout=5s": .*connection refused/,
    );
  });

  it.each<readonly [what: string, annotations: Annotations | undefined]>([
    ['without annotations', undefined],
    ['with an empty map of annotations', {}],
    ['with annotations of others', { 'example.com/sidecar.io': 'x', 'sidecar.io.example.com/git-sync': 'x' }],
    ['that is opted out', { ...gitSync, 'sidecar.io/inject': 'false' }],
  ])('a pod %s starts', async (_what, annotations) => {
    const { pod } = await createPod(podOf('web', annotations));
    expect(pod.spec?.initContainers).toBeUndefined();
  });

  it('the kubelet shows an annotated static pod that it runs', async () => {
    const { pod } = await createPod(podOf('web', mirror, { nodeName: 'node-1' }));
    expect(pod.spec?.initContainers).toBeUndefined();
  });

  it('nobody makes a pod that runs by calling it a static one', async () => {
    await expect(createPod(podOf('web', mirror))).rejects.toThrow(
      'must set spec.nodeName if mirror pod annotation is set',
    );
    const namespace = await createNamespace();
    await namespace.createPod(podOf('web', mirror, { nodeName: 'node-1' }));
    await expect(namespace.kubectl('annotate pod web kubernetes.io/config.mirror-')).rejects.toThrow(
      'may not remove or update mirror pod annotation',
    );
  });

  it.each(['sidecar-injector', 'kube-system', 'kube-node-lease'])(
    'an annotated pod in the namespace %s starts',
    async name => {
      const namespace = namespaceNamed(name);
      await namespace.kubectl('apply --server-side -f -', {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'default' },
      });
      const { pod } = await namespace.createPod(podOf('web', gitSync, restricted));
      expect(pod.spec?.initContainers).toBeUndefined();
      await namespace.kubectl('delete pod web --now');
    },
  );

  it('an annotated pod in a namespace that has opted out starts', async () => {
    const namespace = await createNamespace({ 'sidecar.io/inject': 'disabled' });
    const { pod } = await namespace.createPod(podOf('web', gitSync));
    expect(pod.spec?.initContainers).toBeUndefined();
  });

  it('an annotated pod in a namespace with any other label is refused', async () => {
    const namespace = await createNamespace({ 'sidecar.io/inject': 'enabled' });
    await expect(namespace.createPod(podOf('web', gitSync))).rejects.toThrow('failed calling webhook');
  });
});

describeWithControllers('while the webhook is down, an annotated workload', () => {
  let webhook: Webhook;
  const namespace = useNamespace();
  const run: Kubectl = (args, input) => namespace().kubectl(args, input);

  beforeAll(async () => {
    webhook = await startWebhook();
    await run(
      'create -f -',
      workloadOf('Deployment', { annotations: mountedGitSync, spec: { replicas: 0 } }),
    );
    await run('create -f -', workloadOf('Job', { annotations: mountedGitSync }));
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
    await eventually(async () => {
      expect(await namespace().warningEvents()).toContain('failed calling webhook "pods.sidecar.io"');
    }, waiting);
    expect((await run('get pods -l app=web -o name')).stdout).toBe('');
    webhook = await startWebhook();
    await eventually(async () => {
      expect(firstInitContainers(await namespace().pods('app=web'))).toEqual(['git-sync']);
    }, waiting);
  });
});

/** What the kubelet writes on the pod that shows a static one. */
const mirror: Annotations = { ...gitSync, 'kubernetes.io/config.mirror': 'x' };

/** The namespace of the injector admits nothing less. */
const restricted = {
  containers: [{ name: 'web', image: 'nginx:1.29', securityContext: restrictedSecurityContext }],
};

const waiting = { withinMs: 60_000 };
