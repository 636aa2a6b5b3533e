/** What a dead injector does to namespaces with the label, and to nobody else. */
import type { V1PodSpec } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callsOfWrites } from './audit-log.ts';
import { enabled, refusingNamespace, untilRefused, untilTaken } from './labelled-namespace.ts';
import { firstInitContainers } from './pod-containers.ts';
import { type Annotations, gitSync, podOf } from './pod-manifests.ts';
import { restrictedSecurityContext } from './restricted.ts';
import {
  describeWithApiServer,
  describeWithControllers,
  eventually,
  kubectl,
  startWebhook,
} from './suite.ts';
import { createNamespace, namespaceNamed, type TestNamespace } from './test-namespace.ts';
import type { Webhook } from './webhook.ts';
import { workloadOf } from './workload-manifests.ts';

const called = 'failed calling webhook "pods-in-namespaces.sidecar.io"';
const statsd: Annotations = { 'sidecar.io/statsd-exporter': 'true' };

describeWithApiServer('while no injector answers', () => {
  let labelled: TestNamespace;
  beforeAll(async () => {
    const webhook = await startWebhook();
    await webhook.stop('SIGKILL');
    labelled = await refusingNamespace(statsd, called);
  });

  it('a bare pod of a labelled namespace is refused, and the API server says which webhook it could not call', async () => {
    expect(await labelled.refusalOf(podOf('web'))).toMatch(
      /failed calling webhook "pods-in-namespaces\.sidecar\.io": failed to call webhook: Post "https:\/\/sidecar-injector\.sidecar-injector\.svc:443\/mutate\/namespaces\?timeout=5s": .*connection refused/,
    );
    // Annotated ones are the business of the first entry, here too.
    expect(await labelled.refusalOf(podOf('web', gitSync))).toContain(
      'failed calling webhook "pods.sidecar.io"',
    );
  });

  it.each<readonly [what: string, annotations: Annotations | undefined, spec: Partial<V1PodSpec>]>([
    ['that is opted out', { 'sidecar.io/inject': 'false' }, {}],
    ['that the kubelet shows', { 'kubernetes.io/config.mirror': 'x' }, { nodeName: 'node-1' }],
    ['for Windows', undefined, { os: { name: 'windows' } }],
    ['for nodes with Windows', undefined, { nodeSelector: { 'kubernetes.io/os': 'windows' } }],
  ])('a pod of a labelled namespace starts %s', async (what, annotations, spec) => {
    const name = what.replaceAll(' ', '-').toLowerCase();
    const { pod } = await labelled.createPod(podOf(name, annotations, spec));
    expect(pod.spec?.containers).toHaveLength(1);
  });

  it.each<readonly [what: string, labels: Annotations]>([
    ['without the label', {}],
    ['with another value of it', { 'sidecar.io/inject': 'true' }],
    ['that has opted out', { 'sidecar.io/inject': 'disabled' }],
  ])('a bare pod starts in a namespace %s, whatever that carries', async (_what, labels) => {
    const namespace = await createNamespace(labels, statsd);
    const { pod } = await namespace.createPod(podOf('web'));
    expect(pod.spec?.containers).toHaveLength(1);
  });

  describe.each(['sidecar-injector', 'kube-system', 'kube-node-lease'])('in the namespace %s', name => {
    const namespace = namespaceNamed(name);
    beforeAll(async () => {
      await namespace.kubectl('apply --server-side -f -', {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'default' },
      });
      await kubectl(`label namespace ${name} sidecar.io/inject=enabled`);
      await kubectl(`annotate namespace ${name} sidecar.io/statsd-exporter=true`);
      // Where a namespace of its own is noticed by now, this one is too.
      await refusingNamespace(statsd, called);
    });
    afterAll(async () => {
      await kubectl(`label namespace ${name} sidecar.io/inject-`);
      await kubectl(`annotate namespace ${name} sidecar.io/statsd-exporter-`);
    });

    it('a bare pod starts, although it is labelled', async () => {
      const { pod } = await namespace.createPod(podOf('web', undefined, restricted));
      expect(pod.spec?.initContainers).toBeUndefined();
      await namespace.kubectl('delete pod web --now');
    });
  });
});

describeWithApiServer('while no injector answers, nobody waits for it who', () => {
  beforeAll(async () => {
    const webhook = await startWebhook();
    await webhook.stop('SIGKILL');
  });

  it.each([
    ['takes the label away', 'label namespace % sidecar.io/inject-'],
    ['takes the annotation away', 'annotate namespace % sidecar.io/statsd-exporter-'],
    ['sets disabled', 'label --overwrite namespace % sidecar.io/inject=disabled'],
    ['writes what is not ours', 'annotate namespace % example.com/sidecar.io=true'],
    ['writes beside it what is there', 'label --overwrite namespace % sidecar.io/inject=enabled a=b'],
  ])('%s: the API server never asks', async (_what, command) => {
    const namespace = await createNamespace(enabled, statsd);
    await kubectl(command.replace('%', namespace.name));
    await kubectl(`label namespace ${namespace.name} end=reached`);
    const [creation, ...changes] = await callsOfWrites(namespace, 'namespaces', 3);
    expect(creation).toEqual(['namespaces.sidecar.io']);
    expect(changes.flat()).toEqual([]);
  });

  it.each([
    ['the label', 'label namespace % sidecar.io/inject=enabled'],
    ['an annotation', 'annotate namespace % sidecar.io/statsd-exporter=true'],
    ['a mistake', 'annotate namespace % sidecar.io/no-such=true'],
  ])('adds %s, which is asked about and taken', async (_what, command) => {
    const namespace = await createNamespace();
    await kubectl(command.replace('%', namespace.name));
    expect(await callsOfWrites(namespace, 'namespaces', 2)).toEqual([[], ['namespaces.sidecar.io']]);
  });

  it.each([
    ['the label is taken away', 'label namespace % sidecar.io/inject-'],
    ['disabled is set', 'label --overwrite namespace % sidecar.io/inject=disabled'],
  ])('bare pods start again as soon as %s', async (_what, command) => {
    const namespace = await refusingNamespace(statsd, called);
    await kubectl(command.replace('%', namespace.name));
    await untilTaken(namespace);
    await kubectl(`label --overwrite namespace ${namespace.name} sidecar.io/inject=enabled`);
    await untilRefused(namespace, called);
  });

  it('deletes a labelled namespace', async () => {
    const namespace = await refusingNamespace(statsd, called);
    await kubectl(`delete namespace ${namespace.name} --wait=false`);
  });
});

describeWithControllers('while no injector answers, a workload of a labelled namespace', () => {
  let webhook: Webhook | undefined;
  let labelled: TestNamespace;
  beforeAll(async () => {
    webhook = await startWebhook();
    await webhook.stop('SIGKILL');
    labelled = await refusingNamespace(statsd, called);
  });
  afterAll(() => webhook?.stop());

  it('is taken and changed, because nothing of it can start bare', async () => {
    await labelled.kubectl('create -f -', workloadOf('Deployment'));
    await labelled.kubectl('set image deployment/web web=nginx:1.30');
    const writes = await callsOfWrites(labelled, 'deployments', 2);
    expect(writes.slice(0, 2)).toEqual([
      ['workloads-in-namespaces.sidecar.io'],
      ['workloads-in-namespaces.sidecar.io'],
    ]);
  });

  it('has no pods, and says why in its events', async () => {
    await eventually(async () => expect(await labelled.warningEvents()).toContain(called), {
      withinMs: 60_000,
    });
    expect(firstInitContainers(await labelled.pods('app=web'))).toEqual([]);
  });
});

/** The namespace of the injector admits nothing less. */
const restricted = {
  containers: [{ name: 'web', image: 'nginx:1.29', securityContext: restrictedSecurityContext }],
};
