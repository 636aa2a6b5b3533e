/** The checks of an installation in which policies of the API server put sidecars in. */
import { describe, expect, it } from 'vitest';
import type { Judgement } from '../../../src/diagnosis/diagnosis.ts';
import { known, unknown } from '../../../src/diagnosis/fact.ts';
import type { Installation } from '../../../src/diagnosis/installation.ts';
import {
  checkInstallation,
  checksAfter,
  checksFor,
  checksOfPolicies,
} from '../../../src/diagnosis/installation-checks.ts';
import type { Obstacle } from '../../../src/diagnosis/obstacles.ts';
import { probePodFor } from '../../../src/diagnosis/probe-pod.ts';
import { shippedBindings, shippedPolicies } from '../../../src/diagnosis/shipped-installation.ts';
import type { JsonObject } from '../../../src/kubernetes/json.ts';
import { shippedSidecars } from '../../injection-fixture.ts';
import { healthyInstallation, issueCertificates } from '../../installation-facts.ts';
import { type PolicyObjects, sidecarPolicies, without } from '../../sidecar-policies.ts';

const webhook = healthyInstallation(await issueCertificates());
const hash = shippedSidecars.sidecars.get('git-sync')?.hash ?? '';
const objects = sidecarPolicies({ 'git-sync': hash, 'log-collector': '0123456789abcdef' });
const isNoAccountPolicy = (policy: JsonObject) => !JSON.stringify(policy).includes('own-account');

/** What is known where these policies stand beside the guard. */
function factsOf(found: PolicyObjects, isReversed = false): Partial<Installation> {
  const inOrder = (list: readonly JsonObject[]) => known(isReversed ? list.toReversed() : list);
  return {
    policies: inOrder([...shippedPolicies.filter(isNoAccountPolicy), ...found.policies]),
    policyBindings: inOrder([...shippedBindings.filter(isNoAccountPolicy), ...found.policyBindings]),
    mutatingPolicies: inOrder(found.mutatingPolicies),
    mutatingPolicyBindings: inOrder(found.mutatingPolicyBindings),
  };
}

const nothing = known(undefined);
const alone: Installation = {
  ...webhook,
  webhookConfigurations: known([]),
  service: nothing,
  deployment: nothing,
  definitions: nothing,
  endpoints: known([]),
  replicas: known([]),
  served: undefined,
  versions: undefined,
  ...factsOf(objects),
};

const check = (installation: Installation) => checkInstallation(checksFor(installation), installation);

function troublesOf(installation: Installation) {
  return check(installation).flatMap(result =>
    result.outcome === 'ok' ? [] : [`${result.outcome} ${result.check} ${result.code}: ${result.cause}`],
  );
}

const seenOf = (installation: Installation, name: string) =>
  check(installation).find(result => result.check === name);

describe('an installation by policies alone', () => {
  it('is well without webhook, Service, replicas and certificates', () => {
    expect(troublesOf(alone)).toEqual([]);
    expect(check(alone).map(({ check: name }) => name)).toEqual(checksOfPolicies.map(({ name }) => name));
    expect(seenOf(alone, 'sidecar-policies')).toMatchObject({ seen: 'git-sync and log-collector' });
    expect(troublesOf({ ...alone, ...factsOf(objects, true) })).toEqual([]);
  });

  type Case = readonly [
    what: string,
    change: Partial<Installation>,
    check: string,
    outcome: Judgement['outcome'],
    code: Obstacle,
    cause: string,
  ];
  const gone = (list: keyof PolicyObjects, name: string) => factsOf(without(objects, list, name));
  const changedBinding = (change: (spec: JsonObject) => JsonObject) => {
    const changed = (binding: JsonObject) =>
      JSON.stringify(binding).includes('"git-sync.sidecar.io"')
        ? { ...binding, spec: change(binding['spec'] as JsonObject) }
        : binding;
    return factsOf({ ...objects, policyBindings: objects.policyBindings.map(changed) });
  };
  const mixed = sidecarPolicies({ 'git-sync': 'fedcba9876543210', 'log-collector': '0123456789abcdef' });
  const withFault = (policy: JsonObject) => ({
    ...policy,
    status: {
      typeChecking: {
        expressionWarnings: [
          { fieldRef: 'spec.validations[0].expression', warning: "undefined field 'x'\n below the line" },
        ],
      },
    },
  });

  it.each<Case>([
    [
      'the server is older than the policies that change pods',
      {
        server: known({
          ...{ major: 1, minor: 33, text: 'v1.33.2' },
          ...{ hasPolicies: true, hasMutatingPolicies: false },
        }),
        mutatingPolicies: known([]),
        mutatingPolicyBindings: known([]),
      },
      'mutating-policies',
      'failure',
      'server-too-old',
      'v1.33.2',
    ],
    [
      'the policy that puts a sidecar in is gone',
      gone('mutatingPolicies', 'git-sync.sidecar.io'),
      'sidecar-policies',
      'failure',
      'sidecar-policy-missing',
      'MutatingAdmissionPolicy "git-sync.sidecar.io" is not there',
    ],
    [
      'the policies that refuse are gone',
      factsOf(
        without(
          without(objects, 'policies', 'log-collector.sidecar.io'),
          'policies',
          'log-collector.namespaces.sidecar.io',
        ),
      ),
      'sidecar-policies',
      'failure',
      'sidecar-policy-missing',
      'ValidatingAdmissionPolicy "log-collector.sidecar.io" and ValidatingAdmissionPolicy "log-collector.namespaces.sidecar.io" are not there',
    ],
    [
      'the policy for what no policy is for is gone',
      gone('policies', 'pods.sidecar-injector'),
      'sidecar-policies',
      'failure',
      'sidecar-policy-missing',
      'ValidatingAdmissionPolicy "pods.sidecar-injector" is not there',
    ],
    [
      'the policy for workloads is gone',
      gone('mutatingPolicies', 'workloads.sidecar-injector'),
      'sidecar-policies',
      'failure',
      'sidecar-policy-missing',
      '"workloads.sidecar-injector"',
    ],
    [
      'a binding is gone',
      gone('mutatingPolicyBindings', 'git-sync.namespaces.sidecar.io'),
      'sidecar-policies',
      'failure',
      'sidecar-policy-not-in-force',
      'no binding puts MutatingAdmissionPolicy "git-sync.namespaces.sidecar.io" in force',
    ],
    [
      'a binding only warns',
      changedBinding(spec => ({ ...spec, validationActions: ['Warn'] })),
      'sidecar-policies',
      'failure',
      'sidecar-policy-not-in-force',
      'ValidatingAdmissionPolicy "git-sync.sidecar.io" in force',
    ],
    [
      'a binding is of another policy',
      changedBinding(spec => ({ ...spec, policyName: 'other' })),
      'sidecar-policies',
      'failure',
      'sidecar-policy-not-in-force',
      'ValidatingAdmissionPolicy "git-sync.sidecar.io" in force',
    ],
    [
      'the policies of a sidecar are not of one definition',
      factsOf({ ...objects, policies: mixed.policies }),
      'sidecar-policies',
      'warning',
      'sidecar-policies-differ',
      'the policies of git-sync were not',
    ],
    [
      'an expression does not fit',
      factsOf({ ...objects, policies: objects.policies.map(withFault) }),
      'policy-expressions',
      'warning',
      'sidecar-policy-mistyped',
      'ValidatingAdmissionPolicy "git-sync.sidecar.io" at spec.validations[0].expression: undefined field \'x\'',
    ],
    [
      'the guard is gone',
      {
        policies: known(objects.policies),
        policyBindings: known(objects.policyBindings),
      },
      'guard',
      'failure',
      'guard-absent',
      'sidecar-injector-guard',
    ],
    [
      'bindings may not be read',
      { mutatingPolicyBindings: unknown('forbidden: User "ada"', true) },
      'sidecar-policies',
      'failure',
      'not-allowed-to-read',
      'mutatingadmissionpolicybindings: forbidden',
    ],
    [
      'no pod could be made to try it with',
      { probe: unknown('none of the definitions at hand') },
      'pod-injected',
      'warning',
      'not-readable',
      'none of the definitions at hand',
    ],
  ])('tells that %s', (_what, change, ...expected) => {
    const [name, outcome, code, cause] = expected;
    const found = seenOf({ ...alone, ...change }, name);
    expect(found).toMatchObject({ outcome, code });
    expect(found && 'cause' in found ? found.cause : '').toContain(cause);
    expect(JSON.stringify(found)).not.toContain('below the line');
  });

  it('is tried with a definition at hand of which its policies were compiled', () => {
    expect(probePodFor(alone, shippedSidecars)).toMatchObject({ value: { sidecar: 'git-sync' } });
    expect(probePodFor(alone)).toMatchObject({ unknown: expect.stringContaining('compiled of') });
    const others = { ...alone, ...factsOf(sidecarPolicies({ 'git-sync': 'fedcba9876543210' })) };
    expect(probePodFor(others, shippedSidecars)).toMatchObject({ unknown: expect.any(String) });
  });
});

describe('a cluster', () => {
  it('with the webhook and policies is checked for both, and told that both are there', () => {
    const own = { policies: shippedPolicies, policyBindings: shippedBindings };
    const both: Installation = {
      ...webhook,
      ...factsOf(objects),
      policies: known([...own.policies, ...objects.policies]),
      policyBindings: known([...own.policyBindings, ...objects.policyBindings]),
    };
    expect(troublesOf(both)).toEqual([]);
    const names = check(both).map(({ check: name }) => name);
    expect(names.toSorted()).toEqual(
      [...new Set([...checksAfter, ...checksOfPolicies])].map(({ name }) => name).toSorted(),
    );
    expect(seenOf(both, 'sidecar-policies')).toMatchObject({
      seen: 'git-sync and log-collector; the webhook is there too, and a pod gets each sidecar once',
    });
  });

  it.each([
    ['with the webhook alone', webhook],
    ['with nothing', { ...webhook, webhookConfigurations: known([]) }],
    ['whose webhooks may not be read', { ...alone, webhookConfigurations: unknown('forbidden', true) }],
  ])('%s is checked for the webhook', (_what, installation) => {
    expect(check(installation).map(({ check: name }) => name)).toContain('webhook-registered');
  });

  it('with nothing misses the webhook, unless the policies may not be read', () => {
    const none = { ...webhook, webhookConfigurations: known([]) };
    expect(seenOf(none, 'webhook-registered')).toMatchObject({ code: 'webhook-missing' });
    const unseen = { ...none, mutatingPolicies: unknown('forbidden', true) };
    expect(seenOf(unseen, 'webhook-registered')).toMatchObject({ code: 'not-allowed-to-read' });
  });

  it('is not by our policies because somebody else has some', () => {
    const others = objects.policies.map(policy => ({ ...policy, metadata: { name: 'git-sync.sidecar.io' } }));
    const none = { ...webhook, webhookConfigurations: known([]), policies: known(others) };
    expect(seenOf(none, 'webhook-registered')).toMatchObject({ code: 'webhook-missing' });
  });
});
