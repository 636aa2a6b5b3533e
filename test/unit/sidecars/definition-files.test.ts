import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
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
      [...names, 'contrib', 'kustomization.yaml', 'sidecar.schema.json'].toSorted(),
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

describe('the files of log-collector', () => {
  const { sidecars } = nextSidecarSet(emptySidecarSet, [
    { name: 'log-collector.yaml', text: readFileSync(`${directory}/log-collector.yaml`, 'utf8') },
  ]);
  const files = sidecars.get('log-collector')?.parameters.get('files');
  // What they are, said with a look-ahead, which a definition may not have.
  const meant = /^(?:(?!(.*\/)?\.\.(\/|$))[^$\s]+)$/u;

  it.each([
    '*.log',
    'a.log',
    '*/a/b.log',
    '.hidden',
    '...',
    '..a',
    'a..',
    'a/...b',
    '.',
    './a',
    'a//b',
    '/a',
    'a/',
    '....',
  ])('may be %s', text => {
    expect(meant.test(text)).toBe(true);
    expect(files?.read(text).value?.value).toBe(text);
  });

  it.each(['..', '../a', 'a/..', 'a/../b', '*/..', '//..', 'a$b', '$', 'a b'])('may not be %s', text => {
    expect(meant.test(text)).toBe(false);
    expect(files?.read(text).value).toBeUndefined();
  });

  it('may be all that has no segment of two dots, no dollar sign and no space', () => {
    const text = fc
      .array(fc.constantFrom('.', '.', '..', '/', '/', 'a', '*', '$', 'é', '🌱', '[', '\\'), {
        minLength: 1,
        maxLength: 9,
      })
      .map(parts => parts.join(''));
    fc.assert(
      fc.property(text, value => {
        expect(files?.read(value).value !== undefined, value).toBe(meant.test(value));
      }),
      { numRuns: 3000 },
    );
  });
});
