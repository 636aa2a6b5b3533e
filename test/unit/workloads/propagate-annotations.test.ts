import { describe, expect, it } from 'vitest';
import { leaveAnnotations, propagateAnnotations } from '../../../src/workloads/propagate-annotations.ts';
import { workloadWith } from '../../workload-fixture.ts';

const key = 'sidecar.io/logs';
const remembered = (value: string) => ({ 'sidecar.io/propagated': JSON.stringify({ [key]: value }) });

/** A managedFields entry for annotations, of the object and of the template. */
function managed(manager: string, operation: string, own: readonly string[], template: readonly string[]) {
  const fields = (keys: readonly string[]) => ({
    'f:metadata': {
      'f:annotations': { '.': {}, ...Object.fromEntries(keys.map(name => [`f:${name}`, {}])) },
    },
  });
  return { manager, operation, fieldsV1: { ...fields(own), 'f:spec': { 'f:template': fields(template) } } };
}

const lastApplied = (template: object, object = {}) => ({
  'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({
    metadata: { annotations: object },
    spec: { template: { metadata: { annotations: template } } },
  }),
});

interface Case {
  readonly object?: Readonly<Record<string, string>>;
  readonly template?: Readonly<Record<string, string>>;
  readonly managedFields?: unknown;
}

interface Outcome {
  readonly changes?: Readonly<Record<string, string | undefined>>;
  readonly memory?: Readonly<Record<string, string>>;
  readonly codes?: readonly string[];
}

/** What becomes of a workload that is updated, or created as a copy of one. */
function carry({ object, template, managedFields }: Case, as: 'updated' | 'created' = 'updated') {
  const workload = workloadWith({ annotations: object, template, metadata: { managedFields } });
  const before = as === 'created' ? undefined : workload;
  const { changes, memory, warnings } = propagateAnnotations(workload, before);
  return {
    changes: Object.fromEntries(changes),
    memory: Object.fromEntries(memory ?? []),
    codes: warnings.map(({ code }) => code),
  };
}

describe('an annotation', () => {
  it.each<readonly [what: string, given: Case, expected: Outcome]>([
    ['of nobody', {}, {}],
    [
      'of the object is carried',
      { object: { [key]: 'a' } },
      { changes: { [key]: 'a' }, memory: { [key]: 'a' } },
    ],
    [
      'that was carried stays',
      { object: { [key]: 'a', ...remembered('a') }, template: { [key]: 'a' } },
      { memory: { [key]: 'a' } },
    ],
    [
      'that changes is carried again',
      { object: { [key]: 'b', ...remembered('a') }, template: { [key]: 'a' } },
      { changes: { [key]: 'b' }, memory: { [key]: 'b' } },
    ],
    [
      'that the object has no longer is taken back',
      { object: remembered('a'), template: { [key]: 'a' } },
      { changes: { [key]: undefined } },
    ],
    ['of the template stays', { template: { [key]: 'a' } }, {}],
    ['of both, the same, stays', { object: { [key]: 'a' }, template: { [key]: 'a' } }, {}],
    [
      'of both, not the same, stays with a warning',
      { object: { [key]: 'a' }, template: { [key]: 'b' } },
      { codes: ['overruled'] },
    ],
    [
      'whose carried value was changed is of the user',
      { object: { [key]: 'a', ...remembered('a') }, template: { [key]: 'b' } },
      { codes: ['overruled'] },
    ],
    [
      'whose carried value was changed stays without the object’s',
      { object: remembered('a'), template: { [key]: 'b' } },
      {},
    ],
    [
      'that was taken out of the template comes back with a warning',
      { object: { [key]: 'a', ...remembered('a') } },
      { changes: { [key]: 'a' }, memory: { [key]: 'a' }, codes: ['carried-again'] },
    ],
    [
      'that a manager owns in the template stays',
      {
        object: remembered('a'),
        template: { [key]: 'a' },
        managedFields: [managed('gitops', 'Apply', [], [key])],
      },
      {},
    ],
    [
      'that the last applied manifest names in the template stays',
      { object: { ...remembered('a'), ...lastApplied({ [key]: 'x' }) }, template: { [key]: 'a' } },
      {},
    ],
    [
      'that a manifest of the command line repeats in the template, with the memory of it, stays carried',
      {
        object: { [key]: 'a', ...remembered('a'), ...lastApplied({ [key]: 'a' }, remembered('a')) },
        template: { [key]: 'a' },
      },
      { memory: { [key]: 'a' } },
    ],
    [
      'that such a manifest repeats stays carried when it is applied on the server',
      {
        object: { [key]: 'a', ...remembered('a') },
        template: { [key]: 'a' },
        managedFields: [managed('gitops', 'Apply', [key, 'sidecar.io/propagated'], [key])],
      },
      { memory: { [key]: 'a' } },
    ],
    [
      'that such a manifest has in the template alone is its own',
      {
        object: { ...remembered('a'), ...lastApplied({ [key]: 'a' }, remembered('a')) },
        template: { [key]: 'a' },
      },
      {},
    ],
    [
      'that such a manifest has with another value in the template is its own, with a warning',
      {
        object: { [key]: 'b', ...remembered('a'), ...lastApplied({ [key]: 'a' }, remembered('a')) },
        template: { [key]: 'a' },
      },
      { codes: ['overruled'] },
    ],
    [
      'that came back together with the memory is no writing',
      {
        object: remembered('a'),
        template: { [key]: 'a' },
        managedFields: [managed('tool', 'Update', ['sidecar.io/propagated'], [key])],
      },
      { changes: { [key]: undefined } },
    ],
    [
      'that came with a memory which another manager has changed since is no writing either',
      {
        object: remembered('a'),
        template: { [key]: 'a' },
        managedFields: [
          managed('kubectl-create', 'Update', [], [key]),
          managed('kubectl', 'Update', ['sidecar.io/propagated'], []),
        ],
      },
      { changes: { [key]: undefined } },
    ],
    [
      'that a manifest has together with the memory is what the manifest says',
      {
        object: remembered('a'),
        template: { [key]: 'a' },
        managedFields: [managed('gitops', 'Apply', ['sidecar.io/propagated'], [key])],
      },
      {},
    ],
    [
      'that an undo of the template changed gets the value of the object again, with a warning',
      {
        object: { [key]: 'b', ...remembered('b') },
        template: { [key]: 'a' },
        managedFields: [managed('kubectl', 'Update', [], [key])],
      },
      { changes: { [key]: 'b' }, memory: { [key]: 'b' }, codes: ['carried-again'] },
    ],
    [
      'that an undo of Argo Rollouts changed gets the value of the object again, with a warning',
      {
        object: { [key]: 'b', ...remembered('b') },
        template: { [key]: 'a' },
        managedFields: [managed('kubectl-argo-rollouts', 'Update', [], [key])],
      },
      { changes: { [key]: 'b' }, memory: { [key]: 'b' }, codes: ['carried-again'] },
    ],
    [
      'that an undo of the template brought back and nobody remembers stays',
      { template: { [key]: 'a' }, managedFields: [managed('kubectl', 'Update', [], [key])] },
      {},
    ],
  ])('%s', (_what, given, expected) => {
    expect(carry(given)).toStrictEqual({ changes: {}, memory: {}, codes: [], ...expected });
  });

  it.each(['sidecar.io/status', 'sidecar.io/propagated', 'example.com/logs'])('is not carried: %s', name => {
    expect(carry({ object: { [name]: '{}' } })).toStrictEqual({ changes: {}, memory: {}, codes: [] });
  });

  it('that switches the injector off is carried', () => {
    expect(carry({ object: { 'sidecar.io/inject': 'false' } }).changes).toStrictEqual({
      'sidecar.io/inject': 'false',
    });
  });

  it.each([undefined, null, 'x', [null, 1, {}], [{ operation: 'Apply', fieldsV1: { 'f:spec': 1 } }]])(
    'is carried whatever is written as managed fields: %j',
    managedFields => {
      expect(carry({ object: { [key]: 'a' }, managedFields }).changes).toStrictEqual({ [key]: 'a' });
    },
  );

  it('is taken back whatever is written as the last applied manifest', () => {
    const object = { ...remembered('a'), 'kubectl.kubernetes.io/last-applied-configuration': '{"spec":' };
    expect(carry({ object, template: { [key]: 'a' } }).changes).toStrictEqual({ [key]: undefined });
  });
});

describe('an annotation of a workload that is created', () => {
  const copied = [managed('kubectl-create', 'Update', [key, 'sidecar.io/propagated'], [key])];

  it.each<readonly [what: string, given: Case, expected: Outcome]>([
    ['is carried', { object: { [key]: 'a' } }, { changes: { [key]: 'a' }, memory: { [key]: 'a' } }],
    [
      'and was carried in what it is a copy of stays carried',
      { object: { [key]: 'a', ...remembered('a') }, template: { [key]: 'a' } },
      { memory: { [key]: 'a' } },
    ],
    [
      'and was carried there with another value is what the object says now',
      { object: { [key]: 'b', ...remembered('a') }, template: { [key]: 'a' } },
      { changes: { [key]: 'b' }, memory: { [key]: 'b' } },
    ],
    [
      'and was carried there stays as the user’s without the object’s, with a warning',
      { object: remembered('a'), template: { [key]: 'a' } },
      { codes: ['left-in-template'] },
    ],
    [
      'and was edited in the template of the copy is the user’s',
      { object: { [key]: 'a', ...remembered('a') }, template: { [key]: 'b' } },
      { codes: ['overruled'] },
    ],
    [
      'and was edited there is the user’s without the object’s too, and no news',
      { object: remembered('a'), template: { [key]: 'b' } },
      {},
    ],
    ['and was taken out of both is gone', { object: remembered('a') }, {}],
    [
      'and was taken out of the template of the copy comes back with a warning',
      { object: { [key]: 'a', ...remembered('a') } },
      { changes: { [key]: 'a' }, memory: { [key]: 'a' }, codes: ['carried-again'] },
    ],
  ])('%s', (_what, given, expected) => {
    for (const managedFields of [undefined, copied]) {
      const outcome = carry({ ...given, managedFields }, 'created');
      expect(outcome).toStrictEqual({ changes: {}, memory: {}, codes: [], ...expected });
    }
  });

  it('that a manifest which is applied has in the template too is the user’s', () => {
    const object = { ...remembered('a'), ...lastApplied({ [key]: 'a' }) };
    const template = { [key]: 'a' };
    expect(carry({ object: { [key]: 'a', ...object }, template }, 'created')).toStrictEqual({
      changes: {},
      memory: {},
      codes: [],
    });
    expect(carry({ object, template }, 'created').codes).toStrictEqual(['left-in-template']);
  });

  it('is told with one warning that names the first and counts the others', () => {
    const asked = { 'sidecar.io/a': '1', 'sidecar.io/b': '2' };
    const annotations = { 'sidecar.io/propagated': JSON.stringify(asked) };
    const { warnings } = propagateAnnotations(workloadWith({ annotations, template: asked }), undefined);
    expect(warnings.map(({ message }) => message)).toStrictEqual([
      'sidecar.io/a (and 1 more) stays in the template as yours; the Deployment no longer has it: remove it there too',
    ]);
  });
});

describe('annotations that were taken out of the template', () => {
  const asked = { 'sidecar.io/a': '1', 'sidecar.io/b': '2', 'sidecar.io/c': '3' };
  const annotations = { ...asked, 'sidecar.io/propagated': JSON.stringify(asked) };

  it.each<readonly [what: string, left: Readonly<Record<string, string>>, subject: string]>([
    ['one', { 'sidecar.io/a': '1', 'sidecar.io/c': '3' }, 'sidecar.io/b'],
    ['two', { 'sidecar.io/c': '3' }, 'sidecar.io/a (and 1 more)'],
    ['three', {}, 'sidecar.io/a (and 2 more)'],
  ])('come back with one warning that names the first and counts the others: %s', (_what, left, subject) => {
    const { warnings } = propagateAnnotations(workloadWith({ annotations, template: left }), undefined);
    expect(warnings.map(({ code, message }) => `${code}: ${message}`)).toStrictEqual([
      `carried-again: ${subject} stays in the template; the Deployment itself asks for it: remove it there`,
    ]);
  });

  it('are not counted together with those that the user writes there', () => {
    const template = { 'sidecar.io/c': '4' };
    const workload = workloadWith({ annotations, template });
    const { warnings } = propagateAnnotations(workload, workload);
    expect(warnings.map(({ message }) => message)).toStrictEqual([
      "sidecar.io/c: the value of the pod template itself counts, not the Deployment's",
      'sidecar.io/a (and 1 more) stays in the template; the Deployment itself asks for it: remove it there',
    ]);
  });
});

describe('the earlier memory', () => {
  const before = workloadWith({
    annotations: { [key]: 'a', ...remembered('a') },
    template: { [key]: 'a' },
    metadata: { managedFields: [managed('gitops', 'Apply', [key], [])] },
  });

  it('counts where somebody wrote over it', () => {
    const workload = workloadWith({
      annotations: { 'sidecar.io/propagated': 'lost' },
      template: { [key]: 'a' },
    });
    expect(Object.fromEntries(propagateAnnotations(workload, before).changes)).toStrictEqual({
      [key]: undefined,
    });
    expect(Object.fromEntries(propagateAnnotations(workload, undefined).changes)).toStrictEqual({});
  });

  it('counts where it went with the last annotation of a manifest', () => {
    const pruned = workloadWith({ template: { [key]: 'a' }, metadata: { managedFields: [] } });
    expect(Object.fromEntries(propagateAnnotations(pruned, before).changes)).toStrictEqual({
      [key]: undefined,
    });
  });

  it('does not count for an object that was replaced as a whole', () => {
    const managedFields = [managed('kubectl-create', 'Update', [key], [])];
    const annotations = { [key]: 'a', ...remembered('a') };
    const owned = workloadWith({ annotations, template: { [key]: 'a' }, metadata: { managedFields } });
    const replaced = workloadWith({ template: { [key]: 'a' } });
    expect(Object.fromEntries(propagateAnnotations(replaced, owned).changes)).toStrictEqual({});
  });
});

describe('the annotations of a CronJob', () => {
  it('are carried from the object and its job template; the nearer counts, with a warning', () => {
    const workload = workloadWith({
      kind: 'CronJob',
      annotations: { [key]: 'a', 'sidecar.io/cache': 'a' },
      jobTemplate: { [key]: 'b' },
    });
    const { changes, warnings } = propagateAnnotations(workload, undefined);
    expect(Object.fromEntries(changes)).toStrictEqual({ [key]: 'b', 'sidecar.io/cache': 'a' });
    expect(warnings.map(({ message }) => message)).toStrictEqual([
      `${key}: the value of spec.jobTemplate itself counts, not the CronJob's`,
    ]);
  });
});

describe('a workload that is left as it is', () => {
  it('says what does not reach its pods', () => {
    const workload = workloadWith({
      annotations: { [key]: 'a', 'sidecar.io/x': 'b' },
      template: { 'sidecar.io/x': 'c' },
    });
    expect(leaveAnnotations(workload)).toMatchObject({
      memory: undefined,
      warnings: [
        {
          code: 'not-carried',
          message: `${key} (and 1 more) does not reach the pods; write it to spec.template.metadata.annotations`,
        },
      ],
    });
    expect(leaveAnnotations(workloadWith({ template: { [key]: 'a' } })).warnings).toStrictEqual([]);
  });
});
