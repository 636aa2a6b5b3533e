import { describe, expect, it } from 'vitest';
import type { PodSpec } from '../../../src/kubernetes/pod.ts';
import type { Workload } from '../../../src/kubernetes/workload.ts';
import { templatePod } from '../../../src/workloads/template-pod.ts';
import { undeclaredVolumes } from '../../../src/workloads/undeclared-volumes.ts';
import { gitSync } from '../../injection-fixture.ts';
import { injector, type WorkloadWriting, workloadWith } from '../../workload-fixture.ts';

/** A specification whose app mounts these volumes. */
const mounting = (...names: readonly string[]): Partial<PodSpec> => ({
  containers: [{ name: 'app', volumeMounts: names.map(name => ({ name, mountPath: `/${name}` })) }],
});

const asked = gitSync({ volume: 'content' });
const volume = { name: 'content', emptyDir: {} };

/** The volumes that a template with these annotations gets. */
function volumesFor(
  writing: WorkloadWriting,
  annotations: Readonly<Record<string, string>> = asked,
  before?: Workload,
) {
  const workload = workloadWith(writing);
  return undeclaredVolumes(workload, before, injector(templatePod(workload, annotations)));
}

describe('the volumes that a template gets', () => {
  it.each<readonly [what: string, podSpec: Partial<PodSpec>]>([
    ['a container', mounting('content')],
    ['one of several mounts', mounting('cache', 'content')],
    ['an init container', { initContainers: [{ name: 'setup', ...mounting('content').containers?.[0] }] }],
    ['a container beside volumes of other names', { ...mounting('content'), volumes: [{ name: 'cache' }] }],
  ])('are those of a sidecar that %s mounts and nobody declares', (_what, podSpec) => {
    expect(volumesFor({ podSpec })).toEqual([volume]);
  });

  it.each<readonly [what: string, writing: WorkloadWriting]>([
    ['no container mounts', { podSpec: mounting('cache') }],
    ['the template declares', { podSpec: { ...mounting('content'), volumes: [volume] } }],
    [
      'each pod claims for itself',
      {
        kind: 'StatefulSet',
        podSpec: mounting('content'),
        spec: { volumeClaimTemplates: [{ metadata: { name: 'cache' } }, { metadata: { name: 'content' } }] },
      },
    ],
    [
      'each pod claims for itself in the place of one that the template declares',
      {
        kind: 'StatefulSet',
        podSpec: { ...mounting('content'), volumes: [volume] },
        spec: { volumeClaimTemplates: [{ metadata: { name: 'content' } }] },
      },
    ],
  ])('are none where it is one that %s', (_what, writing) => {
    expect(volumesFor(writing)).toEqual([]);
  });

  it('are those beside the claims, where both are mounted', () => {
    const volumeClaimTemplates = [{ metadata: { name: 'data' } }];
    const podSpec = mounting('data', 'content');
    expect(volumesFor({ kind: 'StatefulSet', podSpec, spec: { volumeClaimTemplates } })).toEqual([volume]);
  });

  it('are never those that only the sidecar mounts', () => {
    expect(volumesFor({ podSpec: mounting('git-sync-tmp') }, gitSync())).toEqual([]);
  });

  it('are none where no sidecar comes', () => {
    expect(volumesFor({ podSpec: mounting('content') }, {})).toEqual([]);
  });
});

describe('a template that cannot be judged', () => {
  const refused = { ...asked, 'sidecar.io/git-sync.depth': 'all' };
  const podSpec = mounting('content');
  const earlier = [volume, { name: 'cache', emptyDir: {} }];

  it('gets those that it had before and mounts', () => {
    const before = workloadWith({ podSpec: { ...podSpec, volumes: earlier } });
    expect(volumesFor({ podSpec }, refused, before)).toEqual([volume]);
  });

  it('gets none where it had none before, or was not there', () => {
    expect(volumesFor({ podSpec }, refused, workloadWith({ podSpec }))).toEqual([]);
    expect(volumesFor({ podSpec }, refused)).toEqual([]);
  });

  it('gets none that a claim has taken the place of', () => {
    const kind = 'StatefulSet';
    const spec = { volumeClaimTemplates: [{ metadata: { name: 'content' } }] };
    const before = workloadWith({ kind, podSpec: { ...podSpec, volumes: earlier }, spec });
    expect(volumesFor({ kind, podSpec, spec }, refused, before)).toEqual([]);
  });
});
