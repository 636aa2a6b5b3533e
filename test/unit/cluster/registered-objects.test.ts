import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { registeredConfiguration, registeredPolicies } from '../../../src/cluster/registered-objects.ts';

const deploy = new URL('../../../deploy/', import.meta.url);

/** Every object with its own place in a file of the manifests; a patch of one is another place of the same. */
const written = globSync('{base,components,overlays}/**/*.yaml', { cwd: deploy })
  .flatMap(file => parseAllDocuments(readFileSync(new URL(file, deploy), 'utf8')))
  .map(document => document.toJS() as { kind: string; metadata: { name: string } })
  .filter(({ kind }) => /^(?:Mutating|Validating)/.test(kind))
  .map(({ kind, metadata }) => `${kind} ${metadata.name}`);

it('all policies, bindings and webhook configurations of the manifests are known, and no others', () => {
  const known = [...registeredPolicies, registeredConfiguration];
  expect(known.map(({ resource, name }) => `${resource.kind} ${name}`).sort()).toEqual(
    [...new Set(written)].sort(),
  );
});
