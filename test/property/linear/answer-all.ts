/** Answers every worst review once, and one that arrives over a socket. */
import { answerReview, type Core } from '../../../src/admission/answer-review.ts';
import type { Surroundings } from '../../../src/admission/surroundings.ts';
import { BlockPool } from '../../../src/http/block-pool.ts';
import { BodyBlocks } from '../../../src/http/body-blocks.ts';
import { parseReview, reviewText } from '../../../src/http/review-text.ts';
import { createInjector } from '../../../src/injection/inject.ts';
import type { InjectionPolicy } from '../../../src/injection/policy.ts';
import { MalformedObjectError } from '../../../src/kubernetes/malformed-object-error.ts';
import { judgeNamespace } from '../../../src/namespaces/judge-namespace.ts';
import type { SidecarSet } from '../../../src/sidecars/sidecar-set.ts';
import { decideWorkload, type WorkloadMode } from '../../../src/workloads/decide-workload.ts';
import { openBodyPath } from '../../fuzz/body-path.ts';
import { rollout, settings } from '../../fuzz/settings.ts';
import { defaultPolicy } from '../../injection-fixture.ts';
import { rules } from './namespace-crowds.ts';
import { versionReviews, versions } from './version-reviews.ts';
import {
  crowdReviews,
  inheritedReviews,
  textReviews,
  valueReviews,
  writtenReviews,
} from './worst-reviews.ts';

/** As many as an operator may name. */
const pullSecrets = Array.from({ length: 20 }, (_, index) => `registry-${index}`);
/** The usual one, with what makes a review look at more. */
export const busyPolicy: InjectionPolicy = { ...defaultPolicy, pullSecrets, versions };

/** What answers reviews, and has seen none yet. */
export function freshCore(
  sidecars: SidecarSet,
  policy: InjectionPolicy = defaultPolicy,
  mode: WorkloadMode = 'propagate',
): Core {
  const decide = createInjector(sidecars, policy);
  return {
    decide,
    decideWorkload: change => decideWorkload(change, decide, mode),
    workloadKinds: [rollout],
    decideNamespace: change => judgeNamespace(change, { sidecars, policy, rules }),
    rules: () => rules,
  };
}

/** Answers a review; one that is malformed was answered too. */
export function answer(review: unknown, core: Core, surroundings?: Surroundings): void {
  try {
    answerReview(review, core, surroundings);
  } catch (error) {
    if (!(error instanceof MalformedObjectError)) throw error;
  }
}

const size = 512;
/** Whatever the operator allows is looked through for each address. */
const addresses = { allowedUrls: ['https://*.example.com', 'a'], allowedEndpoints: ['*.example.com', 'a'] };
const operators: readonly { readonly policy: InjectionPolicy; readonly mode: WorkloadMode }[] = [
  { policy: { ...defaultPolicy, versions }, mode: 'propagate' },
  {
    mode: 'warn',
    policy: {
      ...defaultPolicy,
      areNativeSidecarsAvailable: false,
      unknownSidecars: 'warn',
      maximumSidecars: 100,
      allowedHosts: ['github.com', '*.example.com'],
      allowedSchemes: ['https'],
      imageRegistry: 'mirror.example.com/k8s',
      pullSecrets,
      ...addresses,
    },
  },
];

export async function answerAll(): Promise<void> {
  for (const { policy, mode } of operators) {
    for (const { sidecars, review, surroundings } of [
      ...valueReviews,
      ...textReviews,
      ...crowdReviews,
      ...inheritedReviews,
      ...writtenReviews,
      ...versionReviews,
    ])
      answer(review(size), freshCore(sidecars, policy, mode), surroundings?.(size));
  }
  const [setting] = settings;
  if (setting === undefined) throw new Error('there is no setting');
  const path = await openBodyPath(setting);
  for (const review of crowdReviews) await path.send(Buffer.from(JSON.stringify(review.review(size * 16))));
  path.close();
  gatherTwoBodies();
  readAnotherList();
}

/** Bodies that come at the same time share the blocks that they are gathered in. */
function gatherTwoBodies(): void {
  const pool = new BlockPool();
  const bodies = [new BodyBlocks(pool), new BodyBlocks(pool)];
  for (const body of bodies) body.add(Buffer.alloc(size));
  for (const body of bodies) body.readWhole(whole => whole.length);
}

/** A list that looks like the managed fields of the pod and is another one: it is skipped first, and then all is parsed. */
function readAnotherList(): void {
  const kind = { group: '', version: 'v1', kind: 'Pod' };
  const other = { metadata: { managedFields: [{ manager: 'x'.repeat(size) }] }, spec: {} };
  parseReview(reviewText(Buffer.from(JSON.stringify({ request: { kind, other } }))));
}
