/** The overlay without an injector: what is in it, and that it says what the rest of the project says. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { hasKubectl } from '../../../scripts/generate-install.ts';
import { excludedNamespaces } from '../../../src/namespaces/excluded-namespaces.ts';
import { emptySidecarSet, nextSidecarSet } from '../../../src/sidecars/sidecar-set.ts';
import { type Manifest, renderedManifests } from '../../rendered-manifests.ts';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const policies = parseAllDocuments(read('deploy/overlays/policy/policies.yaml')).map(
  document => document.toJS() as Policy,
);

interface Policy extends Manifest {
  readonly spec: {
    readonly policyName?: string;
    readonly matchConstraints?: {
      readonly namespaceSelector?: { readonly matchExpressions?: readonly object[] };
    };
  };
}

const idOf = ({ kind, metadata }: Manifest) => `${kind} ${metadata.name}`;

describe('the policies that ship', () => {
  it('inject and refuse for each definition that is installed, in both kinds of namespaces', () => {
    const files: readonly string[] = parse(read('sidecars/kustomization.yaml')).configMapGenerator[0].files;
    const { sidecars } = nextSidecarSet(
      emptySidecarSet,
      files.map(name => ({ name, text: read(`sidecars/${name}`) })),
    );
    expect(sidecars.size).toBe(files.length);
    const ids = policies.map(idOf);
    for (const { name, hash } of sidecars.values()) {
      const own = ['Mutating', 'Validating'].flatMap(does =>
        [`${name}.sidecar.io`, `${name}.namespaces.sidecar.io`].map(id => `${does}AdmissionPolicy ${id}`),
      );
      expect(ids).toEqual(expect.arrayContaining(own));
      const found = policies.filter(
        ({ metadata }) => metadata.labels?.['policies.sidecar.io/sidecar'] === name,
      );
      expect(found).toHaveLength(2 * own.length);
      for (const { metadata } of found)
        expect(metadata.annotations).toMatchObject({ 'policies.sidecar.io/definition': hash });
    }
  });

  it('are each bound, once, and found by their labels', () => {
    const names = (kind: RegExp, nameOf: (policy: Policy) => string | undefined) =>
      policies.filter(policy => kind.test(policy.kind)).map(policy => `${policy.kind} ${nameOf(policy)}`);
    const bound = names(/Binding$/, ({ spec }) => spec.policyName).map(id => id.replace('Binding', ''));
    expect(bound.toSorted()).toEqual(names(/Policy$/, ({ metadata }) => metadata.name).toSorted());
    for (const { metadata } of policies)
      expect(metadata.labels).toMatchObject({
        'app.kubernetes.io/name': 'sidecar-injector',
        'app.kubernetes.io/component': 'policy',
      });
  });

  it('are those of the chart, in whose file each long text stands once', () => {
    const { objects } = parse(read('deploy/chart/files/policies.yaml'), { maxAliasCount: -1 });
    expect(objects).toEqual(policies);
  });

  it('leave out the namespaces that the webhook leaves out', () => {
    const selectors = policies
      .filter(({ kind }) => kind.endsWith('Policy'))
      .map(({ spec }) => spec.matchConstraints);
    for (const { namespaceSelector } of selectors.filter(found => found !== undefined))
      expect(namespaceSelector?.matchExpressions).toContainEqual({
        key: 'kubernetes.io/metadata.name',
        operator: 'NotIn',
        values: [...excludedNamespaces],
      });
  });

  it('never look at the namespace in a condition, with which they would refuse everything', () => {
    const conditions = policies.map(({ spec }) =>
      JSON.stringify((spec as { matchConditions?: object }).matchConditions ?? []),
    );
    expect(conditions.filter(text => text.includes('namespaceObject'))).toEqual([]);
    expect(conditions.filter(text => text !== '[]').length).toBeGreaterThan(0);
  });
});

describe.skipIf(!hasKubectl())('the overlay policy (skipped where there is no kubectl)', () => {
  const manifests = hasKubectl() ? renderedManifests('policy') : [];

  it('is the policies that inject, sign for sign, and the guard but for the account of an injector', () => {
    const guard = renderedManifests('default').filter(
      ({ kind, metadata }) =>
        kind.startsWith('ValidatingAdmissionPolicy') && metadata.name !== 'sidecar-injector-own-account',
    );
    const byId = (all: readonly Manifest[]) =>
      Object.fromEntries(all.map(manifest => [idOf(manifest), manifest]));
    expect(byId(manifests)).toEqual(byId([...policies, ...guard]));
    expect(manifests).toHaveLength(policies.length + guard.length);
  });

  it('has nothing that runs, is asked or has rights', () => {
    expect([...new Set(manifests.map(({ kind }) => kind))].toSorted()).toEqual([
      'MutatingAdmissionPolicy',
      'MutatingAdmissionPolicyBinding',
      'ValidatingAdmissionPolicy',
      'ValidatingAdmissionPolicyBinding',
    ]);
  });
});
