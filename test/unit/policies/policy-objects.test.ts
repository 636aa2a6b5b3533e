import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { list, literal, name, yes } from '../../../src/policies/cel/build-expression.ts';
import {
  mutatingPolicy,
  type PolicySpec,
  podRules,
  validatingPolicy,
} from '../../../src/policies/policy-objects.ts';
import { at } from '../../injection-fixture.ts';

const guard: unknown = parse(
  readFileSync(new URL('../../../deploy/components/guard/guard.yaml', import.meta.url), 'utf8').split(
    /^---$/m,
  )[0] ?? '',
);

const spec: PolicySpec = {
  name: 'logs.sidecar.io',
  labels: { 'policies.sidecar.io/sidecar': 'logs' },
  annotations: { 'policies.sidecar.io/definition': 'abc' },
  namespaces: 'all',
  resourceRules: podRules,
  conditions: [['is-asked', name('asked')]],
};

const metadata = {
  name: 'logs.sidecar.io',
  labels: {
    'app.kubernetes.io/name': 'sidecar-injector',
    'app.kubernetes.io/component': 'policy',
    'policies.sidecar.io/sidecar': 'logs',
  },
  annotations: { 'policies.sidecar.io/definition': 'abc' },
};

const variables = [
  ['first', name('a')],
  ['second', literal('b')],
] as const;
const validation = { isRight: yes, message: 'no', messageExpression: literal('why') };

describe('a policy that changes pods', () => {
  const [policy, binding, ...others] = mutatingPolicy(spec, variables, list());

  it('has all that the API server asks for', () => {
    expect(others).toEqual([]);
    expect(policy).toEqual({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingAdmissionPolicy',
      metadata,
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: at(guard, 'spec', 'matchConstraints'),
        matchConditions: [{ name: 'is-asked', expression: 'asked' }],
        variables: [
          { name: 'first', expression: 'a' },
          { name: 'second', expression: "'b'" },
        ],
        reinvocationPolicy: 'IfNeeded',
        mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression: '[]' } }],
      },
    });
  });

  it('has a binding of its name', () => {
    expect(binding).toEqual({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingAdmissionPolicyBinding',
      metadata,
      spec: { policyName: 'logs.sidecar.io' },
    });
  });
});

describe('a policy that refuses pods', () => {
  it('says why, and is bound to deny', () => {
    const [policy, binding] = validatingPolicy(spec, variables, validation);
    expect(at(policy, 'kind')).toBe('ValidatingAdmissionPolicy');
    expect(at(policy, 'spec', 'validations')).toEqual([
      { expression: 'true', reason: 'Invalid', message: 'no', messageExpression: "'why'" },
    ]);
    expect(at(policy, 'spec')).not.toHaveProperty('reinvocationPolicy');
    expect(binding).toMatchObject({
      kind: 'ValidatingAdmissionPolicyBinding',
      spec: { policyName: 'logs.sidecar.io', validationActions: ['Deny'] },
    });
  });

  it('is bound to warn where that is meant', () => {
    const [, binding] = validatingPolicy(spec, variables, validation, 'Warn');
    expect(at(binding, 'spec', 'validationActions')).toEqual(['Warn']);
  });

  it('has no conditions and no annotations where there are none', () => {
    const [policy] = validatingPolicy({ ...spec, conditions: [], annotations: {} }, [], validation);
    expect(at(policy, 'spec')).not.toHaveProperty('matchConditions');
    expect(at(policy, 'metadata')).not.toHaveProperty('annotations');
  });
});

describe('namespaces', () => {
  const expressionsFor = (namespaces: PolicySpec['namespaces']) => {
    const [policy] = validatingPolicy({ ...spec, namespaces }, [], validation);
    return at(policy, 'spec', 'matchConstraints', 'namespaceSelector', 'matchExpressions');
  };
  const ofGuard = at(guard, 'spec', 'matchConstraints', 'namespaceSelector', 'matchExpressions');

  it('are those of the guard', () => {
    expect(ofGuard).toHaveLength(2);
    expect(expressionsFor('all')).toEqual(ofGuard);
  });

  it.each<[PolicySpec['namespaces'], string, readonly string[]]>([
    ['labelled', 'In', ['enabled']],
    ['ordinary', 'NotIn', ['disabled', 'enabled']],
  ])('are told apart by their label: %s', (namespaces, operator, values) => {
    expect(expressionsFor(namespaces)).toEqual([
      at(ofGuard, 0),
      { key: 'sidecar.io/inject', operator, values },
    ]);
  });
});
