import { describe, expect, it } from 'vitest';
import { createInjector } from '../../../src/injection/inject.ts';
import { applyPatch } from '../../../src/injection/patch/apply-patch.ts';
import type { PatchOperation } from '../../../src/injection/patch/patch-operation.ts';
import { at } from '../../../src/kubernetes/json.ts';
import { readWorkload, type Workload, type WorkloadKind } from '../../../src/kubernetes/workload.ts';
import { injectWorkload } from '../../../src/workloads/inject-workload.ts';
import { uninjectWorkload } from '../../../src/workloads/uninject-workload.ts';
import { defaultPolicy, gitSync, shippedSidecars } from '../../injection-fixture.ts';
import { annotated, workloadWith } from '../../workload-fixture.ts';

const injector = createInjector(shippedSidecars, { ...defaultPolicy, by: 'inject' });

function injected(workload: Workload) {
  const decision = injectWorkload(workload, injector);
  if (decision.outcome !== 'injected') throw new Error(JSON.stringify(decision));
  return decision;
}

function after(workload: Workload, operations: readonly PatchOperation[]): Workload {
  return readWorkload(workload.kind as WorkloadKind, applyPatch(workload.object, operations));
}

const mounted = gitSync({ mount: '/site' });
const paths = (operations: readonly PatchOperation[]) => operations.map(({ path }) => path);

describe('a workload in a manifest', () => {
  it('has its annotations carried, and gets in its template what the webhook gives its pods', () => {
    const { sidecars, operations } = injected(workloadWith({ annotations: mounted }));
    expect(sidecars).toEqual(['git-sync']);
    expect(paths(operations)).toEqual([
      '/metadata/annotations/sidecar.io~1propagated',
      '/spec/template/metadata/annotations',
      '/spec/template/spec/volumes',
      '/spec/template/spec/initContainers',
      '/spec/template/spec/containers/0/volumeMounts',
      '/spec/template/metadata/annotations/sidecar.io~1status',
      '/spec/template/metadata/annotations/cluster-autoscaler.kubernetes.io~1safe-to-evict-local-volumes',
    ]);
  });

  it('keeps lists that are there, and gets those whole that only its pods have', () => {
    const volumeMounts = [{ name: 'tmp', mountPath: '/tmp' }];
    const containers = [{ name: 'app', volumeMounts }];
    const { operations } = injected(workloadWith({ annotations: mounted, podSpec: { containers } }));
    expect(paths(operations)).toContain('/spec/template/spec/containers/0/volumeMounts/-');
    expect(operations.find(({ path }) => path.endsWith('/spec/volumes'))).toMatchObject({
      value: [{ name: 'git-sync' }, { name: 'git-sync-tmp' }],
    });
  });

  it('uses the claim that its pods get for themselves, and does not take it for its own', () => {
    const claim = { metadata: { name: 'git-sync' }, spec: {} };
    const workload = workloadWith({
      kind: 'StatefulSet',
      annotations: mounted,
      spec: { volumeClaimTemplates: [claim] },
    });
    const { operations } = injected(workload);
    expect(operations.find(({ path }) => path.endsWith('/spec/volumes'))).toMatchObject({
      value: [{ name: 'git-sync-tmp' }],
    });
    expect(JSON.stringify(operations)).toContain('\\"volumes\\":[\\"git-sync-tmp\\"]');
  });

  it.each([
    ['on the object', { annotations: gitSync() }],
    ['on what is between', { jobTemplate: gitSync() }],
  ])('may be a CronJob that asks %s', (_where, writing) => {
    const { operations } = injected(workloadWith({ kind: 'CronJob', ...writing }));
    expect(paths(operations)).toContain('/spec/jobTemplate/spec/template/spec/initContainers');
  });

  it('is told what its Jobs would make of the sidecar', () => {
    const workload = workloadWith({
      kind: 'Job',
      annotations: mounted,
      podSpec: { restartPolicy: 'OnFailure' },
    });
    expect(injected(workload).warnings.map(({ code }) => code)).toContain('restarts-count');
  });

  it('has labels that count for the lists of others', () => {
    const key = 'azure.workload.identity/use';
    const workload = workloadWith({ annotations: mounted });
    const template = { ...workload.template, metadata: { labels: { [key]: 'true' } } };
    const { operations } = injected(
      readWorkload('Deployment', { ...workload.object, spec: { template } } as object),
    );
    expect(paths(operations)).toContain(
      '/spec/template/metadata/annotations/azure.workload.identity~1skip-containers',
    );
  });

  it('carries what asks for nothing, and says why nothing else is done', () => {
    const decision = injectWorkload(
      workloadWith({ annotations: { 'sidecar.io/inject': 'false' } }),
      injector,
    );
    expect(decision).toMatchObject({ outcome: 'skipped', reason: 'opted-out' });
    expect(decision.outcome === 'skipped' && decision.operations).toHaveLength(2);
  });

  it('stays as it is when it is injected a second time', () => {
    const workload = workloadWith({ annotations: mounted });
    const written = after(workload, injected(workload).operations);
    expect(injectWorkload(written, injector)).toEqual({
      outcome: 'skipped',
      reason: 'already-injected',
      operations: [],
      warnings: [],
    });
  });
});

describe('taking out of a workload', () => {
  const workload = workloadWith({ annotations: mounted });
  const written = after(workload, injected(workload).operations);

  it('takes out what was put in and what was carried', () => {
    const decision = uninjectWorkload(written);
    expect(decision).toMatchObject({ outcome: 'uninjected', sidecars: ['git-sync'] });
    if (decision.outcome !== 'uninjected') return;
    const left = applyPatch(written.object, decision.operations);
    expect(at(left, ['metadata'])).toEqual(workload.object['metadata']);
    expect(at(left, ['spec', 'template', 'metadata'])).toEqual({ labels: { app: 'web' }, annotations: {} });
  });

  it('leaves a carried value alone that somebody has changed in the template', () => {
    const key = 'sidecar.io/git-sync.ref';
    const carried = { [key]: 'v1', 'sidecar.io/propagated': JSON.stringify({ [key]: 'v1' }) };
    const decision = uninjectWorkload(workloadWith({ annotations: carried, template: { [key]: 'v2' } }));
    expect(decision).toEqual({
      outcome: 'uninjected',
      sidecars: [],
      operations: [{ op: 'remove', path: '/metadata/annotations/sidecar.io~1propagated' }],
    });
  });

  it('leaves a memory alone that somebody wrote over', () => {
    const lost = annotated(workload, { 'sidecar.io/propagated': 'lost' });
    expect(uninjectWorkload(lost)).toEqual({ outcome: 'skipped', reason: 'not-injected' });
  });

  it('refuses a template with a status that nobody can read', () => {
    const decision = uninjectWorkload(workloadWith({ template: { 'sidecar.io/status': 'x' } }));
    expect(decision).toMatchObject({ outcome: 'refused', refusals: [{ code: 'invalid-status' }] });
  });
});
