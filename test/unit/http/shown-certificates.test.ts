import { expect, it } from 'vitest';
import { ShownCertificates } from '../../../src/http/shown-certificates.ts';

const minuteMs = 60_000;

it.each([
  ['nobody has asked', [], 'unknown'],
  ['one was shown', [[0, true]], 'always'],
  ['none was shown', [[0, false]], 'never'],
  [
    'both happen',
    [
      [0, true],
      [59, false],
    ],
    'sometimes',
  ],
  [
    'both happen the other way round',
    [
      [0, false],
      [60, true],
    ],
    'sometimes',
  ],
  [
    'the API server has got one since',
    [
      [0, false],
      [61, true],
    ],
    'always',
  ],
  [
    'the API server has lost it since',
    [
      [0, true],
      [61, false],
    ],
    'never',
  ],
] as const)('where %s', (_what, reviews, state) => {
  let now = 0;
  const shown = new ShownCertificates(() => now);
  for (const [minute, isShown] of reviews) {
    now = minute * minuteMs;
    shown.note(isShown);
  }
  expect(shown.state).toBe(state);
});
