import { describe, expect, it } from 'vitest';
import { readWorkload, workloadKindOf, workloadKinds } from '../../../src/kubernetes/workload.ts';
import { rollout } from '../../workload-fixture.ts';

const podTemplate = { metadata: { annotations: { a: 'pod' } }, spec: { containers: [{ name: 'app' }] } };
const metadata = { name: 'web', annotations: { a: 'object' } };

describe('the kinds of workload', () => {
  it('are five', () => {
    expect(workloadKinds).toEqual(['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob']);
  });

  it.each([
    ['apps', 'Deployment', 'Deployment'],
    ['batch', 'CronJob', 'CronJob'],
    ['batch', 'Deployment', undefined],
    ['', 'Job', undefined],
    ['apps', 'ReplicaSet', undefined],
    ['apps', 'toString', undefined],
  ])('are told by group and name: %s %s', (group, kind, expected) => {
    expect(workloadKindOf(group, kind)).toBe(expected);
  });
});

describe('a kind that the operator names', () => {
  it.each([
    ['argoproj.io', 'Rollout', rollout],
    ['argoproj.io', 'Experiment', undefined],
    ['example.com', 'Rollout', undefined],
    ['apps', 'Deployment', 'Deployment'],
  ])('is told by group and name: %s %s', (group, kind, expected) => {
    expect(workloadKindOf(group, kind, [rollout])).toBe(expected);
  });

  it.each([
    ['spec.template', ['']],
    ['spec.jobTargetRef.template', ['']],
    ['spec.jobTemplate.spec.template', ['', 'spec.jobTemplate']],
    ['spec.template.jobTemplate.spec.template', ['', 'spec.template.jobTemplate']],
  ])('has its template at %s, and around it each object with a spec of its own', (template, layers) => {
    const keys = template.split('.');
    const object = keys.reduceRight<object>((below, key) => ({ [key]: below, metadata }), podTemplate);
    const workload = readWorkload({ ...rollout, template }, object);
    expect(workload).toMatchObject({ kind: 'Rollout', templatePath: keys, isTemplateFixed: false });
    expect(workload.template).toBe(podTemplate);
    expect(workload.layers).toEqual(layers.map(path => ({ path, annotations: { a: 'object' } })));
  });

  it('claims volumes as a StatefulSet does', () => {
    const volumeClaimTemplates = [{ metadata: { name: 'data' } }];
    const object = { metadata, spec: { template: podTemplate, volumeClaimTemplates } };
    expect(readWorkload(rollout, object).claimTemplates).toEqual([{ name: 'data', spec: undefined }]);
  });

  it('is told by its place where it is something else', () => {
    const named = { ...rollout, template: 'spec.jobTargetRef.template' };
    const object = { metadata, spec: { jobTargetRef: { template: { spec: [] } } } };
    expect(() => readWorkload(named, object)).toThrow(
      'object.spec.jobTargetRef.template.spec: expected an object, got a list',
    );
  });
});

describe('a workload', () => {
  it.each(['Deployment', 'StatefulSet', 'DaemonSet', 'Job'] as const)(
    'has its template in its spec: %s',
    kind => {
      const object = { metadata, spec: { template: podTemplate } };
      const workload = readWorkload(kind, object);
      expect(workload.template).toBe(podTemplate);
      expect(workload.object).toBe(object);
      expect(workload.templatePath).toEqual(['spec', 'template']);
      expect(workload.layers).toEqual([{ path: '', annotations: { a: 'object' } }]);
      expect(workload.isTemplateFixed).toBe(kind === 'Job');
    },
  );

  it('that is a CronJob has it in the template of its Jobs, which is a layer of its own', () => {
    const jobTemplate = { metadata: { annotations: { a: 'job' } }, spec: { template: podTemplate } };
    const workload = readWorkload('CronJob', { metadata, spec: { jobTemplate } });
    expect(workload.template).toBe(podTemplate);
    expect(workload.templatePath).toEqual(['spec', 'jobTemplate', 'spec', 'template']);
    expect(workload.layers).toEqual([
      { path: '', annotations: { a: 'object' } },
      { path: 'spec.jobTemplate', annotations: { a: 'job' } },
    ]);
  });

  it('that claims volumes says which', () => {
    const spec = { accessModes: ['ReadWriteOnce'] };
    const volumeClaimTemplates = [{ metadata: { name: 'data' }, spec }, { metadata: null }];
    expect(
      readWorkload('StatefulSet', { metadata, spec: { template: podTemplate, volumeClaimTemplates } })
        .claimTemplates,
    ).toEqual([{ name: 'data', spec }]);
  });

  it.each([
    [null, 'object: expected an object, got null'],
    [{ spec: { template: podTemplate } }, 'object.metadata: expected an object, got nothing'],
    [{ metadata, spec: {} }, 'object.spec.template: expected an object, got nothing'],
    [{ metadata, spec: { template: {} } }, 'object.spec.template.spec: expected an object, got nothing'],
    [
      { metadata, spec: { template: { metadata: { annotations: { a: 1 } }, spec: {} } } },
      'object.spec.template.metadata.annotations.a: expected a string, got a number',
    ],
    [
      { metadata, spec: { template: podTemplate, volumeClaimTemplates: {} } },
      'object.spec.volumeClaimTemplates: expected a list, got an object',
    ],
  ])('that is none is told by its place: case %#', (object, message) => {
    expect(() => readWorkload('Deployment', object)).toThrow(
      expect.objectContaining({ name: 'MalformedObjectError', message }),
    );
  });

  it('that is no CronJob is told by its place', () => {
    expect(() => readWorkload('CronJob', { metadata, spec: { jobTemplate: { spec: {} } } })).toThrow(
      'object.spec.jobTemplate.spec.template: expected an object, got nothing',
    );
  });
});
