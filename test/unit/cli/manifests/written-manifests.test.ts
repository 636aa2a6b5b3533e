import { expect, it } from 'vitest';
import { tryInjection } from '../../../manifests/try-injection.ts';
import { writtenManifests } from '../../../manifests/written-manifests.ts';

it.each(Object.entries(writtenManifests))(
  'a sidecar goes in once and comes out byte for byte: %s',
  (_what, text) => {
    // One with several containers is refused, for nobody says which is to have the content.
    const { outcome, broken } = tryInjection(text);
    expect(broken).toEqual([]);
    expect(['injected', 'refused']).toContain(outcome);
  },
);
