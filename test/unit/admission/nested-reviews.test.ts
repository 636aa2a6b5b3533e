import { describe, expect, it } from 'vitest';
import { answerReview, type Core } from '../../../src/admission/answer-review.ts';
import { createInjector } from '../../../src/injection/inject.ts';
import { MalformedObjectError } from '../../../src/kubernetes/malformed-object-error.ts';
import { decideWorkload } from '../../../src/workloads/decide-workload.ts';
import { defaultPolicy, shippedSidecars } from '../../injection-fixture.ts';
import { nestedReviews } from '../../nested-reviews.ts';

const decide = createInjector(shippedSidecars, defaultPolicy);
const core: Core = {
  decide,
  decideWorkload: change => decideWorkload(change, decide, 'propagate'),
};

describe('a review with lists in lists without end', () => {
  it.each(nestedReviews())('in $what is answered, or malformed', ({ body }) => {
    const parsed: unknown = JSON.parse(body);
    try {
      const { review } = answerReview(parsed, core);
      expect(JSON.stringify(review)).toContain('"uid":"the-uid"');
    } catch (error) {
      expect(error).toBeInstanceOf(MalformedObjectError);
    }
  });
});
