/** A password that stands where none should, because someone mistyped, comes out nowhere. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { answerReview } from '../../src/admission/answer-review.ts';
import { inject } from '../../src/injection/inject.ts';
import type { InjectionPolicy } from '../../src/injection/policy.ts';
import { defaultPolicy, gitSync, podCore, podWith, shippedSidecars } from '../injection-fixture.ts';

// Hundreds of pods take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const half = fc.stringMatching(/^[a-z]{4}[0-9]{4}$/);

/** Two halves with what may stand between them: neither is to be seen, however the value is cut. */
const password = fc
  .tuple(half, fc.constantFrom('', ':', '@', '?', '#', '%', '&', '$(', '=', '\\', '/', ' '), half)
  .map(([first, between, second]) => ({ halves: [first, second], text: `${first}${between}${second}` }));

const hidingPlace = fc.constantFrom<((password: string) => string)[]>(
  text => `https://alice:${text}@github.com/org/site.git`,
  text => `https://${text}@github.com/org/site.git`,
  text => `HTTP://alice:${text}@github.com`,
  text => `https:/alice:${text}@github.com/org/site.git`,
  text => ` https://alice:${text}@github.com/org/site.git`,
  text => `ssh://alice:${text}@github.com/org/site.git`,
  text => `alice:${text}@github.com:org/site.git`,
  text => `https://github.com/org/site.git?token=${text}`,
  text => `https://github.com?token=${text}`,
  text => `https://alice@github.com/org/site.git?token=${text}`,
  text => `https://alice:${text}@github.com/org/site.git?mail=a@example.com`,
  text => `https://alice:${text}%40github.com/org/site.git`,
  text => `https://alice:${text}%2540github.com/org/site.git`,
  text => `https://oauth2:${text}/org/site.git`,
  text => `https//alice:${text}@github.com/org/site.git`,
  text => `https://github.com/org/site.git#${text}`,
  text => `https://github.com/org/site.git&token=${text}`,
  text => `https://github.com/org/site.git;token=${text}`,
  text => `https://github.com/org/site.git%3Ftoken=${text}`,
  text => `token=${text}`,
);

const key = fc.constantFrom(
  'sidecar.io/git-sync',
  'sidecar.io/git-sync_docs',
  'sidecar.io/gitsync',
  'sidecar.io/inject',
  'sidecar.io/status',
  ...[
    'repo',
    'ref',
    'webhook',
    'mount',
    'secret',
    'touch-file',
    'period',
    'mode',
    'volume',
    'containers',
    'ca',
    'x',
  ].map(parameter => `sidecar.io/git-sync.${parameter}`),
);

const policies: fc.Arbitrary<Partial<InjectionPolicy>> = fc.constantFrom(
  {},
  { allowedHosts: ['example.com'] },
  { allowedSchemes: ['ssh'] },
  { unknownSidecars: 'warn' as const },
);

describe('a password in an annotation', () => {
  it('is never repeated, neither to the user nor in the log', () => {
    fc.assert(
      fc.property(password, hidingPlace, key, policies, ({ text, halves }, hide, annotation, policy) => {
        const object = podWith({ ...gitSync(), [annotation]: hide(text) });
        const decide = () => inject(object, shippedSidecars, { ...defaultPolicy, ...policy });
        const told = toldAbout(object, decide);
        for (const part of halves) expect(told).not.toContain(part);
      }),
      { numRuns: 500 },
    );
  });
});

/** All that leaves the program about a decision, but the patch, which holds the user's own value. */
function toldAbout(object: unknown, decide: () => ReturnType<typeof inject>): string {
  const request = { uid: '1', kind: { group: '', version: 'v1', kind: 'Pod' }, operation: 'CREATE', object };
  const { review, record } = answerReview(
    { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request },
    podCore(decide),
  );
  const { patch: _patch, ...response } = review.response;
  return JSON.stringify({ response, record });
}
