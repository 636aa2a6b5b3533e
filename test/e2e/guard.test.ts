import type { V1ValidatingAdmissionPolicy } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { firstInitContainers } from './pod-containers.ts';
import { type Annotations, gitSync, podOf } from './pod-manifests.ts';
import { deleteRegistration } from './registration.ts';
import {
  describeWithApiServer,
  describeWithControllers,
  eventually,
  kubectlJson,
  reinstall,
  useWebhook,
} from './suite.ts';
import { createNamespace, createPod, namespaceNamed, refusalOf } from './test-namespace.ts';
import { workloadOf } from './workload-manifests.ts';

const sentence =
  'asks for a sidecar, but sidecar-injector has not seen the pod, so it would run without one; ' +
  'see that MutatingWebhookConfiguration "sidecar-injector" is as it was installed, ' +
  'or set annotation sidecar.io/inject: "false" to run the pod without a sidecar';

describeWithApiServer('with the webhook configuration deleted, the guard', () => {
  beforeAll(deleteRegistration);
  afterAll(reinstall);

  it('refuses an annotated pod, with the annotation, the reason and what to do', async () => {
    expect(await refusalOf(podOf('web', gitSync))).toContain(
      `pods "web" is forbidden: ValidatingAdmissionPolicy 'sidecar-injector-guard' with binding ` +
        `'sidecar-injector-guard' denied request: annotation sidecar.io/git-sync ${sentence}`,
    );
  });

  it.each<readonly [what: string, annotations: Annotations, named: string]>([
    ['an instance', { 'sidecar.io/git-sync_docs': 'x' }, 'sidecar.io/git-sync_docs'],
    ['a parameter alone', { 'sidecar.io/git-sync.ref': 'x' }, 'sidecar.io/git-sync.ref'],
    ['a sidecar that nobody knows', { 'sidecar.io/envoy': 'x' }, 'sidecar.io/envoy'],
    ['an empty value', { 'sidecar.io/git-sync': '' }, 'sidecar.io/git-sync'],
    ['inject: true beside it', { ...gitSync, 'sidecar.io/inject': 'true' }, 'sidecar.io/git-sync'],
    ['another that is off', { ...gitSync, 'sidecar.io/a': 'false' }, 'sidecar.io/a'],
  ])('refuses a pod that asks with %s', async (_what, annotations, named) => {
    expect(await refusalOf(podOf('web', annotations))).toContain(`annotation ${named} ${sentence}`);
  });

  it.each<readonly [what: string, annotations: Annotations | undefined]>([
    ['without annotations', undefined],
    ['with an empty map of annotations', {}],
    ['with annotations of others', { 'example.com/sidecar.io': 'x', 'sidecar.io.example.com/a': 'x' }],
    ['that is opted out', { ...gitSync, 'sidecar.io/inject': 'false' }],
    ['that says inject and asks for nothing', { 'sidecar.io/inject': 'true' }],
    ['whose sidecar is switched off', { 'sidecar.io/logs': 'false', 'sidecar.io/logs.level': '3' }],
    ['that was injected before', { ...gitSync, 'sidecar.io/status': '{"git-sync":{}}' }],
    ['that the injector has seen and left to others', { 'sidecar.io/envoy': 'x', 'sidecar.io/status': '{}' }],
  ])('lets a pod pass %s', async (_what, annotations) => {
    await createPod(podOf('web', annotations));
  });

  it('lets the kubelet show a static pod that it runs', async () => {
    const annotations = { ...gitSync, 'kubernetes.io/config.mirror': 'x' };
    await createPod(podOf('web', annotations, { nodeName: 'node-1' }));
  });

  it('does not look into kube-system and namespaces that have opted out', async () => {
    const optedOut = await createNamespace({ 'sidecar.io/inject': 'disabled' });
    await optedOut.createPod(podOf('web', gitSync));
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
    const kubeSystem = namespaceNamed('kube-system');
    await kubeSystem.kubectl('apply --server-side -f -', account);
    await kubeSystem.createPod(podOf('web', gitSync), '--dry-run=server');
  });
});

describeWithControllers('the expressions of the guard', () => {
  it('fit the fields of a pod, as the API server has checked', async () => {
    await eventually(async () => {
      const { status } = await kubectlJson<V1ValidatingAdmissionPolicy>(
        'get validatingadmissionpolicy sidecar-injector-guard',
      );
      expect(status?.typeChecking).toEqual({});
    }, waiting);
  });
});

describeWithControllers('a Deployment that is made with the webhook configuration deleted', () => {
  useWebhook();
  beforeAll(deleteRegistration);
  afterAll(reinstall);

  it('has no pods, says why in its events, and gets its injected pods when the configuration is back', async () => {
    const namespace = await createNamespace();
    await namespace.kubectl('create -f -', workloadOf('Deployment', { template: gitSync }));
    await namespace.kubectl('create -f -', workloadOf('Deployment', { name: 'plain' }));
    await eventually(async () => {
      expect(await namespace.warningEvents()).toContain(`annotation sidecar.io/git-sync ${sentence}`);
      expect(firstInitContainers(await namespace.pods('app=plain'))).toEqual([undefined]);
    }, waiting);
    expect(firstInitContainers(await namespace.pods('app=web'))).toEqual([]);
    await reinstall();
    await eventually(async () => {
      expect(firstInitContainers(await namespace.pods('app=web'))).toEqual(['git-sync']);
    }, waiting);
  });
});

describeWithControllers('with the webhook at work, the guard', () => {
  useWebhook();

  it('lets injected pods pass, those of a Deployment too', async () => {
    const namespace = await createNamespace();
    const { pod } = await namespace.createPod(podOf('web', gitSync));
    expect(pod.spec?.initContainers?.[0]?.name).toBe('git-sync');
    await namespace.kubectl('create -f -', workloadOf('Deployment', { template: gitSync }));
    await eventually(async () => {
      expect(firstInitContainers(await namespace.pods('app=web'))).toEqual(['git-sync']);
    }, waiting);
  });
});

const waiting = { withinMs: 60_000 };
