import { describe, expect, it } from 'vitest';
import { answerReview, type Core } from '../../../src/admission/answer-review.ts';
import type { Surroundings } from '../../../src/admission/surroundings.ts';
import type { AnnotationSource } from '../../../src/injection/inheritance/annotation-source.ts';
import type { InjectionDecision } from '../../../src/injection/inject.ts';
import type { WorkloadDecision } from '../../../src/workloads/decide-workload.ts';

const containers = [{ name: 'web', image: 'nginx' }];
const skipped: InjectionDecision & WorkloadDecision = {
  outcome: 'skipped',
  reason: 'not-requested',
  warnings: [],
};
const shop = {
  name: 'shop',
  labels: { 'sidecar.io/inject': 'enabled' },
  annotations: { 'sidecar.io/logs': 'true' },
};
const ofShop: AnnotationSource = { from: 'namespace shop', annotations: shop.annotations };
const isWeb = { matchLabels: { app: 'web' } };
const rules = () => [{ from: 'rule 1', pods: isWeb, annotations: { 'sidecar.io/proxy': 'true' } }];
const ofRule: AnnotationSource = { from: 'rule 1', annotations: { 'sidecar.io/proxy': 'true' } };

function podWith(annotations?: Readonly<Record<string, string>>, labels?: Readonly<Record<string, string>>) {
  const metadata = { name: 'web-1', ...(annotations && { annotations }), ...(labels && { labels }) };
  return { kind: { group: '', version: 'v1', kind: 'Pod' }, object: { metadata, spec: { containers } } };
}

function deploymentWith(labels: Readonly<Record<string, string>>) {
  const spec = { template: { metadata: { labels }, spec: { containers } } };
  return {
    kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
    object: { metadata: { name: 'web', labels: { app: 'other' } }, spec },
  };
}

function answer(request: object, surroundings?: Surroundings, settings: Partial<Core> = {}) {
  const seen: unknown[] = [];
  const body = {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: { uid: 'u', operation: 'CREATE', namespace: 'shop', ...request },
  };
  const core: Core = {
    decide: (_pod, sources) => {
      seen.push(sources ?? []);
      return skipped;
    },
    decideWorkload: ({ sources }) => {
      seen.push(sources ?? []);
      return skipped;
    },
    ...settings,
  };
  return { ...answerReview(body, core, surroundings), seen };
}

describe('what counts beside the annotations of an object', () => {
  it('is nothing where nothing is known of its namespace', () => {
    expect(answer(podWith()).seen).toEqual([[]]);
    expect(answer(podWith(), { namespace: undefined }, { rules }).seen).toEqual([[]]);
  });

  it('is what its namespace carries', () => {
    expect(answer(podWith(), { namespace: shop }).seen).toEqual([[ofShop]]);
    expect(answer(deploymentWith({}), { namespace: shop }).seen).toEqual([[ofShop]]);
  });

  it('is nothing in a namespace that is left out', () => {
    const excluded = new Set(['shop']);
    expect(answer(podWith(), { namespace: shop }, { rules, excluded }).seen).toEqual([[]]);
    expect(answer(deploymentWith({ app: 'web' }), { namespace: shop }, { rules, excluded }).seen).toEqual([
      [],
    ]);
  });

  it('is what rules say for pods with these labels, of a workload for those of its template', () => {
    const web = { app: 'web' };
    expect(answer(podWith({}, web), { namespace: shop }, { rules }).seen).toEqual([[ofRule, ofShop]]);
    expect(answer(podWith({}, { app: 'db' }), { namespace: shop }, { rules }).seen).toEqual([[ofShop]]);
    expect(answer(deploymentWith(web), { namespace: shop }, { rules }).seen).toEqual([[ofRule, ofShop]]);
    expect(answer(deploymentWith({}), { namespace: shop }, { rules }).seen).toEqual([[ofShop]]);
  });
});

describe('a namespace that had to be known and is not', () => {
  const unknown = { namespace: undefined, problem: 'GET /api/v1/namespaces/shop: 403 no' };

  it('refuses a pod, with the reason', () => {
    const { review, record, seen } = answer(podWith(), unknown);
    expect(review.response).toEqual({
      uid: 'u',
      allowed: false,
      status: {
        code: 400,
        reason: 'BadRequest',
        message:
          'the annotations of its namespace are not known: GET /api/v1/namespaces/shop: 403 no (namespace-unknown)',
      },
    });
    expect(record).toMatchObject({ decision: 'refused', problems: ['namespace-unknown the namespace'] });
    expect(seen).toEqual([]);
  });

  it.each([
    ['that is left alone on purpose', { 'sidecar.io/inject': 'false' }],
    ['of a static pod', { 'kubernetes.io/config.mirror': 'x', 'sidecar.io/inject': 'true' }],
  ])('leaves out a pod %s', (_which, annotations) => {
    const { review, seen } = answer(podWith(annotations), unknown);
    expect(review.response.allowed).toBe(true);
    expect(seen).toEqual([[]]);
  });

  it('leaves out a mirror pod that has no annotation of ours', () => {
    const { review } = answer(podWith({ 'kubernetes.io/config.mirror': 'x' }), unknown);
    expect(review.response.allowed).toBe(true);
  });

  it.each([{ os: { name: 'windows' } }, { nodeSelector: { 'kubernetes.io/os': 'windows' } }])(
    'leaves out a pod for Windows: %j',
    place => {
      const pod = podWith();
      const spec = { containers, ...place };
      const { review } = answer({ ...pod, object: { ...pod.object, spec } }, unknown);
      expect(review.response.allowed).toBe(true);
    },
  );

  it('does not matter to a pod that has its sidecars already', () => {
    const status = {
      logs: { definition: 'd', parameters: 'p', mode: 'native', containers: ['logs'], volumes: [] },
    };
    const pod = podWith({ 'sidecar.io/status': JSON.stringify(status) });
    expect(answer(pod, unknown).review.response.allowed).toBe(false);
    const spec = { containers, initContainers: [{ name: 'logs', restartPolicy: 'Always' }] };
    const { review } = answer({ ...pod, object: { ...pod.object, spec } }, unknown);
    expect(review.response.allowed).toBe(true);
  });

  it('is told to who writes a workload, which passes', () => {
    const { review } = answer(deploymentWith({}), unknown);
    expect(review.response).toEqual({
      uid: 'u',
      allowed: true,
      warnings: ['the annotations of its namespace are not known: GET /api/v1/namespaces/shop: 403 no'],
    });
  });
});
