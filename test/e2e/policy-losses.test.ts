/** Lines of the report that no golden case shows: what webhook and policies say of the same pod. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inject } from '../../src/injection/inject.ts';
import type { JsonObject } from '../../src/kubernetes/json.ts';
import { type Pod, readPod } from '../../src/kubernetes/pod.ts';
import { compilePolicies } from '../../src/policies/compile-policies.ts';
import { emptySidecarSet, nextSidecarSet } from '../../src/sidecars/sidecar-set.ts';
import { defaultPolicy, shippedFiles } from '../injection-fixture.ts';
import { type PolicyEvaluator, startPolicyEvaluator } from '../policy-evaluator.ts';
import { podOf, repository } from './pod-manifests.ts';
import { workloadOf } from './workload-manifests.ts';

const timeoutMs = 300_000;
const [gitSync, logs] = ['sidecar.io/git-sync', 'sidecar.io/log-collector'];

/** Two volumes that it finds by their places in the app. */
const twoPlaces = {
  name: 'pair.yaml',
  text: `apiVersion: sidecar.io/v1
kind: Sidecar
metadata: {name: pair}
spec:
  description: Reads two directories of the app.
  volumes:
    - {name: "\${volume}", emptyDir: {}, shared: true, at: /var/one}
    - {name: "\${name}-two", emptyDir: {}, shared: true, at: /var/two}
  container:
    image: example.com/pair:v1
    volumeMounts:
      - {name: "\${volume}", mountPath: /var/one}
      - {name: "\${name}-two", mountPath: /var/two}
`,
};
const sidecars = nextSidecarSet(emptySidecarSet, [...shippedFiles, twoPlaces]);

let evaluator: PolicyEvaluator;
beforeAll(async () => {
  const named = ['git-sync', 'log-collector', 'pair'].flatMap(name => sidecars.sidecars.get(name) ?? []);
  evaluator = await startPolicyEvaluator(compilePolicies(named, defaultPolicy).objects);
}, timeoutMs);
afterAll(() => evaluator?.stop());

async function saidOf(object: object, ofWorkload = false) {
  const pod = {
    ...object,
    metadata: { namespace: 'default', ...(object as JsonObject & { metadata: object }).metadata },
  };
  const kind = ofWorkload
    ? {
        resource: { group: 'apps', version: 'v1', resource: 'deployments' },
        kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
      }
    : {};
  const evaluation = await evaluator.evaluate({ object: pod as unknown as JsonObject, ...kind });
  expect(evaluation.errors).toEqual([]);
  return { ...evaluation, said: evaluation.denied.map(({ message }) => message).join('; ') };
}

function webhookOn(object: object): string {
  const decision = inject(readPod(JSON.parse(JSON.stringify(object))) as Pod, sidecars, defaultPolicy);
  return decision.outcome === 'refused' ? decision.refusals.map(({ code }) => code).join() : decision.outcome;
}

it('status-form: what is right JSON and not in the form of an injector is refused', async () => {
  const status =
    '{ "gone": {"definition":"a","parameters":"b","mode":"native","containers":[],"volumes":[]} }';
  const pod = podOf('web', { [gitSync]: repository, 'sidecar.io/status': status });
  expect(webhookOn(pod)).toBe('injected');
  expect((await saidOf(pod)).said).toContain('(invalid-status)');
});

it('next-version: a pod that asks for a version is refused, and no other gets one', async () => {
  const pod = podOf('web', { [gitSync]: repository, [`${gitSync}.version`]: 'next' });
  expect(webhookOn(pod)).toBe('injected');
  expect((await saidOf(pod)).said).toContain('sidecar.io/git-sync.version: unknown parameter');
});

it('name-clash-across: two definitions that want one volume are refused by both, with words about one', async () => {
  const pod = podOf('web', {
    [gitSync]: repository,
    [`${gitSync}.volume`]: 'shared',
    [logs]: '/var/log/app/*.log',
    [`${logs}.volume`]: 'shared',
  });
  expect(webhookOn(pod)).toBe('name-clash');
  expect((await saidOf(pod)).said).toContain('(name-clash)');
});

it('shared-volumes-in-one: two volumes of a sidecar that are one of the app are refused', async () => {
  const pod = {
    ...podOf('web', { 'sidecar.io/pair': 'true' }),
    spec: {
      containers: [{ name: 'app', image: 'nginx', volumeMounts: [{ name: 'var', mountPath: '/var' }] }],
      volumes: [{ name: 'var', emptyDir: {} }],
    },
  };
  expect(webhookOn(pod)).toBe('injected');
  expect((await saidOf(pod)).said).toContain('(shared-volumes-in-one)');
});

it('odd-paths: a mount below the content whose path has an empty segment is refused', async () => {
  const pod = {
    ...podOf('web', { [gitSync]: repository, [`${gitSync}.mount`]: '/site' }),
    spec: {
      containers: [{ name: 'app', image: 'nginx', volumeMounts: [{ name: 'x', mountPath: '/site/a//b' }] }],
      volumes: [{ name: 'x', emptyDir: {} }],
    },
  };
  expect((await saidOf(pod)).said).toMatch(/\((?:odd-paths|mount-path-taken)\)/);
});

it('template-volume, workload-not-judged: a workload is carried and not judged, and gets no volume', async () => {
  const workload = workloadOf('Deployment', {
    annotations: { [gitSync]: repository, [`${gitSync}.depth`]: 'deep' },
  });
  const { object, said, mutated } = await saidOf(workload, true);
  expect({ said, mutated }).toEqual({ said: '', mutated: ['workloads.sidecar-injector'] });
  expect(JSON.stringify(object)).toContain('"sidecar.io/git-sync.depth":"deep"');
  expect(JSON.stringify(object)).not.toContain('"volumes"');
});
