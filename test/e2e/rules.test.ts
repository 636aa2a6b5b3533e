/** Rules of the configuration in force: what pods get that say nothing, in namespaces that say nothing. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judgedSelectors } from '../judged-selectors.ts';
import { type Component, renderedWith } from '../rendered-manifests.ts';
import { configure } from './configuration.ts';
import { enabled } from './labelled-namespace.ts';
import { type Annotations, type PodManifest, podOf } from './pod-manifests.ts';
import { describeWithApiServer, eventually, kubectl, reinstall, startWebhook } from './suite.ts';
import { createNamespace, namespaceNamed, type TestNamespace } from './test-namespace.ts';
import type { Webhook } from './webhook.ts';
import { workloadOf } from './workload-manifests.ts';

const statsd: Annotations = { 'sidecar.io/statsd-exporter': 'true' };

const rules = [
  { annotations: { 'sidecar.io/statsd-exporter.cache-size': '10' } },
  { pods: { matchExpressions: [{ key: 'app', operator: 'Exists' }] }, annotations: statsd },
  {
    namespaces: { matchLabels: { team: 'shop' } },
    annotations: { 'sidecar.io/log-collector': '/var/log/app/*.log' },
  },
  { annotations: { 'sidecar.io/nobody-defines-it': 'true' } },
];

async function apply(...components: readonly Component[]): Promise<void> {
  const items = renderedWith(components);
  await kubectl('apply -f -', { apiVersion: 'v1', kind: 'List', items });
}

/** A pod with a label that a rule asks for. */
const labelled = (name: string, annotations?: Annotations, app = 'web'): PodManifest => {
  const pod = podOf(name, annotations);
  return { ...pod, metadata: { ...pod.metadata, labels: { app } } };
};

interface Injected {
  readonly sidecars: readonly string[];
  readonly status: Readonly<Record<string, { readonly from?: string }>>;
  readonly arguments: readonly string[];
}

async function injectedInto(namespace: TestNamespace, manifest = labelled('web')): Promise<Injected> {
  const { pod } = await namespace.createPod(manifest);
  const containers = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])];
  return {
    sidecars: containers.map(({ name }) => name).filter(name => name !== 'web'),
    status: JSON.parse(pod.metadata?.annotations?.['sidecar.io/status'] ?? '{}'),
    arguments: containers.flatMap(({ args = [] }) => args),
  };
}

describeWithApiServer('rules, with cluster-wide', () => {
  let webhook: Webhook;
  beforeAll(async () => {
    await apply('cluster-wide');
    await configure({ inject: rules });
    webhook = await startWebhook();
    const namespace = await createNamespace();
    await eventually(async () => {
      const { pod } = await namespace.createPod(labelled('probe'), '--dry-run=server');
      if (!pod.metadata?.annotations?.['sidecar.io/status']) throw new Error('the pod is bare');
    });
  });
  afterAll(async () => {
    await webhook.stop();
    await reinstall();
  });

  it('say what a pod gets that says nothing, in a namespace that says nothing', async () => {
    const injected = await injectedInto(await createNamespace());
    expect(injected.sidecars).toEqual(['statsd-exporter']);
    expect(injected.status['statsd-exporter']?.from).toBe('rule 2');
    // A rule that asks for nothing gives the others a default.
    expect(injected.arguments).toContain('--statsd.cache-size=10');
  });

  it('take the pods and namespaces that they select, and no others', async () => {
    const shop = await createNamespace({ team: 'shop' });
    const { sidecars, status } = await injectedInto(shop);
    expect([...sidecars].sort()).toEqual(['log-collector', 'statsd-exporter']);
    expect(status['log-collector']?.from).toBe('rule 3');
    expect((await injectedInto(shop, podOf('plain'))).sidecars).toEqual(['log-collector']);
    expect((await injectedInto(await createNamespace(), podOf('plain'))).sidecars).toEqual([]);
  });

  it('are weaker than what the pod says', async () => {
    const namespace = await createNamespace();
    const own = { 'sidecar.io/statsd-exporter.cache-size': '99' };
    expect((await injectedInto(namespace, labelled('own', own))).arguments).toContain(
      '--statsd.cache-size=99',
    );
    for (const [name, annotations] of Object.entries({
      off: { 'sidecar.io/statsd-exporter': 'false' },
      left: { 'sidecar.io/statsd-exporter.inject': 'false' },
      out: { 'sidecar.io/inject': 'false' },
    }))
      expect((await injectedInto(namespace, labelled(name, annotations))).sidecars).toEqual([]);
  });

  it('are weaker than what the namespace says, and count there too', async () => {
    const namespace = await createNamespace(enabled, { 'sidecar.io/statsd-exporter.cache-size': '20' });
    await eventually(async () => {
      const { pod } = await namespace.createPod(labelled('probe'), '--dry-run=server');
      if (!pod.metadata?.annotations?.['sidecar.io/status']) throw new Error('the pod is bare');
    });
    const injected = await injectedInto(namespace);
    expect(injected.arguments).toContain('--statsd.cache-size=20');
    expect(injected.status['statsd-exporter']?.from).toBe('rule 2');
    const off = await createNamespace(enabled, { 'sidecar.io/statsd-exporter': 'false' });
    // Until the API server has learnt of the label the rule counts alone.
    await eventually(async () => {
      const { pod } = await off.createPod(labelled('probe'), '--dry-run=server');
      expect(pod.spec?.initContainers ?? []).toEqual([]);
    });
  });

  it('count for what a label without them would tell, when it is set', async () => {
    const { name } = await createNamespace({ team: 'shop' });
    const { stderr } = await kubectl(`label --overwrite namespace ${name} sidecar.io/inject=enabled`);
    expect(stderr).toContain(`Warning: new pods in ${name} will get log-collector (rule 3)`);
  });

  it('do nothing where a namespace is labelled disabled, or always left out', async () => {
    const disabled = await createNamespace({ 'sidecar.io/inject': 'disabled', team: 'shop' });
    expect((await injectedInto(disabled)).sidecars).toEqual([]);
    const system = namespaceNamed('kube-system');
    await system.kubectl('apply --server-side -f -', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default' },
    });
    expect((await injectedInto(system, labelled('rules-do-nothing'))).sidecars).toEqual([]);
    await system.kubectl('delete pod rules-do-nothing --now');
  });

  it('are told to whoever makes a workload, whose template stays as it is', async () => {
    const namespace = await createNamespace();
    const { stderr } = await namespace.kubectl(
      'create -f -',
      workloadOf('Deployment', { spec: { replicas: 0 } }),
    );
    expect(stderr).toContain("web's pods will get statsd-exporter");
    const { spec } = await namespace.json<{ spec: { template: { metadata: object } } }>('get deployment web');
    expect(JSON.stringify(spec.template.metadata)).not.toContain('sidecar.io/');
  });

  it('refuse a pod that their sidecar does not fit into, and name the way out', async () => {
    const namespace = await createNamespace();
    const pod = labelled('host');
    const onHost = { ...pod, spec: { ...pod.spec, hostNetwork: true } };
    const wayOut =
      'it comes from rule 2: set sidecar.io/statsd-exporter.inject: "false" on the pod to leave it out';
    expect(await namespace.refusalOf(onHost)).toContain(wayOut);
    const left = { 'sidecar.io/statsd-exporter.inject': 'false' };
    const { sidecars } = await injectedInto(namespace, {
      ...onHost,
      metadata: labelled('host', left).metadata,
    });
    expect(sidecars).toEqual([]);
  });

  it('that no definition can fulfil are left out, and the operator is told', async () => {
    const said = webhook.entries.filter(({ msg }) => msg === 'rule left out');
    expect(said).toMatchObject([{ rule: 'rule 4', reason: 'unknown-sidecar' }]);
    const { text } = await webhook.status('/readyz');
    expect(text).toContain(
      '[+]rules 3 in force; rule 4: annotation sidecar.io/nobody-defines-it: no sidecar',
    );
    expect((await webhook.status('/metrics')).text).toContain('sidecar_injector_rules{state="rejected"} 1');
  });
});

describeWithApiServer('rules, where namespaces may not be read', () => {
  let webhook: Webhook;
  beforeAll(async () => {
    await apply('cluster-wide');
    await configure({ inject: [{ annotations: statsd }] });
    await kubectl('delete clusterrolebinding sidecar-injector-namespaces');
    webhook = await startWebhook();
  });
  afterAll(async () => {
    await webhook.stop();
    await reinstall();
  });

  it('count for no pod: it is let in bare, and the log says why', async () => {
    const namespace = await createNamespace();
    await eventually(async () => {
      await namespace.createPod(podOf('probe'), '--dry-run=server');
      expect(webhook.entries).toContainEqual(
        expect.objectContaining({
          status: 503,
          reason: expect.stringMatching(/^which rules count for the pod is not known: .*403/),
        }),
      );
    });
    expect((await injectedInto(namespace, podOf('web'))).sidecars).toEqual([]);
  });

  it('hinder no pod that asks itself', async () => {
    const namespace = await createNamespace();
    expect((await injectedInto(namespace, podOf('web', statsd))).sidecars).toEqual(['statsd-exporter']);
  });
});

describeWithApiServer('a label selector of a rule', () => {
  const policy = (selector: unknown) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'selector' },
    spec: { podSelector: selector },
  });

  describe('is judged as the API server judges one', () => {
    it.each(judgedSelectors)('%s', async (_title, selector, isRight) => {
      const asked = kubectl('create --dry-run=server --validate=strict -f -', policy(selector));
      const answer = await asked.then(
        () => true,
        (error: Error) => {
          expect(error.message).toMatch(
            /is invalid|strict decoding error|cannot unmarshal|cannot be handled|unable to decode/i,
          );
          return false;
        },
      );
      expect(answer).toBe(isRight);
    });
  });
});
