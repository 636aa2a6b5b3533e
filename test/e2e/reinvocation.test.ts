import type { V1Container, V1Pod } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import { auditedCreation, webhookCalls } from './audit-log.ts';
import { limitContainers } from './container-limits.ts';
import { useOtherWebhooks } from './other-webhook.ts';
import { containerNames, initContainer, initContainerNames } from './pod-containers.ts';
import { gitSync, podOf, repository } from './pod-manifests.ts';
import { describeWithApiServer, eventually, useWebhook } from './suite.ts';
import { createNamespace, createPod } from './test-namespace.ts';

const ours = { configuration: 'sidecar-injector', webhook: 'pods.sidecar.io' };

describeWithApiServer('an injected pod that the API server may show to the webhook again', () => {
  const webhook = useWebhook();
  const register = useOtherWebhooks();

  it('is not shown to it where nobody changed the pod after it', async () => {
    const namespace = await createNamespace();
    await namespace.createPod(podOf('web', gitSync));
    expect(webhookCalls(await auditedCreation(namespace))).toEqual([
      { ...ours, round: 'round_0_index_0', mutated: true },
    ]);
  });

  it('is left as it is, as the audit log and our own log tell, and keeps what limits added to the sidecar', async () => {
    const namespace = await createNamespace();
    await limitContainers(namespace, { default: { cpu: '300m' } });
    const { pod } = await namespace.createPod(podOf('web', gitSync));
    expect(initContainer(pod, 'git-sync')?.resources?.limits).toEqual({ cpu: '300m', memory: '512Mi' });
    expect(webhookCalls(await auditedCreation(namespace))).toEqual([
      { ...ours, round: 'round_0_index_0', mutated: true },
      { ...ours, round: 'round_1_index_0', mutated: false },
    ]);
    await eventually(
      () => {
        const entries = webhook().entries.filter(entry => entry['namespace'] === namespace.name);
        expect(entries.map(({ decision, reason }) => [decision, reason])).toEqual([
          ['injected', 'injected'],
          ['skipped', 'already-injected'],
        ]);
      },
      { withinMs: 5000 },
    );
  });

  it('was changed by additions to the promised paths only, as the audit log has them', async () => {
    const namespace = await createNamespace();
    await namespace.createPod(podOf('web', gitSync));
    const { annotations = {} } = await auditedCreation(namespace);
    const { patch } = JSON.parse(annotations['patch.webhook.admission.k8s.io/round_0_index_0'] ?? '');
    expect(patch.map(({ op, path }: { op: string; path: string }) => `${op} ${path}`)).toEqual([
      'add /spec/volumes/-',
      'add /spec/volumes/-',
      'add /spec/initContainers',
      'add /metadata/annotations/sidecar.io~1status',
      'add /metadata/annotations/cluster-autoscaler.kubernetes.io~1safe-to-evict-local-volumes',
    ]);
    expect(annotations).not.toHaveProperty(['patch.webhook.admission.k8s.io/round_1_index_0']);
  });

  it('does not have the API token in its sidecar, although the API server mounts it in every container', async () => {
    const { pod } = await createPod(podOf('web', gitSync));
    const tokenMounts = ({ volumeMounts = [] }: V1Container) =>
      volumeMounts.filter(({ mountPath }) => mountPath.includes('serviceaccount')).map(({ name }) => name);
    expect(pod.spec?.containers.flatMap(tokenMounts)).toEqual([expect.stringMatching(/^kube-api-access-/)]);
    expect(pod.spec?.initContainers?.flatMap(tokenMounts)).toEqual(['git-sync-tmp']);
  });

  it('keeps what a webhook after ours changed in the sidecar', async () => {
    const namespace = await createNamespace();
    await register({
      name: 'zz-pull-always',
      namespace,
      mutate: ({ spec }) =>
        (spec?.initContainers ?? []).map((_container, index) => ({
          op: 'replace',
          path: `/spec/initContainers/${index}/imagePullPolicy`,
          value: 'Always',
        })),
    });
    const { pod } = await namespace.createPod(podOf('web', gitSync));
    expect(pod.spec?.initContainers).toHaveLength(1);
    expect(initContainer(pod, 'git-sync')?.imagePullPolicy).toBe('Always');
    expect(webhookCalls(await auditedCreation(namespace)).map(({ webhook }) => webhook)).toEqual([
      'pods.sidecar.io',
      'zz-pull-always.example.com',
      'pods.sidecar.io',
    ]);
  });

  it('keeps the containers that webhooks before and after ours added', async () => {
    const namespace = await createNamespace();
    const add = (name: string) => (pod: V1Pod) =>
      pod.spec?.containers.some(container => container.name === name)
        ? []
        : [{ op: 'add', path: '/spec/containers/-', value: { name, image: `example.com/${name}:1` } }];
    await register({ name: 'aa-mesh', namespace, mutate: add('mesh') });
    await register({ name: 'zz-agent', namespace, mutate: add('agent') });
    const { pod } = await namespace.createPod(podOf('web', gitSync));
    expect(containerNames(pod)).toEqual(['web', 'mesh', 'agent']);
    expect(initContainerNames(pod)).toEqual(['git-sync']);
  });

  it('gets the sidecar that a webhook before ours asks for', async () => {
    const namespace = await createNamespace();
    await register({
      name: 'aa-annotate',
      namespace,
      mutate: askForSidecar,
    });
    const { pod } = await namespace.createPod(podOf('web', { 'example.com/site': 'x' }));
    expect(initContainer(pod, 'git-sync')).toBeDefined();
  });

  it('gets the sidecar that a webhook after ours asks for where it had an annotation of ours before, and is refused elsewhere', async () => {
    const namespace = await createNamespace();
    await register({
      name: 'zz-annotate',
      namespace,
      mutate: askForSidecar,
    });
    const known = await namespace.createPod(podOf('known', { 'sidecar.io/inject': 'true' }));
    expect(initContainer(known.pod, 'git-sync')).toBeDefined();
    // The API server repeats only the webhooks that it has called; the guard comes after all of them.
    const refusal = await namespace.refusalOf(podOf('unknown', { 'example.com/site': 'x' }));
    expect(refusal).toContain("ValidatingAdmissionPolicy 'sidecar-injector-guard'");
    expect(refusal).toContain('annotation sidecar.io/git-sync asks for a sidecar');
  });

  it('is refused where a webhook after ours took restartPolicy off the sidecar, which would never end', async () => {
    const namespace = await createNamespace();
    await register({
      name: 'zz-built-for-old-kubernetes',
      namespace,
      mutate: ({ spec }) =>
        (spec?.initContainers ?? []).map((_container, index) => ({
          op: 'remove',
          path: `/spec/initContainers/${index}/restartPolicy`,
        })),
    });
    const problem = await namespace.refusalOf(podOf('web', gitSync));
    expect(problem).toContain('init container "git-sync"');
    expect(problem).toContain('(native-lost)');
  });
});

/** The probe of the registration has no annotations, to which one could be added. */
function askForSidecar({ metadata }: V1Pod): readonly object[] {
  if (!metadata?.annotations) return [];
  return [{ op: 'add', path: '/metadata/annotations/sidecar.io~1git-sync', value: repository }];
}
