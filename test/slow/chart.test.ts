/** The chart gives what kustomize gives of the same components, and refuses what makes no sense. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { firstCallMs, tool } from '../../scripts/tools/tool.ts';
import { emptySidecarSet, nextSidecarSet } from '../../src/sidecars/sidecar-set.ts';
import { fileIn } from '../documents.ts';
import {
  type ChartOptions,
  chartDirectory,
  runTemplate,
  templatedHooks,
  templatedManifests,
} from '../rendered-chart.ts';
import {
  type Manifest,
  manifestOf,
  renderedBase,
  renderedDirectory,
  renderedManifests,
} from '../rendered-manifests.ts';

beforeAll(() => {
  // Built on the first run of a machine.
  tool('helm');
}, firstCallMs);

type Values = NonNullable<ChartOptions['values']>;

interface Case {
  readonly values: Values;
  readonly components: readonly string[];
  readonly namespace?: string;
}

const cases: Readonly<Record<string, Case>> = {
  'default values': { values: {}, components: ['guard'] },
  'no guard': { values: { guard: false }, components: [] },
  monitoring: { values: { monitoring: true }, components: ['guard', 'monitoring'] },
  networkPolicy: { values: { networkPolicy: true }, components: ['guard', 'network-policy'] },
  files: { values: { files: true }, components: ['guard', 'files'] },
  certManager: { values: { certManager: true }, components: ['guard', 'cert-manager'] },
  clientCertificates: {
    values: { clientCertificates: true },
    components: ['guard', 'client-certificates'],
  },
  clusterWide: { values: { clusterWide: true }, components: ['guard', 'cluster-wide'] },
  namespaceOwners: { values: { namespaceOwners: true }, components: ['guard', 'namespace-owners'] },
  'namespaces.failurePolicy': {
    values: { namespaces: { failurePolicy: 'Ignore' } },
    components: ['guard', 'namespaces-ignore'],
  },
  'namespaces.failurePolicy without the guard': {
    values: { guard: false, namespaces: { failurePolicy: 'Ignore' } },
    components: ['namespaces-ignore'],
  },
  'default values in another namespace': { values: {}, components: ['guard'], namespace: 'platform' },
  'everything, in another namespace': {
    values: {
      monitoring: true,
      networkPolicy: true,
      certManager: true,
      clusterWide: true,
      namespaceOwners: true,
      namespaces: { failurePolicy: 'Ignore' },
    },
    components: [
      'guard',
      'namespaces-ignore',
      'cluster-wide',
      'namespace-owners',
      'cert-manager',
      'network-policy',
      'monitoring',
    ],
    namespace: 'platform',
  },
};

describe('the chart', () => {
  it.each(Object.entries(cases))(
    'gives the objects of kustomize: %s',
    (_name, { values, components, namespace }) => {
      const fromChart = templatedManifests({ values, ...(namespace && { namespace }) });
      expect(byName(fromChart.map(withoutChecksum))).toEqual(
        byName(renderedBase(components, namespace).map(comparable)),
      );
    },
  );

  it('gives the overlay hardened by the values that the page shows, but for comments in the settings', () => {
    const shown = parse(fileIn('docs/install/helm.md', 'settings.yaml'));
    const { workloadKinds: _kinds, sidecars: _sidecars, ...values } = shown;
    const withSettings = (manifests: readonly Manifest[]) =>
      byName(
        manifests.map(manifest =>
          manifest.metadata.name === 'sidecar-injector-config' ? settingsOf(manifest) : manifest,
        ),
      );
    const overlay = renderedManifests('hardened').filter(({ kind }) => kind !== 'Namespace');
    expect(withSettings(templatedManifests({ values }).map(withoutChecksum))).toEqual(
      withSettings(overlay.map(comparable)),
    );
  });

  it('gives what docs/examples/workload-kinds shows by the same entries', () => {
    const example = renderedDirectory('docs/examples/workload-kinds').filter(
      ({ kind }) => kind !== 'Namespace',
    );
    const isSettings = ({ metadata }: Manifest) => metadata.name.startsWith('sidecar-injector-config');
    const { workloadKinds } = settingsOf(example.find(isSettings) as Manifest).data;
    const fromChart = templatedManifests({ values: { workloadKinds } });
    const withSettings = (manifest: Manifest) => (isSettings(manifest) ? settingsOf(manifest) : manifest);
    expect(byName(fromChart.map(withoutChecksum).map(withSettings))).toEqual(
      byName(example.map(comparable).map(withSettings)),
    );
  });

  it('takes the values and definitions that the page shows', () => {
    const files = ['values.yaml', 'settings.yaml'].map(file => parse(fileIn('docs/install/helm.md', file)));
    for (const values of files) {
      const manifests = templatedManifests({ values });
      const data = manifestOf<{ data: Record<string, string> }>(
        manifests,
        'ConfigMap',
        'sidecar-injector-sidecars',
      );
      const { problems, sidecars } = nextSidecarSet(
        emptySidecarSet,
        Object.entries(data.data).map(([name, text]) => ({ name, text })),
      );
      expect(problems).toEqual([]);
      const named = Object.entries<object | false>(values.sidecars ?? {});
      for (const [name, definition] of named) expect(sidecars.has(name), name).toBe(definition !== false);
    }
  });

  it('gives the overlay policy, and nothing that runs, where policies inject', () => {
    const options = { values: { mode: 'policy' }, kubeVersion: '1.36.0' };
    const overlay = byName(renderedManifests('policy').map(comparable));
    expect(byName(templatedManifests(options))).toEqual(overlay);
    expect(templatedHooks(options)).toEqual([]);
    const elsewhere = byName(templatedManifests({ ...options, namespace: 'platform' }));
    expect(elsewhere).toEqual(
      JSON.parse(JSON.stringify(overlay).replaceAll('["sidecar-injector",', '["platform",')),
    );
    const bare = templatedManifests({ ...options, values: { mode: 'policy', guard: false } });
    expect(new Set(Object.keys(byName(bare)))).toEqual(
      new Set(Object.keys(overlay).filter(name => !name.includes(' sidecar-injector-'))),
    );
  });

  it('fits into the Secret of a release with the policies, where Helm keeps files and manifests', () => {
    const { stdout } = runTemplate({ values: { mode: 'policy' }, kubeVersion: '1.36.0' });
    const file = readFileSync(join(chartDirectory, 'files/policies.yaml')).toString('base64');
    const stored = gzipSync(JSON.stringify({ chart: { files: [file] }, manifest: stdout })).toString(
      'base64',
    );
    // A Secret takes 1 MiB; the rest of the chart is a tenth of it.
    expect(stored.length).toBeLessThan(800_000);
  });

  it('is fine by helm lint', () => {
    const { status, stdout } = spawnSync(tool('helm'), ['lint', '--strict', chartDirectory], {
      encoding: 'utf8',
    });
    expect({ status, stdout }).toMatchObject({ status: 0 });
  });
});

type Objects = Readonly<Record<string, Manifest>>;

function byName(manifests: readonly Manifest[]): Objects {
  const entries = manifests.map(
    manifest => [`${manifest.kind} ${manifest.metadata.name}`, manifest] as const,
  );
  expect(new Set(entries.map(([name]) => name)).size).toBe(entries.length);
  return Object.fromEntries(entries);
}

const checksum = 'checksum/configuration';

/** The annotation that rolls the Deployment, as the hash in the name of the ConfigMap does with kustomize. */
function withoutChecksum(manifest: Manifest): Manifest {
  if (manifest.kind !== 'Deployment') return manifest;
  const { spec } = manifest as Deployment;
  const { [checksum]: sum, ...annotations } = spec.template.metadata.annotations;
  expect(sum).toMatch(/^[0-9a-f]{64}$/);
  const metadata = { ...spec.template.metadata, annotations };
  return { ...manifest, spec: { ...spec, template: { ...spec.template, metadata } } } as Manifest;
}

/**
 * An object of kustomize with the configuration's name as it is without its hash, and in no namespace where its kind is in
 * none: of kinds that it does not know kustomize thinks that they are.
 */
function comparable(manifest: Manifest): Manifest {
  const plain = JSON.parse(
    JSON.stringify(manifest).replaceAll(/sidecar-injector-config-[a-z0-9]{10}/g, 'sidecar-injector-config'),
  );
  if (/^(ValidatingAdmissionPolicy|MutatingWebhookConfiguration|PriorityClass)/.test(manifest.kind))
    delete plain.metadata.namespace;
  return plain;
}

/** The ConfigMap of the settings, with what they say in place of their text. */
function settingsOf(manifest: Manifest) {
  const { data } = manifest as Manifest & { readonly data: Readonly<Record<string, string>> };
  return { ...manifest, data: parse(data['config.yaml'] ?? '') };
}

interface Deployment extends Manifest {
  readonly spec: {
    readonly template: { readonly metadata: { readonly annotations: Readonly<Record<string, string>> } };
  };
}

describe('a wrong value is refused with its name', () => {
  const wrong: Readonly<Record<string, readonly [ChartOptions, string]>> = {
    'a text for a switch': [{ values: { guard: 'yes' } }, '/guard'],
    'an unknown value': [{ values: { gaurd: false } }, 'gaurd'],
    'an unknown value of a part': [{ values: { image: { name: 'x' } } }, 'name'],
    'a digest that is none': [{ values: { image: { digest: 'sha256:1' } } }, '/image/digest'],
    'no replica': [{ values: { replicas: 0 } }, '/replicas'],
    'another failure policy': [
      { values: { namespaces: { failurePolicy: 'Warn' } } },
      '/namespaces/failurePolicy',
    ],
    'a setting that the chart makes': [{ values: { config: { listen: '[::]:1' } } }, 'listen'],
    'an unknown setting': [{ values: { config: { alowedHosts: [] } } }, 'alowedHosts'],
    'a wrong setting': [{ values: { config: { logLevel: 'loud' } } }, '/config/logLevel'],
    'a kind of Kubernetes itself': [
      {
        values: {
          workloadKinds: [
            {
              group: 'apps',
              version: 'v1',
              resource: 'deployments',
              kind: 'Deployment',
              template: 'spec.template',
            },
          ],
        },
      },
      '/workloadKinds/0/group',
    ],
    'a definition that is switched on': [
      { values: { sidecars: { 'git-sync': true } } },
      '/sidecars/git-sync',
    ],
    'the label by which pods are found': [
      { values: { podLabels: { 'app.kubernetes.io/name': 'x' } } },
      'app.kubernetes.io~1name',
    ],
    'two sources of the certificate': [{ values: { files: true, certManager: true } }, 'files, certManager'],
    'a CA that the injector makes': [
      { values: { certificates: { caBundle: 'Q0E=' } } },
      'certificates.caBundle',
    ],
    'a Kubernetes without policies': [
      { kubeVersion: '1.29.0' },
      'guard: policies need Kubernetes 1.30 or later',
    ],
    'another mode': [{ values: { mode: 'both' } }, '/mode'],
    'a Kubernetes without policies that inject': [
      { values: { mode: 'policy' }, kubeVersion: '1.35.4' },
      'mode: policies that inject need Kubernetes 1.36 or later',
    ],
    'settings of a webhook that there is not': [
      { values: { mode: 'policy', config: { allowedHosts: [] } }, kubeVersion: '1.36.0' },
      'config: only where mode=webhook',
    ],
    'parts of a webhook that there is not': [
      { values: { mode: 'policy', monitoring: true }, kubeVersion: '1.36.0' },
      'monitoring: only where mode=webhook',
    ],
    'a Kubernetes without conditions': [{ values: { guard: false }, kubeVersion: '1.27.0' }, '1.27.0'],
  };

  it.each(Object.entries(wrong))('%s', (_name, [options, named]) => {
    const { status, stderr } = runTemplate(options);
    expect(status).not.toBe(0);
    expect(stderr).toContain(named);
  });

  it('and a version of a managed cluster is taken', () => {
    expect(runTemplate({ kubeVersion: '1.30.5-gke.1014001' })).toMatchObject({ status: 0 });
    expect(runTemplate({ kubeVersion: '1.28.0', values: { guard: false } })).toMatchObject({ status: 0 });
  });
});
