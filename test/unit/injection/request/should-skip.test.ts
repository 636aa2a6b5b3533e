import { describe, expect, it } from 'vitest';
import { shouldSkip } from '../../../../src/injection/request/should-skip.ts';
import { podWith } from '../../../injection-fixture.ts';

describe('a pod is left alone', () => {
  const asking = { 'sidecar.io/git-sync': 'https://example.com/x' };

  it.each([
    ['without annotations of ours', { 'example.com/a': 'b' }, 'not-requested'],
    ['without any', {}, 'not-requested'],
    ['with another prefix that ends alike', { 'my-sidecar.io/git-sync': 'x' }, 'not-requested'],
    ['as a mirror pod', { ...asking, 'kubernetes.io/config.mirror': '' }, 'mirror-pod'],
    ['when it opted out', { ...asking, 'sidecar.io/inject': 'false' }, 'opted-out'],
    [
      'as an opted-out mirror pod',
      { 'sidecar.io/inject': 'false', 'kubernetes.io/config.mirror': 'x' },
      'mirror-pod',
    ],
    ['not when it asks', asking, undefined],
    ['not when it says true', { ...asking, 'sidecar.io/inject': 'true' }, undefined],
    // A value that is neither is told to the user, not taken for an answer.
    ['not when it says something else', { ...asking, 'sidecar.io/inject': 'False' }, undefined],
    ['not for the annotation source alone', { ...asking, 'kubernetes.io/config.source': 'api' }, undefined],
  ])('%s', (_when, annotations, reason) => {
    expect(shouldSkip(podWith(annotations))).toBe(reason);
  });

  it('where the annotations are null', () => {
    const { spec } = podWith({});
    expect(shouldSkip({ metadata: { annotations: null }, spec })).toBe('not-requested');
    expect(shouldSkip({ metadata: {}, spec })).toBe('not-requested');
  });
});
