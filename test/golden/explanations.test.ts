/** What `explain` says of a manifest is what the webhook says of the object, by the same codes. */
import { describe, expect, it } from 'vitest';
import { answerReview } from '../../src/admission/answer-review.ts';
import { explainManifest } from '../../src/diagnosis/explanation/explain-manifest.ts';
import type { Explanation } from '../../src/diagnosis/explanation/explanation.ts';
import { skipReasons } from '../../src/injection/reason.ts';
import type { JsonObject } from '../../src/kubernetes/json.ts';
import { decideWorkload } from '../../src/workloads/decide-workload.ts';
import { engineOf } from '../unit/diagnosis/explanation/engine-fixture.ts';
import { type GoldenCase, goldenCases } from './golden-case.ts';

const cases = goldenCases();

describe('explain says of every golden case what the webhook says', () => {
  it.each(cases)('$name, as a pod', golden => {
    const pod = { apiVersion: 'v1', kind: 'Pod', ...(golden.pod as JsonObject) };
    const explained = explainManifest(pod, engineOf(golden.sidecars, golden.policy));
    expect(saidBy(explained)).toEqual(saidByWebhook(golden, pod));
  });

  it.each(cases)('$name, as the template of a Deployment', golden => {
    const deployment = deploymentOf(golden);
    const explained = explainManifest(deployment, engineOf(golden.sidecars, golden.policy));
    expect(saidBy(explained)).toEqual(saidByWebhook(golden, deployment));
  });
});

interface Said {
  readonly reason: string;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

function saidBy({ reason, problems, warnings }: Explanation): Said {
  const codes = (list: Explanation['problems']) => list.map(({ code, where }) => `${code} ${where}`);
  // Who asks why hears of a skip as what is in the way; to the webhook it is no problem.
  const refused = problems.filter(({ code }) => !Object.hasOwn(skipReasons, code));
  return { reason, problems: codes(refused), warnings: codes(warnings) };
}

function saidByWebhook({ sidecars, policy }: GoldenCase, object: JsonObject): Said {
  const { injector } = engineOf(sidecars, policy);
  const [version = '', group = ''] = String(object['apiVersion'] ?? 'v1')
    .split('/')
    .toReversed();
  const request = {
    uid: 'golden',
    kind: { group, version, kind: String(object['kind'] ?? 'Pod') },
    operation: 'CREATE',
    object,
  };
  const { record } = answerReview(
    { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request },
    { decide: injector, decideWorkload: change => decideWorkload(change, injector, 'propagate') },
  );
  return { reason: record.reason, problems: record.problems ?? [], warnings: record.warnings ?? [] };
}

function deploymentOf({ pod }: GoldenCase): JsonObject {
  const { name: _name, ...metadata } = pod.metadata as unknown as JsonObject;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { template: { metadata, spec: pod.spec as unknown as JsonObject } },
  };
}
