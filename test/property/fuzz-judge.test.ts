/** What judges the answers of `npm run fuzz` finds each broken promise. */
import { describe, expect, it } from 'vitest';
import type { AnsweredReview } from '../../src/admission/answer-review.ts';
import { answerReview } from '../../src/admission/answer-review.ts';
import { problemsOfAnswer } from '../fuzz/check-answer.ts';
import { marker } from '../fuzz/dictionary.ts';
import type { Node } from '../fuzz/mutate-review.ts';
import { shippedSidecars } from '../injection-fixture.ts';
import { freshCore } from './linear/answer-all.ts';
import { gitSync, podReview } from './linear/reviews.ts';

type Response = AnsweredReview['review']['response'];

const core = freshCore(shippedSidecars);
const review = podReview({ ...gitSync, 'example.com/note': 'x' }) as Node;
const { review: answer, record } = answerReview(review, core);

/** What is found where the response is another one. */
function found(change: Partial<Response>, logged: AnsweredReview['record'] = record): readonly string[] {
  const changed = { ...answer, response: { ...answer.response, ...change } };
  return problemsOfAnswer({ review, answer: changed, record: logged, core });
}

/** What is found where the object has this name, and the user is warned so. */
function foundIn(name: string, warning: string): readonly string[] {
  const named = podReview({ ...gitSync, 'example.com/note': 'x' }, {}, { name }) as Node;
  const response = { ...answer.response, warnings: [warning] };
  return problemsOfAnswer({ review: named, answer: { ...answer, response }, record, core });
}

function patched(...operations: readonly object[]): Partial<Response> {
  return { patch: Buffer.from(JSON.stringify(operations)).toString('base64') };
}

describe('the judge of fuzzed reviews', () => {
  it('has nothing against the answer that is right', () => {
    expect(answer.response.patch).toBeDefined();
    expect(found({})).toEqual([]);
  });

  it.each<readonly [what: string, change: Partial<Response>, promise: string]>([
    ['another uid', { uid: '2' }, 'uid'],
    ['a patch in a refusal', { allowed: false }, 'patch'],
    ['a patch that does not apply', patched({ op: 'add', path: '/spec/volumes/-', value: {} }), 'patch'],
    ['a container that is gone', patched({ op: 'remove', path: '/spec/containers/0' }), 'place'],
    [
      'an annotation that is another',
      patched({ op: 'add', path: '/metadata/annotations/example.com~1note', value: 'y' }),
      'kept',
    ],
    [
      'a container in front',
      patched({ op: 'add', path: '/spec/containers/0', value: { name: 'b' } }),
      'place',
    ],
    [
      'a patch that adds again',
      patched({ op: 'add', path: '/spec/containers/-', value: { name: 'b' } }),
      'again',
    ],
    ['a long message', { status: { code: 400, reason: 'BadRequest', message: 'x'.repeat(5000) } }, 'message'],
    ['a credential', { warnings: [`use ${marker}`] }, 'credential'],
  ])('finds %s', (_what, change, promise) => {
    expect(found(change).join('\n')).toMatch(new RegExp(`^${promise}: `, 'm'));
  });

  it('finds a long record, and a credential in it', () => {
    expect(found({}, { ...record, namespace: 'x'.repeat(10_000) })).toEqual([
      expect.stringMatching(/^record: /),
    ]);
    expect(found({}, { ...record, problems: [marker] })).toEqual(['credential: stands in the record']);
  });

  it('lets the names of objects be shown', () => {
    expect(found({}, { ...record, namespace: marker, pod: marker, owner: marker })).toEqual([]);
    expect(foundIn(marker, `${marker}'s pods will get git-sync`)).toEqual([]);
    expect(foundIn(marker, `delete ${marker} and create …`)).toEqual([]);
    expect(foundIn(`${marker} and more`, `delete ${marker}…`)).toEqual([]);
    expect(foundIn(marker, `${marker}'s pods will get ${marker}`)).toHaveLength(1);
    expect(foundIn('web', `web's pods will get ${marker}`)).toHaveLength(1);
    expect(foundIn('web', `delete ${marker} and create it again`)).toHaveLength(1);
  });

  it('finds that a list is not only longer', () => {
    const evict = 'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes';
    const path = `/metadata/annotations/${evict.replace('/', '~1')}`;
    const before = podReview({ ...gitSync, [evict]: 'a,b' }) as Node;
    const problemsOf = (value: string) =>
      problemsOfAnswer({
        review: before,
        answer: { ...answer, response: { ...answer.response, ...patched({ op: 'add', path, value }) } },
        record,
        core,
      }).filter(problem => problem.startsWith('kept: '));
    expect(problemsOf('a,b,git-sync')).toEqual([]);
    for (const value of ['a,git-sync', 'b,a,git-sync', 'a,bc', '']) expect(problemsOf(value)).toHaveLength(1);
  });
});
