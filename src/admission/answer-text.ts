import type { AdmissionReview } from '../kubernetes/admission-review.ts';

/** An answer as JSON. A patch has no character that JSON escapes, so it is not looked at again. */
export function answerText(review: AdmissionReview): string {
  const { apiVersion, kind, response } = review;
  const { patch, ...others } = response;
  if (patch === undefined) return JSON.stringify(review);
  const answer = JSON.stringify({ apiVersion, kind, response: others });
  return `${answer.slice(0, -2)},"patch":"${patch}"}}`;
}
