import { answerReview, type Core } from '../../admission/answer-review.ts';
import { answerText } from '../../admission/answer-text.ts';
import { parseReview, reviewText } from '../../http/review-text.ts';
import { inTurns } from '../../in-turns.ts';
import { createSilentLogger, type Log } from '../../observability/logger.ts';
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import { leastOf } from '../../sidecars/samples/scenarios.ts';
import type { SidecarSet } from '../../sidecars/sidecar-set.ts';
import type { Steps } from '../../steps.ts';
import { annotationsOf } from '../../trial/annotations-of.ts';
import { samplePod } from '../../trial/sample-pod.ts';
import { decisionReport } from './report.ts';

export interface WarmUpOptions {
  readonly sidecars: SidecarSet;
  /** Makes what answers reviews, with an injector of its own: the one that serves remembers nothing of this. */
  readonly newCore: () => Core;
  readonly log: Log;
  /** Milliseconds of a clock that is never set; by default `performance.now`. */
  readonly now?: () => number;
}

/**
 * Answers reviews that nobody has sent, so that the first one that somebody sends does not run code for the first time,
 * which takes many times as long. Nothing is left of it, and it ends soon, whatever is in its way. Never rejects.
 */
export async function warmUp(options: WarmUpOptions): Promise<void> {
  const { log, now = () => performance.now() } = options;
  try {
    await inTurns(answerSamples(options, now), now);
  } catch (error) {
    log.warn({ problem: error instanceof Error ? error.message : String(error) }, 'could not warm up');
  }
}

/** A start takes five times as long. */
const budgetMs = 50;

/** What more of them save is not worth their time. */
const maxRounds = 2;

/** Definitions for which there are reviews. */
const maxSampled = 20;

function* answerSamples({ sidecars, newCore }: WarmUpOptions, now: () => number): Steps<void> {
  const endMs = now() + budgetMs;
  const report = decisionReport({ log: createSilentLogger(), metrics: { countDecision: () => {} } });
  const bodies = [bodyFor('pod', {})];
  for (const definition of [...sidecars.sidecars.values()].slice(0, maxSampled)) {
    bodies.push(...bodiesOf(definition));
    yield;
    if (now() >= endMs) break;
  }
  for (let round = 0; round < maxRounds; round++) {
    const core = newCore();
    // The second time its plan is remembered, as it is for all other pods of a workload.
    for (const body of [...bodies, ...bodies]) {
      const { review, record } = answerReview(parseReview(reviewText(Buffer.from(body))), core);
      answerText(review);
      report(record, 0);
      yield;
      if (now() >= endMs) return;
    }
  }
}

/** Of a sidecar with what must be set for it; none where nobody knows a value for that. */
function bodiesOf(definition: SidecarDefinition): readonly string[] {
  const least = leastOf(definition);
  return least === undefined ? [] : [bodyFor(definition.name, annotationsOf(definition, least))];
}

/** What an API server sends of a pod that a ReplicaSet makes. */
function bodyFor(name: string, annotations: Readonly<Record<string, string>>): string {
  const { metadata, spec } = samplePod(name, annotations);
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid: 'warm-up', controller: true };
  const manager = {
    ...{ manager: 'kube-controller-manager', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1' },
    fieldsV1: { 'f:metadata': { 'f:generateName': {} } },
  };
  const resource = { group: '', version: 'v1', resource: 'pods' };
  return JSON.stringify({
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid: 'warm-up',
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource,
      namespace: 'warm-up',
      operation: 'CREATE',
      userInfo: { username: 'system:serviceaccount:kube-system:replicaset-controller' },
      object: {
        kind: 'Pod',
        apiVersion: 'v1',
        metadata: { ...metadata, labels: { app: name }, ownerReferences: [owner], managedFields: [manager] },
        spec: { ...spec, ...defaults },
      },
      oldObject: null,
      dryRun: false,
      options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
    },
  });
}

const defaults = {
  restartPolicy: 'Always',
  terminationGracePeriodSeconds: 30,
  dnsPolicy: 'ClusterFirst',
  serviceAccountName: 'default',
  securityContext: {},
  schedulerName: 'default-scheduler',
};
