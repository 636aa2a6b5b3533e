import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generatedFiles } from '../../scripts/generate.ts';

const files = await generatedFiles();

describe('the generated files', () => {
  it.each([...files])('%s is what "npm run generate" writes', (path, text) => {
    const onDisk = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
    expect(onDisk === text, `${path} is stale: run "npm run generate"`).toBe(true);
  });

  it.each(['src/sidecars/schema/kubernetes-types.ts', 'sidecars/sidecar.schema.json'])(
    'have %s among them',
    path => {
      expect([...files.keys()]).toContain(path);
    },
  );
});
