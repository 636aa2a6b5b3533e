/** Reviews of pods that get the next version of a sidecar, or would if it let them, with hard names of whoever owns them. */
import { emptySidecarSet, nextSidecarSet } from '../../../src/sidecars/sidecar-set.ts';
import { filesWithNext } from '../../next-versions.ts';
import { worstTexts } from '../../worst-texts.ts';
import { named, podReview } from './reviews.ts';
import type { WorstReview } from './worst-review.ts';

const port = { name: 'web', containerPort: 8080 };
const container = { image: 'registry.example.com/web:v2' };

/** One that all get, one whose next version has lost a parameter, and one whose port the app has by then. */
const sidecars = nextSidecarSet(emptySidecarSet, [
  ...filesWithNext('fine'),
  ...filesWithNext('strict', { parameters: {}, container }),
  ...filesWithNext('web', { container: { ...container, ports: [port] } }),
  ...filesWithNext('only').slice(0, 1),
]);

/** All workloads get the next version of these. */
export const versions = { fine: { next: 100 }, strict: { next: 100 }, web: { next: 100 } };

const all = {
  'sidecar.io/fine': 'true',
  'sidecar.io/strict': 'true',
  'sidecar.io/strict.level': '2',
  'sidecar.io/web': 'true',
  'sidecar.io/only': 'true',
  'sidecar.io/only.version': 'next',
};
const app = { containers: [{ ...named('app'), ports: [port] }] };

const places: Readonly<Record<string, (text: string) => unknown>> = {
  'a version': text => podReview({ ...all, 'sidecar.io/fine.version': text }, app),
  'the name of a Job': text =>
    podReview(all, app, { ownerReferences: [{ kind: 'Job', name: `${text}-1`, controller: true }] }),
  'the name of a ReplicaSet': text =>
    podReview(all, app, {
      labels: { 'pod-template-hash': text },
      ownerReferences: [{ kind: 'ReplicaSet', name: `web-${text}`, controller: true }],
    }),
  'a generated name': text => podReview(all, app, { name: undefined, generateName: text }),
};

export const versionReviews: readonly WorstReview[] = Object.entries(places).flatMap(([place, review]) =>
  Object.entries(worstTexts).map(
    ([what, text]): WorstReview => ({
      name: `${place}: ${what}`,
      sidecars,
      review: size => review(text(size)),
    }),
  ),
);
