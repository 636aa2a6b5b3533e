import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tryInjection } from './try-injection.ts';

/** A folder of manifests, one folder in it for each place that they come from. */
const folder = process.env['SIDECAR_INJECTOR_MANIFESTS'];

describe.skipIf(folder === undefined)('manifests that others wrote', () => {
  const sources = folder === undefined ? [] : readdirSync(folder).toSorted();

  it.each(sources)(
    'get a sidecar once, and give it back byte for byte: %s',
    source => {
      const seen = { unreadable: 0, refused: 0, untouched: 0, injected: 0 };
      const broken: string[] = [];
      let objects = 0;
      for (const file of manifestsIn(join(folder ?? '', source))) {
        const trial = tryInjection(readFileSync(file, 'utf8'));
        seen[trial.outcome]++;
        objects += trial.injected;
        broken.push(...trial.broken.map(what => `${file}: ${what}`));
      }
      console.log(`${source}: ${objects} objects injected`, seen);
      expect(broken).toEqual([]);
    },
    1_800_000,
  );
});

function manifestsIn(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .toSorted();
}
