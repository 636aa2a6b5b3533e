/** That the evaluator of admission policies does and tells what the other suites rely on. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/kubernetes/json.ts';
import { isInstalled } from '../installed.ts';
import { type PolicyEvaluator, startPolicyEvaluator } from '../policy-evaluator.ts';

const namespace = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'apps', labels: { team: 'web' } },
};

const matchConstraints = {
  resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], operations: ['CREATE'] }],
};

function mutatingPolicy(name: string, expression: string, others: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingAdmissionPolicy',
    metadata: { name },
    spec: {
      matchConstraints,
      reinvocationPolicy: 'IfNeeded',
      mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression } }],
      ...others,
    },
  };
}

function validatingPolicy(name: string, validation: JsonObject, others: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name },
    spec: { matchConstraints, validations: [validation], ...others },
  };
}

function podOf(image: string, annotations: Record<string, string> = {}) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', annotations },
    spec: { containers: [{ name: 'app', image }] },
  };
}

/** Needs no control plane, but Go, as this suite does. */
describe.skipIf(!isInstalled('go'))('the policy evaluator', () => {
  let evaluator: PolicyEvaluator;
  const namesOfContainers = 'object.spec.containers.map(container, container.name)';
  beforeAll(async () => {
    evaluator = await startPolicyEvaluator([
      mutatingPolicy(
        'inject',
        `variables.isInjected ? [] : [
          JSONPatch{op: "add", path: "/spec/containers/-", value: Object.spec.containers{name: "sidecar", image: "sidecar:1"}}
        ]`,
        {
          variables: [
            { name: 'names', expression: namesOfContainers },
            { name: 'isInjected', expression: '"sidecar" in variables.names' },
          ],
          matchConditions: [
            { name: 'wanted', expression: '"inject" in object.metadata.?annotations.orValue({})' },
          ],
        },
      ),
      mutatingPolicy(
        'count',
        `[JSONPatch{
          op: "add", path: "/metadata/annotations/" + jsonpatch.escapeKey("example.com/passes"),
          value: string(int(object.metadata.annotations[?"example.com/passes"].orValue("0")) + 1)
        }]`,
        {
          matchConditions: [
            { name: 'wanted', expression: '"count" in object.metadata.?annotations.orValue({})' },
          ],
        },
      ),
      validatingPolicy(
        'images',
        {
          expression: '!object.spec.containers.exists(container, container.image.endsWith(":latest"))',
          messageExpression: '"no tag latest in namespace " + namespaceObject.metadata.name',
          reason: 'Forbidden',
        },
        { variables: [{ name: 'unused', expression: namesOfContainers }] },
      ),
      validatingPolicy(
        'costly',
        { expression: everyOf(40, 4) },
        {
          matchConditions: [
            { name: 'wanted', expression: '"costly" in object.metadata.?annotations.orValue({})' },
          ],
        },
      ),
      validatingPolicy('names', { expression: 'object.metadata.name != "web"', message: 'rather not web' }),
      {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingAdmissionPolicyBinding',
        metadata: { name: 'names' },
        spec: { policyName: 'names', validationActions: ['Warn'] },
      },
    ]);
  }, 600_000);
  afterAll(() => evaluator?.stop());
  const evaluate = (image: string, annotations?: Record<string, string>) =>
    evaluator.evaluate({ object: podOf(image, annotations), namespace });

  it('applies a patch, and fills in the defaults of what it added', async () => {
    const { object, mutated, reinvoked, errors } = await evaluate('app:1', { inject: '' });
    const injected = podOf('app:1', { inject: '' });
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
    const review = { object: podOf('app:latest', { inject: '' }), namespace };
    const update = await evaluator.evaluate({ ...review, oldObject: review.object, operation: 'UPDATE' });
    expect(update).toMatchObject({ mutated: [], denied: [], warned: [], costs: [] });
  });

  it('refuses an object that cannot be decoded, and goes on', async () => {
    const broken = { ...podOf('app:1'), spec: { containers: 'none' } };
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

/** Nested loops, which take so many steps to the power of their depth. */
function everyOf(size: number, depth: number): string {
  const numbers = `[${Array.from({ length: size }, (_, index) => index).join(', ')}]`;
  const names = Array.from({ length: depth }, (_, index) => `n${index}`);
  return names.reduceRight((inner, name) => `${numbers}.all(${name}, ${inner})`, `${names.join(' + ')} >= 0`);
}
