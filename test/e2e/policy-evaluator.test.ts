/** That the evaluator of admission policies does and tells what the other suites rely on. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/kubernetes/json.ts';
import { isInstalled } from '../installed.ts';
import { type PolicyEvaluator, startPolicyEvaluator } from '../policy-evaluator.ts';
import {
  evaluatedPolicies,
  mutatingPolicy,
  policyNamespace,
  policyPodOf,
  validatingPolicy,
} from './evaluated-policies.ts';
import { describeWithApiServer, eventually, kubectl } from './suite.ts';
import { createNamespace, type TestNamespace } from './test-namespace.ts';

const namespace = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'apps', labels: policyNamespace },
};

/** Needs no control plane, but Go, as this suite does. */
describe.skipIf(!isInstalled('go'))('the policy evaluator', () => {
  let evaluator: PolicyEvaluator;
  beforeAll(async () => {
    evaluator = await startPolicyEvaluator(evaluatedPolicies);
  }, 600_000);
  afterAll(() => evaluator?.stop());
  const evaluate = (image: string, annotations?: Record<string, string>) =>
    evaluator.evaluate({ object: policyPodOf(image, annotations), namespace });

  it('applies a patch, and fills in the defaults of what it added', async () => {
    const { object, mutated, reinvoked, errors } = await evaluate('app:1', { inject: '' });
    const injected = policyPodOf('app:1', { inject: '' });
    injected.metadata = { ...injected.metadata, ...{ namespace: 'apps' } };
    injected.spec.containers.push({ name: 'sidecar', image: 'sidecar:1' });
    expect({ mutated, reinvoked, errors }).toEqual({ mutated: ['inject'], reinvoked: [], errors: [] });
    expect(object).toEqual(await evaluator.withDefaults(injected));
    expect(object).toMatchObject({ spec: { containers: [{}, { imagePullPolicy: 'IfNotPresent' }] } });
  });

  it('invokes policies once more, and tells which one changes what it has changed already', async () => {
    const { object, mutated, reinvoked } = await evaluate('app:1', { inject: '', count: '' });
    expect({ mutated, reinvoked }).toEqual({ mutated: ['inject', 'count'], reinvoked: ['count'] });
    expect(object).toMatchObject({ metadata: { annotations: { 'example.com/passes': '2' } } });
  });

  it('denies with the message of its expression, and warns where the binding says so', async () => {
    const { denied, warned, mutated } = await evaluate('app:latest');
    expect({ denied, warned, mutated }).toEqual({
      denied: [{ policy: 'images', message: 'no tag latest in namespace apps', reason: 'Forbidden' }],
      warned: [{ policy: 'names', message: 'rather not web' }],
      mutated: [],
    });
    expect((await evaluate('app:1')).denied).toEqual([]);
  });

  it('tells an expression beyond the limit as an error', async () => {
    const { errors, denied, costs } = await evaluate('app:1', { costly: '' });
    expect(errors).toEqual([
      {
        policy: 'costly',
        place: 'validations[0]',
        error: expect.stringContaining('actual cost limit exceeded'),
      },
    ]);
    expect(denied).toEqual([]);
    expect(
      costs.find(({ policy, place }) => policy === 'costly' && place === 'validations[0]')?.share,
    ).toBeGreaterThan(1);
  });

  it('tells what each expression costs by itself, and all together', async () => {
    const { costs } = await evaluate('app:1', { inject: '' });
    const ofInjection = costs.filter(({ policy }) => policy === 'inject');
    expect(ofInjection.map(({ place }) => place)).toEqual([
      'matchConditions[wanted]',
      'variables[names]',
      'variables[isInjected]',
      'mutations[0]',
      'total of matchConditions',
      'total',
    ]);
    const costOf = (wanted: string) => ofInjection.find(({ place }) => place === wanted)?.cost ?? 0;
    // The patch is evaluated in the first pass; in the second the variable has more names to look at.
    expect(costOf('variables[names]')).toBeGreaterThan(costOf('variables[isInjected]'));
    expect(costOf('total')).toBeGreaterThan(costOf('mutations[0]'));
    for (const { cost } of ofInjection) expect(cost).toBeGreaterThan(0);
    // What nothing uses is not evaluated.
    expect(costs.map(({ place }) => place)).not.toContain('variables[unused]');
  });

  it('leaves alone what its constraints do not select', async () => {
    const review = { object: policyPodOf('app:latest', { inject: '' }), namespace };
    const update = await evaluator.evaluate({ ...review, oldObject: review.object, operation: 'UPDATE' });
    expect(update).toMatchObject({ mutated: [], denied: [], warned: [], costs: [] });
  });

  it('tells a message expression that fails, in place of which users read the message', async () => {
    const messageExpression = '"found " + string(object.spec.nothing)';
    const vague = await startPolicyEvaluator([
      validatingPolicy('vague', { expression: 'false', message: 'no', messageExpression }),
    ]);
    const { denied, errors } = await vague.evaluate({ object: policyPodOf('app:1'), namespace });
    vague.stop();
    expect(denied).toEqual([{ policy: 'vague', message: 'no', reason: 'Invalid' }]);
    const error = expect.stringContaining('no such key: nothing');
    expect(errors).toEqual([
      { policy: 'vague', place: 'validations[0].messageExpression', error, ignored: true },
    ]);
  });

  it('refuses an object that cannot be decoded, and goes on', async () => {
    const broken = { ...policyPodOf('app:1'), spec: { containers: 'none' } };
    await expect(evaluator.evaluate({ object: broken, namespace })).rejects.toThrow('object: ');
    expect((await evaluate('app:1')).errors).toEqual([]);
  });

  const labels = '[JSONPatch{op: "add", path: "/metadata/labels", value: {"a": "b"}}]';
  it.each([
    [
      'a compile error',
      mutatingPolicy('broken', '[JSONPatch{op: "add", path: 1}]'),
      'policy broken, mutations[0]: compilation failed',
    ],
    [
      'a field that does not exist',
      mutatingPolicy('broken', labels, { patches: [] }),
      'unknown field "spec.patches"',
    ],
    [
      'a value that is not allowed',
      mutatingPolicy('broken', labels, { failurePolicy: 'Sometimes' }),
      'spec.failurePolicy',
    ],
  ])('tells %s in a policy', async (_what, policy, message) => {
    await expect(startPolicyEvaluator([policy])).rejects.toThrow(message);
  });
});

/** One truth: what the evaluator says of a pod is what the API server does with it. */
(isInstalled('go') ? describeWithApiServer : describe.skip)(
  'the policy evaluator beside the API server',
  () => {
    let evaluator: PolicyEvaluator;
    let namespace: TestNamespace;
    let namespaceObject: JsonObject;
    const list = { apiVersion: 'v1', kind: 'List', items: evaluatedPolicies };
    const create = (image: string, annotations?: Record<string, string>) =>
      namespace.createPod(policyPodOf(image, annotations), '--dry-run=server');
    const evaluate = (image: string, annotations?: Record<string, string>) =>
      evaluator.evaluate({ object: policyPodOf(image, annotations), namespace: namespaceObject });

    beforeAll(async () => {
      evaluator = await startPolicyEvaluator(evaluatedPolicies);
      namespace = await createNamespace(policyNamespace);
      namespaceObject = await namespace.json<JsonObject>(`get namespace ${namespace.name}`);
      await kubectl('apply --server-side -f -', list);
      // Policies are in force some moments after they are made, each by itself.
      await eventually(async () => {
        const { stdout } = await create('app:1', { inject: '', count: '' });
        expect(stdout).toContain('sidecar:1');
        expect(stdout).toContain('example.com/passes');
        await expect(create('app:latest')).rejects.toThrow('no tag latest');
        await expect(create('app:1', { costly: '' })).rejects.toThrow('cost limit');
        expect((await create('app:1')).stderr).toContain('rather not web');
      });
    }, 600_000);
    afterAll(async () => {
      evaluator?.stop();
      await kubectl('delete --ignore-not-found -f -', list);
    });

    it.each([{}, { inject: '' }, { inject: '', count: '' }])(
      'makes the same pod of one with %o',
      async annotations => {
        const { object, warned } = await evaluate('app:1', annotations);
        const { pod, stderr } = await create('app:1', annotations);
        expect(essence(pod)).toEqual(essence(object));
        for (const { message } of warned) expect(stderr).toContain(message);
        expect(warned).toHaveLength(1);
      },
    );

    it('refuses the same pods with the same words', async () => {
      const [denied] = (await evaluate('app:latest')).denied;
      await expect(create('app:latest')).rejects.toThrow(`denied request: ${denied?.message}`);
      const [failed] = (await evaluate('app:1', { costly: '' })).errors;
      await expect(create('app:1', { costly: '' })).rejects.toThrow(`denied request: ${failed?.error}`);
    });

    it('refuses the same policy with the same words', async () => {
      const policy = mutatingPolicy('broken', '[]');
      const says = 'must evaluate to list(JSONPatch) but got list(dyn)';
      await expect(startPolicyEvaluator([policy])).rejects.toThrow(says);
      await expect(kubectl('create --dry-run=server -f -', policy)).rejects.toThrow(says);
    });
  },
);

/** Without what plugins of the API server add after the policies, and what it knows by itself. */
function essence(pod: unknown) {
  const { metadata, spec } = pod as { metadata: JsonObject; spec: JsonObject };
  const { tolerations, priority, preemptionPolicy, serviceAccount, serviceAccountName, ...rest } = spec;
  return { annotations: metadata['annotations'] ?? {}, spec: rest };
}
