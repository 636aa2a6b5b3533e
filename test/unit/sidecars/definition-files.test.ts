import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readSidecarFiles } from '../../../src/sidecars/sidecar-directory.ts';
import { emptySidecarSet, nextSidecarSet } from '../../../src/sidecars/sidecar-set.ts';

const directory = fileURLToPath(new URL('../../../sidecars', import.meta.url));

describe('the directory sidecars/', () => {
  it('lists exactly its definitions for the ConfigMap', async () => {
    const { configMapGenerator } = parse(readFileSync(`${directory}/kustomization.yaml`, 'utf8'));
    const names = (await readSidecarFiles(directory)).map(({ name }) => name);
    expect(configMapGenerator).toHaveLength(1);
    expect(configMapGenerator[0].files).toEqual(names);
  });

  it('holds nothing else', async () => {
    const names = (await readSidecarFiles(directory)).map(({ name }) => name);
    expect(readdirSync(directory).toSorted()).toEqual(
      [...names, 'kustomization.yaml', 'sidecar.schema.json'].toSorted(),
    );
  });

  it('has each definition in a file of its name, without a problem', async () => {
    const files = await readSidecarFiles(directory);
    const set = nextSidecarSet(emptySidecarSet, files);
    expect(set.problems).toEqual([]);
    expect([...set.sidecars.keys()].map(name => `${name}.yaml`).toSorted()).toEqual(
      files.map(({ name }) => name),
    );
  });
});
