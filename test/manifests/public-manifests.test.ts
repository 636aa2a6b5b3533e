import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { restyledManifests } from './restyled-manifests.ts';
import { tryManifests } from './try-manifests.ts';

/** A folder of manifests, one folder in it for each place that they come from. */
const folder = process.env['SIDECAR_INJECTOR_MANIFESTS'];

/** Longer ones are tried in their own style only. */
const maxRestyledLength = 8000;

describe.skipIf(folder === undefined)('manifests that others wrote', () => {
  const sources = folder === undefined ? [] : readdirSync(folder).toSorted();

  it.each(sources)(
    'take entries and give them back byte for byte: %s',
    source => {
      const seen = { files: 0, objects: 0, styles: 0, refused: [] as string[], broken: [] as string[] };
      for (const file of manifestsIn(join(folder ?? '', source))) {
        const text = readFileSync(file, 'utf8');
        const { objects, problems, broken } = tryManifests(text);
        seen.files++;
        seen.objects += objects.length;
        seen.refused.push(...problems.map(problem => `${file}: ${problem}`));
        seen.broken.push(...broken.map(what => `${file}: ${what}`));
        if (problems.length > 0 || objects.length === 0 || text.length > maxRestyledLength) continue;
        for (const [style, restyled] of Object.entries(restyledManifests(text, objects))) {
          const trial = tryManifests(restyled);
          seen.styles++;
          seen.broken.push(...[...trial.problems, ...trial.broken].map(what => `${file}, ${style}: ${what}`));
        }
      }
      console.log(
        `${source}: ${seen.files} files, ${seen.objects} objects, ${seen.styles} restyled, ${seen.refused.length} refused`,
        ...seen.refused.map(refused => `\n  ${refused}`),
      );
      expect(seen.broken).toEqual([]);
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
