/** What the chart has for Helm alone: the Job before a release is deleted, and the test of a release. */
import { describe, expect, it } from 'vitest';
import { names } from '../../src/cluster/names.ts';
import { policyNames } from '../../src/cluster/registered-objects.ts';
import { templatedHooks } from '../rendered-chart.ts';
import { manifestOf, renderedManifests } from '../rendered-manifests.ts';

interface PodTemplate {
  readonly metadata: {
    readonly annotations: Readonly<Record<string, string>>;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly spec: Readonly<Record<string, unknown>> & {
    readonly containers: readonly { readonly image: string; readonly args: readonly string[] }[];
  };
}

const values = {
  image: { repository: 'registry.example.com/injector' },
  imagePullSecrets: [{ name: 'registry' }],
  nodeSelector: { pool: 'platform' },
  tolerations: [{ key: 'platform', operator: 'Exists' }],
  affinity: {
    nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] },
    podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] },
  },
  // A mesh that is told to leave these pods alone: with its proxy a Job may never end.
  podAnnotations: { 'sidecar.istio.io/inject': 'false' },
  podLabels: { 'sidecar.istio.io/inject': 'false' },
};
const hooks = templatedHooks({ values, namespace: 'platform' });
const job = manifestOf<{ spec: { template: PodTemplate } }>(hooks, 'Job').spec.template;
const pod = manifestOf<PodTemplate>(hooks, 'Pod');

describe('the Job before a release is deleted', () => {
  it('may delete what unregister deletes, by its names, and nothing else', () => {
    const { rules } = manifestOf<{
      rules: readonly { resourceNames: readonly string[]; verbs: readonly string[] }[];
    }>(hooks, 'ClusterRole', 'sidecar-injector-unregister');
    expect(rules.map(({ resourceNames, verbs }) => ({ resourceNames, verbs }))).toEqual([
      { resourceNames: [names.webhookConfiguration], verbs: ['get', 'delete'] },
      { resourceNames: [...policyNames], verbs: ['delete'] },
    ]);
  });
});

describe.each([
  ['Job', job, 'sidecar-injector-unregister', ['unregister', '--namespace', 'platform']],
  ['test', pod, 'sidecar-injector-test', ['check', '--wait', '30s', '--namespace', 'default']],
] as const)('the pod of the %s', (_name, { metadata, spec }, account, args) => {
  it('runs the image of the injector where its pods may run', () => {
    expect(spec.containers[0]).toMatchObject({
      image: expect.stringMatching(/^registry\.example\.com\/injector:/),
      args,
    });
    const { imagePullSecrets, nodeSelector, tolerations } = values;
    expect(spec).toMatchObject({ imagePullSecrets, nodeSelector, tolerations, serviceAccountName: account });
  });

  it('has the annotations and labels that the values give to pods, and is kept from no node by the replicas', () => {
    expect(metadata.annotations).toMatchObject(values.podAnnotations);
    expect(metadata.labels).toMatchObject(values.podLabels);
    expect(spec['affinity']).toEqual({ nodeAffinity: values.affinity.nodeAffinity });
  });

  it('gets no traffic of the injector', () => {
    const services = renderedManifests('default').filter(({ kind }) => kind === 'Service');
    for (const { spec: service } of services as unknown as readonly { spec: { selector: object } }[]) {
      expect(metadata.labels).not.toMatchObject(service.selector);
    }
  });
});

it('every object is there for its hook alone', () => {
  const policies = hooks.map(({ metadata }) => metadata.annotations?.['helm.sh/hook-delete-policy']);
  for (const policy of policies) expect(policy).toContain('before-hook-creation,hook-succeeded');
});
