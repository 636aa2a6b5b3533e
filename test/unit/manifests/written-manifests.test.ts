import { describe, expect, it } from 'vitest';
import { restyledManifests } from '../../manifests/restyled-manifests.ts';
import { tryManifests } from '../../manifests/try-manifests.ts';
import { writtenManifests } from '../../manifests/written-manifests.ts';

describe.each(Object.entries(writtenManifests))('%s', (_name, text) => {
  const trial = tryManifests(text);

  it('takes entries and gives them back byte for byte', () => {
    expect(trial).toMatchObject({ problems: [], broken: [] });
    expect(trial.text.length).toBeGreaterThan(text.length);
  });

  it.each(Object.entries(restyledManifests(text, trial.objects)))('does so with %s', (_style, restyled) => {
    expect(tryManifests(restyled)).toMatchObject({ problems: [], broken: [] });
  });
});
