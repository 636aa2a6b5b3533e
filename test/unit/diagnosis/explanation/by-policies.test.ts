/** What is explained where policies of the API server put sidecars in. */
import { describe, expect, it } from 'vitest';
import { explainNew, explainStored } from '../../../../src/diagnosis/explanation/explain-stored.ts';
import type { Explanation } from '../../../../src/diagnosis/explanation/explanation.ts';
import type { Surroundings } from '../../../../src/diagnosis/explanation/surroundings.ts';
import { known } from '../../../../src/diagnosis/fact.ts';
import type { JsonObject } from '../../../../src/kubernetes/json.ts';
import { gitSync } from '../../../injection-fixture.ts';
import { sidecarPolicies } from '../../../sidecar-policies.ts';
import { workloadWith } from '../../../workload-fixture.ts';
import { circumstances, registeredAs, registration, storedPod } from './circumstances-fixture.ts';

const asking = gitSync({ mount: '/site' });

/** Policies for these sidecars, made at a time, beside these registrations of webhooks. */
function policiesFor(
  sidecars: readonly string[],
  { createdAt = '2026-01-01T00:00:00Z', webhooks = [] as readonly JsonObject[] } = {},
): Surroundings['installation'] {
  const { policies, mutatingPolicies } = sidecarPolicies(
    Object.fromEntries(sidecars.map(name => [name, '0123456789abcdef'])),
  );
  // A list of the API server does not say the kind of each.
  const stored = ({ kind: _kind, metadata, ...others }: JsonObject) => ({
    ...others,
    metadata: { ...(metadata as JsonObject), creationTimestamp: createdAt },
  });
  return {
    ...registeredAs(...webhooks),
    policies: known(policies.map(stored)),
    mutatingPolicies: known(mutatingPolicies.map(stored)),
  };
}

const byPolicies = policiesFor(['git-sync']);

function explained(object: JsonObject, surroundings: Partial<Surroundings> = {}): Explanation {
  return explainStored(object, circumstances({ installation: byPolicies, ...surroundings }));
}

const deployment = () => workloadWith({ template: asking }) as unknown as JsonObject;
const newPod: JsonObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', annotations: asking },
  spec: { containers: [{ name: 'app', image: 'nginx:1.29' }] },
};
const inNamespace = (label: string) => ({
  labels: known({ 'kubernetes.io/metadata.name': 'shop', 'sidecar.io/inject': label }),
});

describe('where policies alone put sidecars in, explain says', () => {
  it.each([
    ['pod', newPod],
    ['workload', deployment()],
  ])('of a new %s that they do', (_what, object) => {
    const found = explainNew(object, circumstances({ installation: byPolicies }));
    expect(found).toMatchObject({ verdict: 'would-be-injected', problems: [] });
    expect(found.sidecars).toMatchObject([{ container: 'git-sync', isPresent: false, by: 'policy' }]);
  });

  it('nothing of who does it where that is the webhook', () => {
    const found = explainNew(newPod, circumstances());
    expect(found.sidecars[0]).not.toHaveProperty('by');
  });

  it('that they come before the webhook where both are there', () => {
    const both = policiesFor(['git-sync'], { webhooks: [registration()] });
    const found = explainNew(newPod, circumstances({ installation: both }));
    expect(found).toMatchObject({ verdict: 'would-be-injected', sidecars: [{ by: 'policy' }] });
  });

  it('which sidecar none was compiled for, and for which', () => {
    const others = policiesFor(['log-collector', 'statsd-exporter']);
    const found = explainNew(newPod, circumstances({ installation: others }));
    expect(found).toMatchObject({
      verdict: 'prevented',
      problems: [
        {
          code: 'sidecar-not-compiled',
          message:
            'policies of the API server put sidecars in, and none puts in git-sync: they are for log-collector, statsd-exporter',
          advice: expect.stringContaining('sidecar-injector compile git-sync'),
        },
      ],
    });
    const beside = policiesFor(['log-collector'], { webhooks: [registration()] });
    expect(explainNew(newPod, circumstances({ installation: beside })).problems).toEqual([]);
  });

  it('that the namespace opted out, and that one whose annotations count did not', () => {
    const of = (label: string) =>
      explainNew(newPod, circumstances({ installation: byPolicies, ...inNamespace(label) }));
    expect(of('disabled')).toMatchObject({
      verdict: 'prevented',
      problems: [{ code: 'namespace-opted-out' }],
    });
    expect(of('enabled')).toMatchObject({ verdict: 'would-be-injected', problems: [] });
  });

  it('what a person would edit where a selector leaves the namespace out', () => {
    const { policies, mutatingPolicies } = byPolicies;
    const picky = (policy: JsonObject): JsonObject => {
      const spec = policy['spec'] as JsonObject;
      const constraints = spec['matchConstraints'] as JsonObject;
      const namespaceSelector = { matchLabels: { team: 'web' } };
      return { ...policy, spec: { ...spec, matchConstraints: { ...constraints, namespaceSelector } } };
    };
    const installation = {
      ...byPolicies,
      policies,
      mutatingPolicies: known((mutatingPolicies.value ?? []).map(picky)),
    };
    expect(explainNew(newPod, circumstances({ installation })).problems).toMatchObject([
      {
        code: 'namespace-excluded',
        advice: expect.stringContaining('MutatingAdmissionPolicy git-sync.sidecar.io'),
      },
    ]);
  });

  it('of a bare pod that is older than the policy for its sidecar', () => {
    const later = policiesFor(['git-sync'], { createdAt: '2026-09-01T00:00:00Z' });
    expect(explained(storedPod(asking), { installation: later }).problems).toMatchObject([
      {
        code: 'pod-older',
        where: 'MutatingAdmissionPolicy git-sync.sidecar.io',
        message: expect.stringContaining(
          'MutatingAdmissionPolicy "git-sync.sidecar.io" was registered at 2026-09-01T00:00:00Z',
        ),
      },
    ]);
  });

  it('of a bare pod that is younger that no policy has seen it', () => {
    expect(explained(storedPod(asking)).problems).toMatchObject([
      { code: 'pod-bypassed', message: expect.stringContaining('no policy of the API server has seen it') },
    ]);
  });
});
