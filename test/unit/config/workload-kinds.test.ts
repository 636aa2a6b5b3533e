import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseConfig } from '../../../src/config/parse-config.ts';
import { rollout } from '../../workload-fixture.ts';

function read(workloadKinds: unknown) {
  const text = JSON.stringify({ workloadKinds });
  return {
    config: undefined,
    problems: [],
    ...parseConfig({ flags: [], variables: {}, file: { path: 'config.yaml', text } }),
  };
}

const problemsOf = (value: unknown) => read(value).problems;

describe('the kinds of the configuration', () => {
  it('are read as they are written', () => {
    const kinds = [
      rollout,
      {
        ...rollout,
        group: 'apps.kruise.io',
        resource: 'advancedcronjobs',
        kind: 'AdvancedCronJob',
        template: 'spec.template.jobTemplate.spec.template',
      },
      { ...rollout, group: 'apps.openshift.io', version: 'v1', kind: 'DeploymentConfig' },
    ];
    expect(read(kinds).config?.workloadKinds).toEqual(kinds);
    expect(read([]).config?.workloadKinds).toEqual([]);
  });

  const example =
    '{group: argoproj.io, version: v1alpha1, resource: rollouts, kind: Rollout, template: spec.template}';

  it.each([
    ['Rollout', `config.yaml: workloadKinds: got "Rollout"; use a list of kinds, each ${example}`],
    [
      rollout,
      `config.yaml: workloadKinds: got ${JSON.stringify(rollout)}; use a list of kinds, each ${example}`,
    ],
    [null, `config.yaml: workloadKinds: got null; use a list of kinds, each ${example}`],
    [['Rollout'], `config.yaml: workloadKinds[0]: got "Rollout"; use ${example}`],
    [[rollout, null], `config.yaml: workloadKinds[1]: got null; use ${example}`],
  ])('are a list of maps, and nothing else: case %#', (value, problem) => {
    expect(problemsOf(value)).toEqual([problem]);
  });

  it('are at most twenty', () => {
    const kinds = Array.from({ length: 21 }, (_, index) => ({ ...rollout, group: `a${index}.example.com` }));
    expect(problemsOf(kinds.slice(0, 20))).toEqual([]);
    expect(problemsOf(kinds)).toEqual(['config.yaml: workloadKinds: got 21 kinds; use at most 20']);
  });

  it('are told of all their problems at once, each with its place', () => {
    const { version: _version, ...rest } = rollout;
    expect(
      problemsOf([
        { ...rest, temlate: 'spec.template', resource: 'Rollouts' },
        { ...rollout, group: 'example.com', kind: '' },
      ]),
    ).toEqual([
      'config.yaml: workloadKinds[0]: unknown key "temlate"; did you mean "template"?',
      'config.yaml: workloadKinds[0].version: is missing; use the version in which the webhook is asked, such as v1alpha1',
      'config.yaml: workloadKinds[0].resource: got "Rollouts"; use the plural name in small letters, such as rollouts',
      'config.yaml: workloadKinds[1].kind: got ""; use the name of the kind, such as Rollout',
    ]);
  });

  it.each([
    ['group', 'argoproj', 'the API group of a custom resource, such as argoproj.io'],
    ['group', 'argoproj.io/v1alpha1', 'the API group of a custom resource, such as argoproj.io'],
    ['group', 'Argoproj.io', 'the API group of a custom resource, such as argoproj.io'],
    ['group', `${'a.'.repeat(126)}io`, 'the API group of a custom resource, such as argoproj.io'],
    ['version', '*', 'the version in which the webhook is asked, such as v1alpha1'],
    ['version', 1, 'the version in which the webhook is asked, such as v1alpha1'],
    ['resource', 'rollouts/scale', 'the plural name in small letters, such as rollouts'],
    ['resource', '*', 'the plural name in small letters, such as rollouts'],
    ['kind', 'Roll out', 'the name of the kind, such as Rollout'],
    ['kind', 'A'.repeat(64), 'the name of the kind, such as Rollout'],
  ])('have names that the API server takes: %s: %j', (key, value, use) => {
    const [problem] = problemsOf([{ ...rollout, [key]: value }]);
    expect(problem).toContain(
      `config.yaml: workloadKinds[0].${key}: got ${JSON.stringify(value).slice(0, 150)}`,
    );
    expect(problem).toMatch(new RegExp(`; use ${use.replaceAll('.', '\\.')}$`));
  });

  it.each([
    'template',
    'spec',
    'spec.',
    'spec..template',
    '.spec.template',
    'metadata.template',
    'spec.metadata',
    'spec.metadata.template',
    'spec.a.b.c.d.e',
    'spec.replicatedJobs[*].template.spec.template',
    'spec.template/0',
    'spec.__proto__',
    `spec.${'a'.repeat(64)}`,
    ['spec', 'template'],
  ])('have a template whose path the conditions of the webhook know: %j', template => {
    const [problem] = problemsOf([{ ...rollout, template }]);
    expect(problem).toContain(
      `config.yaml: workloadKinds[0].template: got ${JSON.stringify(template)}; use the path`,
    );
  });

  it.each(['spec.podTemplate', 'spec.metadataTemplate', 'spec.a.b.c.d'])('may have it at %s', template => {
    expect(problemsOf([{ ...rollout, template }])).toEqual([]);
  });

  it.each([
    ['apps', 'Deployment'],
    ['apps', 'ReplicaSet'],
    ['batch', 'Job'],
    ['', 'ReplicationController'],
  ])('are none of Kubernetes itself: %s %s', (group, kind) => {
    expect(problemsOf([{ ...rollout, group, kind }])).toEqual([
      `config.yaml: workloadKinds[0].group: got "${group}"; of Kubernetes itself Deployment, StatefulSet, DaemonSet, Job and CronJob are looked at without being named, and no other kind can be`,
    ]);
  });

  it('are each there once, under one resource', () => {
    const other = { ...rollout, group: 'example.com' };
    expect(problemsOf([rollout, other, { ...rollout, version: 'v1', resource: 'others' }])).toEqual([
      'config.yaml: workloadKinds[2]: "Rollout" of "argoproj.io" stands at [0] already; name each kind once',
    ]);
    expect(problemsOf([rollout, { ...rollout, kind: 'Other' }])).toEqual([
      'config.yaml: workloadKinds[1]: "Other" of "argoproj.io" stands at [0] already; name each kind once',
    ]);
  });
});

describe('the example', () => {
  const path = '../../../docs/examples/workload-kinds/';
  const textOf = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8');
  const { workloadKinds, ...rest } = parse(textOf(`${path}config.yaml`));

  it('is the configuration that is installed, with kinds that are right', () => {
    expect(rest).toEqual(parse(textOf('../../../deploy/base/config.yaml')));
    expect(problemsOf(workloadKinds)).toEqual([]);
  });

  it('has a rule for each kind, in the same words', () => {
    const [{ patch }] = parse(textOf(`${path}kustomization.yaml`)).patches;
    const [test, ...rules] = parse(patch);
    expect(test).toEqual({ op: 'test', path: '/webhooks/1/name', value: 'workloads.sidecar.io' });
    expect(rules).toEqual(
      workloadKinds.map(({ group, version, resource }: typeof rollout) => ({
        op: 'add',
        path: '/webhooks/1/rules/-',
        value: {
          apiGroups: [group],
          apiVersions: [version],
          operations: ['CREATE', 'UPDATE'],
          resources: [resource],
          scope: 'Namespaced',
        },
      })),
    );
  });
});
