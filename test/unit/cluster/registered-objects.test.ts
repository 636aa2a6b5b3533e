import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { registeredConfiguration, registeredPolicies } from '../../../src/cluster/registered-objects.ts';

const deploy = new URL('../../../deploy/', import.meta.url);

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
}

/**
 * Every object with its own place in a file of the manifests; a patch of one is another place of the same. What `compile`
 * makes is no part of an installation with a webhook: it has a label by which to delete it.
 */
const written = globSync('{base,components,overlays}/**/*.yaml', { cwd: deploy })
  .flatMap(file => parseAllDocuments(readFileSync(new URL(file, deploy), 'utf8')))
  .map(document => document.toJS() as Manifest)
  .filter(({ kind }) => /^(?:Mutating|Validating)/.test(kind))
  .filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/component'] !== 'policy')
  .map(({ kind, metadata }) => `${kind} ${metadata.name}`);

it('all policies, bindings and webhook configurations of the manifests are known, and no others', () => {
  const known = [...registeredPolicies, registeredConfiguration];
  expect(known.map(({ resource, name }) => `${resource.kind} ${name}`).sort()).toEqual(
    [...new Set(written)].sort(),
  );
});
