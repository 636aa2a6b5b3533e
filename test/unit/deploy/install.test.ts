import { readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { renderedFiles } from '../../../scripts/generate.ts';
import { hasKubectl } from '../../../scripts/generate-install.ts';
import { installedManifests } from '../../rendered-manifests.ts';

describe.skipIf(!hasKubectl())('what kubectl renders (skipped where there is no kubectl)', () => {
  const files = hasKubectl() ? renderedFiles() : new Map<string, string>();

  it.each([...files])('is %s, which "npm run generate" writes', (path, text) => {
    const file = readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
    expect(file === text, `${path} is out of date; run "npm run generate"`).toBe(true);
  });

  it('is every template of the chart that says so', () => {
    const directory = new URL('../../../deploy/chart/templates/', import.meta.url);
    const generated = readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .filter(name => !statSync(new URL(name, directory)).isDirectory())
      .filter(name => readFileSync(new URL(name, directory), 'utf8').startsWith('{{- /* Generated'))
      .map(name => `deploy/chart/templates/${name}`);
    expect(generated.toSorted()).toEqual(
      [...files.keys()].filter(path => path.includes('/templates/')).toSorted(),
    );
  });
});

describe('deploy/install.yaml', () => {
  const kinds = installedManifests().map(({ kind }) => kind);

  it('names things after what they need', () => {
    const order = ['Namespace', 'ServiceAccount', 'ConfigMap', 'Service', 'PriorityClass', 'Deployment'];
    expect(kinds.filter(kind => order.includes(kind))).toEqual(
      order.flatMap(kind => kinds.filter(k => k === kind)),
    );
    expect(kinds.indexOf('ValidatingAdmissionPolicyBinding')).toBe(
      kinds.lastIndexOf('ValidatingAdmissionPolicy') + 1,
    );
    // Nothing is refused before everything that can answer is there.
    expect(kinds.at(-1)).toBe('MutatingWebhookConfiguration');
  });

  it('has every kind once but the ConfigMaps and the policies, and what people ask the replicas through', () => {
    const others = installedManifests().filter(
      ({ kind, metadata }) =>
        kind !== 'ConfigMap' &&
        !kind.startsWith('ValidatingAdmissionPolicy') &&
        // Those to look at namespaces stand beside the others.
        !['sidecar-injector-status', 'sidecar-injector-namespaces'].includes(metadata.name ?? ''),
    );
    expect(others.map(({ kind }) => kind)).toEqual([...new Set(others.map(({ kind }) => kind))]);
  });
});
