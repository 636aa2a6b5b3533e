/**
 * Answers the worst reviews one after the other, as one replica does, and hundreds that each ask for other instances. To be
 * run with the heap that a pod of the Deployment has; prints how many were answered.
 */
import { shippedSidecars } from '../../injection-fixture.ts';
import { answer, freshCore } from './answer-all.ts';
import { entries, podReview } from './reviews.ts';
import { crowdReviews, inheritedReviews, textReviews, writtenReviews } from './worst-reviews.ts';

const size = 65_536;
const core = freshCore(shippedSidecars);
let answered = 0;
for (const { review, surroundings } of [
  ...textReviews,
  ...crowdReviews,
  ...inheritedReviews,
  ...writtenReviews,
]) {
  answer(review(size), core, surroundings?.(size));
  answered++;
}
for (let run = 0; run < 400; run++) {
  answer(podReview(entries(95, index => [`sidecar.io/git-sync_r${run}i${index}`, 'https://a/b'])), core);
  // As few instances as are never too many, so that what is remembered of them counts.
  answer(podReview(entries(8, index => [`sidecar.io/git-sync_r${run}i${index}`, 'https://a/b'])), core);
  answered += 2;
}
console.log(answered);
