/** What is said of workloads whose pods inherit annotations, and that nothing of it is written into a template. */
import { describe, expect, it } from 'vitest';
import type { Workload } from '../../../src/kubernetes/workload.ts';
import {
  decideWorkload,
  type WorkloadDecision,
  type WorkloadMode,
} from '../../../src/workloads/decide-workload.ts';
import { injectWorkload } from '../../../src/workloads/inject-workload.ts';
import { decide, gitSync, podAfter, podWith, sourceOf } from '../../injection-fixture.ts';
import { annotated, injector, toldOf, workloadWith } from '../../workload-fixture.ts';

type Annotations = Readonly<Record<string, string>>;

const statsd = { 'sidecar.io/statsd-exporter': 'true' };
const news = "pods-change: web's pods will get statsd-exporter (from namespace shop)";

function decideIn(
  annotations: Annotations,
  workload: Workload,
  before?: Workload,
  mode: WorkloadMode = 'propagate',
) {
  return decideWorkload({ workload, before, sources: [sourceOf(annotations)] }, injector, mode);
}

function operationsOf(decision: WorkloadDecision) {
  return decision.outcome === 'refused' ? undefined : decision.operations;
}

describe('a workload in a namespace that asks for a sidecar', () => {
  it.each(['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'] as const)(
    'is told what its pods will get and why, and stays as it is: %s',
    kind => {
      const podSpec = kind.endsWith('Job') ? { restartPolicy: 'Never' } : {};
      const decision = decideIn(statsd, workloadWith({ kind, podSpec }));
      expect(decision).toMatchObject({ outcome: 'skipped', reason: 'template-unchanged' });
      expect(operationsOf(decision)).toBeUndefined();
      expect(toldOf(decision)).toEqual([news]);
    },
  );

  it('is told with what counts, such as a rule', () => {
    const sources = [sourceOf(statsd, 'rule 3')];
    const decision = decideWorkload({ workload: workloadWith(), sources }, injector, 'propagate');
    expect(toldOf(decision)).toEqual(["pods-change: web's pods will get statsd-exporter (from rule 3)"]);
  });

  it('is told when it is made, and not again with each update', () => {
    const before = workloadWith();
    const after = workloadWith({ podSpec: { containers: [{ name: 'app', image: 'nginx:1.30' } as never] } });
    expect(toldOf(decideIn(statsd, after, before))).toEqual([]);
  });

  it('is told nothing of what it has asked for itself, but that', () => {
    const decision = decideIn(statsd, workloadWith({ annotations: statsd }));
    expect(decision).toMatchObject({ outcome: 'propagated', sidecars: ['statsd-exporter'] });
    expect(toldOf(decision)).toEqual(["pods-change: web's pods will get statsd-exporter"]);
  });

  it('has its own annotations carried, and no others', () => {
    const own = gitSync({ mount: '/site' });
    const inherited = { ...statsd, 'sidecar.io/git-sync.period': '5m' };
    const decision = decideIn(inherited, workloadWith({ annotations: own }));
    const alone = decideWorkload({ workload: workloadWith({ annotations: own }) }, injector, 'propagate');
    expect(operationsOf(decision)).toEqual(operationsOf(alone));
    expect(toldOf(decision)).toContain(news);
  });

  it('gets no volume of a sidecar that it has not asked for', () => {
    const volumeMounts = [{ name: 'git-sync', mountPath: '/site' }];
    const podSpec = { containers: [{ name: 'app', volumeMounts }] };
    expect(operationsOf(decideIn(gitSync(), workloadWith({ podSpec })))).toBeUndefined();
    const asking = decideIn({}, workloadWith({ podSpec, annotations: gitSync() }));
    expect(JSON.stringify(operationsOf(asking))).toContain('/spec/template/spec/volumes');
  });

  it('is left alone where it leaves the sidecar out, or all', () => {
    for (const key of ['sidecar.io/statsd-exporter.inject', 'sidecar.io/inject'])
      expect(toldOf(decideIn(statsd, workloadWith({ template: { [key]: 'false' } })))).toEqual([]);
    const carried = decideIn(statsd, workloadWith({ annotations: { 'sidecar.io/inject': 'false' } }));
    expect(toldOf(carried)).toEqual([]);
  });

  it('is left alone where its pods are for Windows', () => {
    const decision = decideIn(statsd, workloadWith({ podSpec: { os: { name: 'windows' } } }));
    expect(decision).toEqual({ outcome: 'skipped', reason: 'not-on-windows', warnings: [] });
  });

  it('is told of what its Job counts', () => {
    const podSpec = { restartPolicy: 'OnFailure' };
    expect(toldOf(decideIn(statsd, workloadWith({ kind: 'Job', podSpec })))).toEqual([
      news,
      expect.stringMatching(/^restarts-count: restarts of statsd-exporter /),
    ]);
  });
});

describe('a workload whose pods would be refused because of their namespace', () => {
  const onHost = (image = 'nginx:1.29') =>
    workloadWith({ podSpec: { hostNetwork: true, containers: [{ name: 'app', image } as never] } });
  const problem =
    /^port-of-node: .*; it comes from namespace shop: set sidecar.io\/statsd-exporter.inject: "false" on the pod to leave it out$/;

  it('is refused when it is made', () => {
    const decision = decideIn(statsd, onHost());
    expect(decision.outcome).toBe('refused');
    expect(toldOf(decision)).toEqual([expect.stringMatching(problem)]);
  });

  it('can still be changed where that was so before, whenever the namespace has changed', () => {
    const decision = decideIn(statsd, onHost('nginx:1.30'), onHost());
    expect(decision.outcome).toBe('skipped');
    expect(toldOf(decision)).toEqual([expect.stringMatching(/^port-of-node: pods are refused: /)]);
  });

  it('is told so where workloads are only looked at', () => {
    const decision = decideIn(statsd, onHost(), undefined, 'warn');
    expect(toldOf(decision)).toEqual([expect.stringMatching(/^port-of-node: pods are refused: /)]);
    expect(toldOf(decideIn(statsd, onHost(), undefined, 'off'))).toEqual([]);
  });

  it('is refused where a change of its own makes it so', () => {
    const before = annotated(onHost(), {});
    const after = workloadWith({ podSpec: { hostNetwork: true }, template: { 'sidecar.io/none': 'x' } });
    expect(decideIn(statsd, after, before).outcome).toBe('refused');
  });
});

describe('a workload that is injected in its manifest', () => {
  const own = gitSync({ mount: '/site' });
  const injectIn = (annotations: Annotations, workload: Workload) =>
    injectWorkload(workload, pod => injector(pod, [sourceOf(annotations)]));

  it('gets what its pods inherit, and no annotation that asks for it', () => {
    const decision = injectIn(statsd, workloadWith({ annotations: own }));
    expect(decision).toMatchObject({ outcome: 'injected', sidecars: ['git-sync', 'statsd-exporter'] });
    const text = JSON.stringify('operations' in decision && decision.operations);
    expect(text).toContain(String.raw`\"from\":\"namespace shop\"`);
    expect(text).not.toContain('sidecar.io~1statsd-exporter');
    expect(text).not.toContain('"sidecar.io/statsd-exporter"');
  });

  it('stays as it is where its namespace leaves all out', () => {
    for (const template of [{}, own]) {
      const off = injectIn({ 'sidecar.io/inject': 'false' }, workloadWith({ template }));
      expect(off).toMatchObject({ outcome: 'skipped', reason: 'opted-out', operations: [] });
    }
  });

  it('is refused where its pods would be', () => {
    const workload = workloadWith({ podSpec: { hostNetwork: true } });
    expect(injectIn(statsd, workload)).toMatchObject({ outcome: 'refused' });
  });

  it('makes pods that get what their namespace asks for beside what stands in the template', () => {
    const written = podAfter(podWith(own), { policy: { by: 'inject' } });
    const sources = [sourceOf(statsd)];
    const after = podAfter(written, { sources });
    expect((after.spec.initContainers ?? []).map(({ name }) => name).toSorted()).toEqual([
      'git-sync',
      'statsd-exporter',
    ]);
    expect(decide(after, { sources })).toMatchObject({ outcome: 'skipped', reason: 'already-injected' });
    expect(decide(after, { sources: [sourceOf({ 'sidecar.io/tls-proxy': 'x' })] })).toMatchObject({
      outcome: 'skipped',
      warnings: [],
    });
  });
});
