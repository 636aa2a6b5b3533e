import type { V1Pod, V1ValidatingAdmissionPolicy } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { install } from './installation.ts';
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
  refusalOf,
  useWebhook,
} from './suite.ts';

const sentence =
  'asks for a sidecar, but sidecar-injector has not seen the pod, so it would run without one; ' +
  'see that MutatingWebhookConfiguration "sidecar-injector" is as it was installed, ' +
  'or set annotation sidecar.io/inject: "false" to run the pod without a sidecar';

describeWithApiServer('with the webhook configuration deleted, the guard', () => {
  beforeAll(deleteRegistration);
  afterAll(() => install(kubectl));

  it('refuses an annotated pod, with the annotation, the reason and what to do', async () => {
    expect(await refusalOf(await createNamespace(), podOf('web', gitSync))).toContain(
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
    expect(await refusalOf(await createNamespace(), podOf('web', annotations))).toContain(
      `annotation ${named} ${sentence}`,
    );
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
    await createPod(await createNamespace(), podOf('web', annotations));
  });

  it('lets the kubelet show a static pod that it runs', async () => {
    const annotations = { ...gitSync, 'kubernetes.io/config.mirror': 'x' };
    await createPod(await createNamespace(), podOf('web', annotations, { nodeName: 'node-1' }));
  });

  it('does not look into kube-system and namespaces that have opted out', async () => {
    await createPod(await createNamespace({ 'sidecar.io/inject': 'disabled' }), podOf('web', gitSync));
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
    await kubectl('-n kube-system apply --server-side -f -', account);
    await createPod('kube-system', podOf('web', gitSync), '--dry-run=server');
  });
});

describeWithControllers('the expressions of the guard', () => {
  it('fit the fields of a pod, as the API server has checked', async () => {
    await vi.waitFor(async () => {
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
  afterAll(() => install(kubectl));

  it('has no pods, says why in its events, and gets its injected pods when the configuration is back', async () => {
    const namespace = await createNamespace();
    await kubectl(`-n ${namespace} create -f -`, deployment('web', gitSync));
    await kubectl(`-n ${namespace} create -f -`, deployment('plain', {}));
    await vi.waitFor(async () => {
      const { stdout } = await kubectl(`-n ${namespace} events --types=Warning`);
      expect(stdout).toContain(`annotation sidecar.io/git-sync ${sentence}`);
      expect(await initContainersIn(namespace, 'plain')).toEqual([undefined]);
    }, waiting);
    expect(await initContainersIn(namespace, 'web')).toEqual([]);
    await install(kubectl);
    await vi.waitFor(async () => {
      expect(await initContainersIn(namespace, 'web')).toEqual(['git-sync']);
    }, waiting);
  });
});

describeWithControllers('with the webhook at work, the guard', () => {
  useWebhook();

  it('lets injected pods pass, those of a Deployment too', async () => {
    const namespace = await createNamespace();
    const { pod } = await createPod(namespace, podOf('web', gitSync));
    expect(pod.spec?.initContainers?.[0]?.name).toBe('git-sync');
    await kubectl(`-n ${namespace} create -f -`, deployment('web', gitSync));
    await vi.waitFor(async () => {
      expect(await initContainersIn(namespace, 'web')).toEqual(['git-sync']);
    }, waiting);
  });
});

/** The API server learns of it a moment later: first it still calls the webhook, or fails to. */
async function deleteRegistration(): Promise<void> {
  await kubectl('delete mutatingwebhookconfiguration sidecar-injector');
  const namespace = await createNamespace();
  await vi.waitFor(async () => {
    expect(await refusalOf(namespace, podOf('web', gitSync))).toContain(sentence);
  }, waiting);
}

async function initContainersIn(namespace: string, app: string): Promise<readonly (string | undefined)[]> {
  const { items } = await kubectlJson<{ items: readonly V1Pod[] }>(
    `-n ${namespace} get pods --selector app=${app}`,
  );
  return items.map(({ spec }) => spec?.initContainers?.[0]?.name);
}

function deployment(name: string, annotations: Annotations): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name }, annotations }, spec: podOf(name).spec },
    },
  };
}

const waiting = { timeout: 60_000, interval: 250 };
