import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hasKubectl, installManifest } from '../../../scripts/generate-install.ts';
import { installedManifests } from '../../rendered-manifests.ts';

describe.skipIf(!hasKubectl())('what kubectl renders (skipped where there is no kubectl)', () => {
  it('is deploy/install.yaml, which "npm run generate" writes', () => {
    const file = readFileSync(new URL('../../../deploy/install.yaml', import.meta.url), 'utf8');
    expect(file === installManifest(), 'deploy/install.yaml is out of date; run "npm run generate"').toBe(
      true,
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
