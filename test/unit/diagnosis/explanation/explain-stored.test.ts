import { describe, expect, it } from 'vitest';
import { explainNew, explainStored } from '../../../../src/diagnosis/explanation/explain-stored.ts';
import { type Explanation, hasFindings } from '../../../../src/diagnosis/explanation/explanation.ts';
import type { Family, Surroundings } from '../../../../src/diagnosis/explanation/surroundings.ts';
import { known } from '../../../../src/diagnosis/fact.ts';
import type { JsonObject } from '../../../../src/kubernetes/json.ts';
import { emptySidecarSet, nextSidecarSet } from '../../../../src/sidecars/sidecar-set.ts';
import { byPolicy } from '../../../by-policy.ts';
import { gitSync } from '../../../injection-fixture.ts';
import { workloadAfter, workloadWith } from '../../../workload-fixture.ts';
import {
  circumstances,
  injectedPod,
  registeredAs,
  registration,
  storedPod,
  unseen,
} from './circumstances-fixture.ts';
import { engineOf } from './engine-fixture.ts';

const key = 'sidecar.io/git-sync';
const asking = gitSync({ mount: '/site' });

function explained(
  object: JsonObject,
  surroundings: Partial<Surroundings> = {},
  family: Partial<Family> = {},
): Explanation {
  return explainStored(object, circumstances(surroundings, family));
}

const codesOf = ({ problems }: Explanation) => problems.map(({ code }) => code);

/** A webhook configuration of somebody else that sees pods. */
const meddler: JsonObject = {
  metadata: { name: 'z-meddler' },
  webhooks: [
    {
      name: 'm.example.com',
      rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], operations: ['CREATE'] }],
    },
  ],
};

describe('explain says of a pod that runs', () => {
  it('that it has its sidecar', () => {
    const { verdict, reason, sidecars, problems } = explained(injectedPod(asking));
    expect({ verdict, reason, problems }).toEqual({
      verdict: 'injected',
      reason: 'already-injected',
      problems: [],
    });
    expect(sidecars).toMatchObject([
      { container: 'git-sync', isPresent: true, content: { path: '/git/current' } },
    ]);
  });

  it('that a policy put its sidecar in, where it was one', () => {
    const { verdict, sidecars, problems, warnings } = explained(byPolicy(injectedPod(asking)));
    expect({ verdict, problems, warnings }).toEqual({ verdict: 'injected', problems: [], warnings: [] });
    expect(sidecars).toMatchObject([{ container: 'git-sync', isPresent: true, by: 'policy' }]);
    expect(explained(injectedPod(asking)).sidecars[0]).not.toHaveProperty('by');
  });

  it('nothing of an installation that it needs no more', () => {
    const trouble = { code: 'service-without-endpoints', where: 'x', message: 'x' } as const;
    expect(codesOf(explained(injectedPod(asking), { troubles: [trouble] }))).toEqual([]);
  });

  it('that an older definition is in it', () => {
    const pod = injectedPod(asking);
    const [sidecar] = pod.spec.initContainers ?? [];
    const older = { ...pod, spec: { ...pod.spec, initContainers: [{ ...sidecar, image: 'git-sync:v1' }] } };
    const { verdict, warnings } = explained(older as unknown as JsonObject);
    expect(verdict).toBe('injected');
    expect(warnings).toMatchObject([{ code: 'definition-outdated', advice: 'sidecar-injector upgrade' }]);
  });

  it('that its annotations were edited', () => {
    const pod = injectedPod(asking);
    const annotations = { ...pod.metadata.annotations, [`${key}.depth`]: '5' };
    const edited = { ...pod, metadata: { ...pod.metadata, annotations } } as unknown as JsonObject;
    const trouble = { code: 'service-without-endpoints', where: 'x', message: 'x' } as const;
    expect(codesOf(explained(edited, { troubles: [trouble] }))).toEqual(['parameters-changed']);
    expect(explained(edited)).toMatchObject({
      verdict: 'prevented',
      reason: 'parameters-changed',
      sidecars: [{ container: 'git-sync', isPresent: true }],
    });
  });

  it('that it keeps its sidecar although it opted out later', () => {
    const pod = injectedPod(asking);
    const annotations = { ...pod.metadata.annotations, 'sidecar.io/inject': 'false' };
    expect(
      explained({ ...pod, metadata: { ...pod.metadata, annotations } } as unknown as JsonObject).verdict,
    ).toBe('injected');
  });

  it('that somebody took the sidecar out, and who may have done it', () => {
    const pod = injectedPod(asking);
    const bare = { ...pod, spec: { ...pod.spec, initContainers: [] } } as unknown as JsonObject;
    const explanation = explained(bare, {
      installation: registeredAs(registration(), meddler),
    });
    expect(codesOf(explanation)).toEqual(['removed-by-another-webhook']);
    expect(explanation.problems[0]?.advice).toContain('z-meddler/m.example.com');
  });

  it.each<[title: string, codes: readonly string[], pod: JsonObject, surroundings: Partial<Surroundings>]>([
    [
      'annotated by somebody else later',
      ['pod-older'],
      storedPod(asking, { managedFields: [laterManager('2026-06-01T10:00:00Z')] }),
      {},
    ],
    [
      'annotated by its own manager later',
      ['pod-older'],
      storedPod(asking, {
        managedFields: [{ ...laterManager('2026-06-02T00:00:00Z'), operation: 'Apply' }],
      }),
      {},
    ],
    [
      'older than the registration',
      ['pod-older'],
      storedPod(asking),
      { installation: registeredAs(registration('2026-07-01T00:00:00Z')) },
    ],
    [
      'in a namespace that opted out',
      ['namespace-opted-out'],
      storedPod(asking),
      { labels: known({ 'sidecar.io/inject': 'disabled' }) },
    ],
    ['in a namespace of the system', ['namespace-excluded'], storedPod(asking), { namespace: 'kube-system' }],
    ['let through by nobody knows whom', ['pod-bypassed'], storedPod(asking), {}],
    [
      'let through while there was no registration',
      ['pod-bypassed', 'webhook-missing'],
      storedPod(asking),
      {
        installation: registeredAs(),
        troubles: [{ code: 'webhook-missing', where: 'x', message: 'x' }],
      },
    ],
    [
      'let through, where nobody may see the registration',
      ['pod-bypassed'],
      storedPod(asking),
      { installation: unseen },
    ],
    ['wrong in itself', ['pod-bypassed', 'invalid-value'], storedPod(gitSync({ depth: 'deep' })), {}],
  ])('why it is bare: %s', (_title, codes, pod, surroundings) => {
    const explanation = explained(pod, surroundings);
    expect(codesOf(explanation)).toEqual(codes);
    expect(explanation.verdict).toBe('prevented');
  });

  it('what of two sidecars is missing', () => {
    const pod = injectedPod(asking);
    const annotations = { ...pod.metadata.annotations, [`${key}_docs`]: asking[key] ?? '' };
    const explanation = explained({
      ...pod,
      metadata: { ...pod.metadata, annotations },
    } as unknown as JsonObject);
    expect(codesOf(explanation)).toEqual(['pod-bypassed']);
    expect(explanation.sidecars.map(({ container, isPresent }) => [container, isPresent])).toEqual([
      ['git-sync', true],
      ['git-sync-docs', false],
    ]);
  });
});

function laterManager(time: string) {
  return {
    manager: 'kubectl-annotate',
    operation: 'Update',
    time,
    fieldsV1: { 'f:metadata': { 'f:annotations': { '.': {}, [`f:${key}`]: {} } } },
  };
}

describe('explain says of a pod without annotations', () => {
  const pod = storedPod({});
  const named = (kind: string, apiVersion: string, metadata: object, template: object = {}) =>
    ({
      apiVersion,
      kind,
      metadata: { name: 'web', ...metadata },
      spec: { template: { metadata: template, spec: { containers: [] } } },
    }) as unknown as JsonObject;
  const annotated = { annotations: asking };

  it.each<[title: string, code: string, family: Partial<Family>]>([
    ['its ReplicaSet', 'annotation-misplaced', { owners: [named('ReplicaSet', 'apps/v1', annotated)] }],
    ['a Service that leads to it', 'annotation-misplaced', { services: [named('Service', 'v1', annotated)] }],
    [
      'the template of its Deployment',
      'pod-older',
      { owners: [named('ReplicaSet', 'apps/v1', {}), named('Deployment', 'apps/v1', {}, annotated)] },
    ],
    [
      'its Deployment and not the template',
      'annotation-not-carried',
      { owners: [named('ReplicaSet', 'apps/v1', annotated), named('Deployment', 'apps/v1', annotated)] },
    ],
    ['what made it', 'annotation-misplaced', { owners: [named('Website', 'example.com/v1', annotated)] }],
  ])('that %s has them: %s', (_title, code, family) => {
    expect(codesOf(explained(pod, {}, family))).toEqual([code]);
  });

  it('that nothing asks for a sidecar', () => {
    const owners = [named('ReplicaSet', 'apps/v1', {}), named('Deployment', 'apps/v1', {})];
    expect(explained(pod, {}, { owners })).toMatchObject({ verdict: 'not-requested', problems: [] });
  });
});

describe('explain says of a workload in the cluster', () => {
  const carried = workloadAfter(workloadWith({ annotations: asking })).object;
  const uncarried = workloadWith({ annotations: asking }).object;

  it('what new pods get, and that those that run have it', () => {
    const explanation = explained(carried, {}, { pods: [injectedPod(asking)] });
    expect(explanation).toMatchObject({
      verdict: 'would-be-injected',
      reason: 'injected',
      sidecars: [{ container: 'git-sync', annotatedOn: 'the Deployment' }],
      problems: [],
      warnings: [],
      pods: [{ name: 'web-1', state: 'injected', problems: [] }],
    });
    expect(hasFindings(explanation)).toBe(false);
  });

  it.each([
    ['of an earlier template', storedPod({}), 'not-requested', 'pod-older'],
    ['without their sidecar', storedPod(asking), 'bare', 'pod-bypassed'],
  ])('that pods are %s', (_title, pod, state, code) => {
    const explanation = explained(carried, {}, { pods: [pod] });
    expect(explanation).toMatchObject({
      verdict: 'would-be-injected',
      pods: [{ name: 'web-1', state, problems: [{ code }] }],
    });
    expect(hasFindings(explanation)).toBe(true);
  });

  it('nothing of pods that have ended', () => {
    const ended = { ...storedPod(asking), status: { phase: 'Succeeded' } };
    expect(explained(carried, {}, { pods: [ended] }).pods).toEqual([]);
  });

  it('that its annotations were written while the injector was not asked', () => {
    const explanation = explained(uncarried);
    expect(codesOf(explanation)).toEqual(['annotation-not-carried']);
    expect(explanation.problems[0]?.advice).toContain('kubectl rollout restart deployment/web');
  });

  it('that the template of a Job cannot change', () => {
    const explanation = explained(workloadWith({ kind: 'Job', annotations: asking }).object);
    expect(codesOf(explanation)).toEqual(['annotation-not-carried']);
    expect(explanation.problems[0]?.advice).toContain('delete Job "web"');
  });

  it('what is wrong with its annotations', () => {
    const template = gitSync({ depth: 'deep' });
    expect(codesOf(explained(workloadWith({ template }).object))).toEqual(['invalid-value']);
  });

  it('that its namespace opted out, once', () => {
    const labels = known({ 'sidecar.io/inject': 'disabled' });
    const explanation = explained(carried, { labels }, { pods: [storedPod(asking)] });
    expect(codesOf(explanation)).toEqual(['namespace-opted-out']);
    expect(explanation.sidecars).toHaveLength(1);
  });

  it('what is wrong with the installation', () => {
    const trouble = { code: 'service-without-endpoints', where: 'x', message: 'x' } as const;
    const doubt = { code: 'guard-absent', where: 'x', message: 'x' } as const;
    const explanation = explained(carried, { troubles: [trouble], doubts: [doubt] });
    expect(codesOf(explanation)).toEqual(['service-without-endpoints']);
    expect(explanation.warnings.map(({ code }) => code)).toEqual(['guard-absent']);
    expect(explained(workloadWith().object, { troubles: [trouble] }).verdict).toBe('not-requested');
  });

  it.each([
    [
      'by the injector',
      'admission webhook "pods.sidecar.io" denied the request: annotation sidecar.io/git-sync.ref: got "x y"; use … (invalid-value)',
      ['invalid-value'],
    ],
    [
      'by the injector, for several reasons',
      'admission webhook "pods.sidecar.io" denied the request: 2 problems:\n- a (port-taken)\n- b (runs-as-root)',
      ['port-taken', 'runs-as-root'],
    ],
    [
      'by somebody else',
      'admission webhook "x.example.com" denied the request: no (invalid-value)',
      ['pods-refused'],
    ],
    [
      'by the API server, which does not trust the injector',
      'failed calling webhook "pods.sidecar.io": failed to call webhook: tls: x509: certificate signed by unknown authority',
      ['ca-bundle-mismatch'],
    ],
    ['by a quota', 'exceeded quota: pods=1', ['pods-refused']],
  ])('that its pods are refused %s', (_title, message, codes) => {
    const failedCreations = [{ by: 'ReplicaSet "web-1"', message }];
    const explanation = explained(carried, {}, { failedCreations });
    expect(codesOf(explanation)).toEqual(codes);
    expect(explanation.problems[0]?.message).toContain('ReplicaSet "web-1" cannot create pods');
  });

  it('that a definition of the cluster is broken, as a problem where it is the one that is asked for', () => {
    const broken = { code: 'definition-broken-in-cluster', where: 'x', message: 'x' } as const;
    const files = [{ name: 'git-sync.yaml', text: 'kind: Sidecar' }];
    const engine = engineOf(nextSidecarSet(emptySidecarSet, files));
    const asked = { ...circumstances({ doubts: [broken] }), engine };
    expect(codesOf(explainStored(carried, asked))).toEqual([
      'broken-definition',
      'definition-broken-in-cluster',
    ]);
    expect(codesOf(explained(carried, { doubts: [broken] }))).toEqual([]);
  });

  it('that the annotations stand on its ReplicaSet', () => {
    const child = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'web-1', annotations: asking },
    };
    expect(codesOf(explained(workloadWith().object, {}, { children: [child] }))).toEqual([
      'annotation-misplaced',
    ]);
    // Those of the Deployment are copied there.
    expect(codesOf(explained(carried, {}, { children: [child] }))).toEqual([]);
  });
});

describe('explain says of a manifest in a cluster', () => {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', annotations: asking } };
  const manifest = { ...pod, spec: { containers: [{ name: 'app', image: 'nginx' }] } };

  it('that nothing is in the way', () => {
    expect(explainNew(manifest, circumstances()).verdict).toBe('would-be-injected');
  });

  it('that its namespace is left out', () => {
    const { verdict, problems } = explainNew(manifest, circumstances({ namespace: 'kube-system' }));
    expect(verdict).toBe('prevented');
    expect(problems).toMatchObject([{ code: 'namespace-excluded' }]);
  });

  it('that it is none of the API', () => {
    expect(codesOf(explainNew({ ...manifest, spec: 1 }, circumstances()))).toEqual(['malformed-object']);
  });

  it('nothing of a cluster where nothing is asked for', () => {
    const plain = { ...manifest, metadata: { name: 'web' } };
    expect(explainNew(plain, circumstances({ namespace: 'kube-system' })).verdict).toBe('not-requested');
  });
});
