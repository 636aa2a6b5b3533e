/** What the values of the chart change in the objects. */
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { firstCallMs, tool } from '../../scripts/tools/tool.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { type ChartOptions, templatedManifests } from '../rendered-chart.ts';
import { type Manifest, manifestOf } from '../rendered-manifests.ts';

beforeAll(() => {
  // Built on the first run of a machine.
  tool('helm');
}, firstCallMs);

type Values = NonNullable<ChartOptions['values']>;

const checksum = 'checksum/configuration';

interface Deployment extends Manifest {
  readonly spec: {
    readonly replicas: number;
    readonly template: {
      readonly metadata: Required<Pick<Manifest['metadata'], 'annotations' | 'labels'>>;
      readonly spec: Readonly<Record<string, unknown>> & {
        readonly containers: readonly { readonly image: string; readonly resources: unknown }[];
      };
    };
  };
}

function templateOf(manifest: Manifest) {
  return (manifest as Deployment).spec.template;
}

function deploymentOf(values: Values = {}) {
  return manifestOf<Deployment>(templatedManifests({ values }), 'Deployment');
}

function dataOf(name: string, values: Values): Readonly<Record<string, string>> {
  const manifests = templatedManifests({ values });
  return manifestOf<{ data: Record<string, string> }>(manifests, 'ConfigMap', name).data;
}

describe('values of the chart', () => {
  it('say where the image is', () => {
    const image = (value: object) => deploymentOf({ image: value }).spec.template.spec.containers[0]?.image;
    const digest = `sha256:${'0'.repeat(64)}`;
    expect(image({ repository: 'registry.example.com/sidecar-injector' })).toBe(
      'registry.example.com/sidecar-injector:0.1.0',
    );
    expect(image({ tag: '1.2.3' })).toBe('sidecar-injector:1.2.3');
    expect(image({ tag: '1.2.3', digest })).toBe(`sidecar-injector@${digest}`);
  });

  it('place the pods', () => {
    const toleration = { key: 'dedicated', operator: 'Exists' };
    const values = {
      imagePullSecrets: [{ name: 'registry' }],
      nodeSelector: { 'kubernetes.io/os': 'linux' },
      tolerations: [toleration],
      affinity: { nodeAffinity: {} },
      priorityClassName: 'high',
    };
    const manifests = templatedManifests({ values });
    expect(templateOf(manifestOf(manifests, 'Deployment')).spec).toMatchObject(values);
    expect(manifests.map(({ kind }) => kind)).not.toContain('PriorityClass');
  });

  it('size and mark the pods', () => {
    const resources = { requests: { cpu: '1' } };
    const { spec } = deploymentOf({
      replicas: 3,
      resources,
      podAnnotations: { team: 'platform' },
      podLabels: { team: 'platform' },
    });
    expect(spec.replicas).toBe(3);
    // Helm merges the maps of values, as for each chart.
    expect(spec.template.spec.containers[0]?.resources).toMatchObject({
      requests: { cpu: '1', memory: '96Mi' },
    });
    expect(spec.template.metadata).toMatchObject({
      annotations: { team: 'platform' },
      labels: { team: 'platform', 'app.kubernetes.io/name': 'sidecar-injector' },
    });
  });

  const rollouts = {
    group: 'argoproj.io',
    version: 'v1alpha1',
    resource: 'rollouts',
    kind: 'Rollout',
    template: 'spec.template',
  };

  it('are settings that the program takes', () => {
    const values = {
      config: { drainSeconds: 20, allowedHosts: ['github.com'], defaults: { 'git-sync': { period: '5m' } } },
      workloadKinds: [rollouts],
    };
    const text = dataOf('sidecar-injector-config', values)['config.yaml'] ?? '';
    const { config } = {
      config: undefined,
      ...parseConfig({ flags: [], variables: {}, file: { path: 'config.yaml', text } }),
    };
    expect(config).toMatchObject({
      ...values.config,
      tls: 'managed',
      logFormat: 'json',
      workloadKinds: [rollouts],
    });
  });

  it('roll the Deployment where they change a setting', () => {
    const sum = (values: Values) => deploymentOf(values).spec.template.metadata.annotations[checksum];
    expect(sum({ config: { drainSeconds: 20 } })).not.toBe(sum({}));
    expect(sum({ workloadKinds: [rollouts] })).not.toBe(sum({}));
    expect(sum({ networkPolicy: true })).toBe(sum({}));
  });

  it('give a kind of workload its rule, in the webhook for workloads alone', () => {
    const webhooks = (values: Values) =>
      manifestOf<{ webhooks: readonly { name: string; rules: readonly object[] }[] }>(
        templatedManifests({ values }),
        'MutatingWebhookConfiguration',
      ).webhooks;
    const rule = {
      apiGroups: ['argoproj.io'],
      apiVersions: ['v1alpha1'],
      operations: ['CREATE', 'UPDATE'],
      resources: ['rollouts'],
      scope: 'Namespaced',
    };
    expect(webhooks({ workloadKinds: [rollouts] })).toEqual(
      webhooks({}).map(webhook =>
        webhook.name === 'workloads.sidecar.io' ? { ...webhook, rules: [...webhook.rules, rule] } : webhook,
      ),
    );
  });

  it('replace, add and leave out definitions', () => {
    const usual = dataOf('sidecar-injector-sidecars', {});
    const own = { apiVersion: 'sidecar.io/v1', kind: 'Sidecar', metadata: { name: 'own' } };
    const text = '# as it is\nkind: Sidecar\n';
    const { 'own.yaml': added, ...rest } = dataOf('sidecar-injector-sidecars', {
      sidecars: { own, 'git-sync': text, 'git-sync.next': text, 'tls-proxy': false },
    });
    const { 'tls-proxy.yaml': _gone, ...kept } = usual;
    expect(rest).toEqual({ ...kept, 'git-sync.yaml': text, 'git-sync.next.yaml': text });
    expect(parse(added ?? '')).toEqual(own);
  });

  it('bring a certificate of your own, and its CA into each webhook', () => {
    const certificates = { secretName: 'company', caBundle: 'Q0E=' };
    const manifests = templatedManifests({ values: { files: true, clusterWide: true, certificates } });
    const { webhooks } = manifestOf<{ webhooks: readonly { clientConfig: { caBundle?: string } }[] }>(
      manifests,
      'MutatingWebhookConfiguration',
    );
    expect(webhooks.map(({ clientConfig }) => clientConfig.caBundle)).toEqual(webhooks.map(() => 'Q0E='));
    expect(webhooks).toHaveLength(7);
    expect(JSON.stringify(templateOf(manifestOf(manifests, 'Deployment')).spec)).toContain(
      '"secretName":"company"',
    );
  });

  it('have the cainjector write the CA from the Secret', () => {
    const values = { files: true, certificates: { caFromSecret: true } };
    const { metadata } = manifestOf(
      templatedManifests({ values, namespace: 'platform' }),
      'MutatingWebhookConfiguration',
    );
    expect(metadata.annotations).toEqual({
      'cert-manager.io/inject-ca-from-secret': 'platform/sidecar-injector-tls',
    });
  });
});
