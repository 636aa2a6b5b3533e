import { describe, expect, it } from 'vitest';
import { applyPatch } from '../../../src/injection/patch/apply-patch.ts';
import type { Pod } from '../../../src/kubernetes/pod.ts';
import { readWorkload } from '../../../src/kubernetes/workload.ts';
import { byPolicy } from '../../by-policy.ts';
import { gitSync, injected, podWith, repository } from '../../injection-fixture.ts';
import { decideOn, toldOf, workloadWith } from '../../workload-fixture.ts';

/** A Deployment whose template is this pod, with another status where it is said. */
function copyOf({ metadata, spec }: Pod, status?: (text: string) => string) {
  const annotations = { ...metadata.annotations };
  const text = annotations['sidecar.io/status'];
  if (status && text !== undefined) annotations['sidecar.io/status'] = status(text);
  const template = { metadata: { labels: { app: 'web' }, annotations }, spec };
  return readWorkload('Deployment', { apiVersion: 'apps/v1', metadata: { name: 'web' }, spec: { template } });
}

const pod = podWith(gitSync({ mount: '/site' }));
const running = applyPatch(pod, injected(pod).operations);
const copied =
  'template-copied: the pod template is a copy of an injected pod: git-sync in it is never updated; take it out';
const takeOut = 'template-copied: take out of the pod template: ';

describe('a template that is a copy of an injected pod', () => {
  it('is left as it is, and told what to take out', () => {
    const decision = decideOn(copyOf(running));
    expect(decision).toMatchObject({ outcome: 'skipped', reason: 'already-injected' });
    expect(toldOf(decision)).toEqual([
      copied,
      `${takeOut}annotation sidecar.io/status, container git-sync, volume git-sync, volume git-sync-tmp`,
      `${takeOut}mount app:/site, annotation cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes`,
    ]);
    for (const line of toldOf(decision))
      expect(line.length).toBeLessThanOrEqual(120 + 'template-copied: '.length);
  });

  it('is told so also where a policy put the sidecar into that pod', () => {
    const decision = decideOn(copyOf(byPolicy(running)));
    expect(decision).toMatchObject({ outcome: 'skipped', reason: 'already-injected' });
    expect(toldOf(decision)[0]).toBe(copied);
  });

  it('is told to take out the variables that its containers got', () => {
    const status = (text: string) => text.replace('"mounts":', '"env":["app:AGENT_OPTIONS"],"mounts":');
    expect(toldOf(decideOn(copyOf(running, status))).join()).toContain('variable app:AGENT_OPTIONS');
  });

  it('is not told to take out a volume that is gone', () => {
    const volumes = running.spec.volumes?.filter(({ name }) => name !== 'git-sync-tmp') ?? [];
    const told = toldOf(decideOn(copyOf({ ...running, spec: { ...running.spec, volumes } })));
    expect(told.join()).toContain('volume git-sync,');
    expect(told.join()).not.toContain('git-sync-tmp');
  });

  it('is told so with each update, for it is a fault that stays', () => {
    expect(toldOf(decideOn(copyOf(running), copyOf(running)))[0]).toBe(copied);
  });

  it('is not told that its pods lose the sidecar which they have', () => {
    const told = toldOf(decideOn(copyOf(running), workloadWith({ template: gitSync({ mount: '/site' }) })));
    expect(told.join()).not.toContain('no longer');
  });

  it('is told what to take out also where it is refused', () => {
    const edited = copyOf({
      ...running,
      metadata: { annotations: { ...running.metadata.annotations, 'sidecar.io/git-sync.ref': 'v2' } },
    });
    const told = toldOf(decideOn(edited));
    expect(told[0]).toMatch(/^parameters-changed: .*take that out with "sidecar-injector uninject -f FILE"/);
    expect(told).toContain(copied);
  });

  it('names all sidecars at once', () => {
    const two = podWith({ ...gitSync(), 'sidecar.io/git-sync_docs': repository });
    const [first] = toldOf(decideOn(copyOf(applyPatch(two, injected(two).operations))));
    expect(first).toContain('git-sync, git-sync-docs in it is never updated');
  });

  it('that has lost the containers gets its sidecar as any other', () => {
    const told = toldOf(decideOn(copyOf({ ...running, spec: { ...running.spec, initContainers: [] } })));
    expect(told.join()).not.toContain('template-copied');
  });

  it('that names more than a person would read is told of some of it', () => {
    const volumes = Array.from({ length: 200 }, (_, index) => ({ name: `v${index}`, emptyDir: {} }));
    const entry = JSON.parse(running.metadata.annotations?.['sidecar.io/status'] ?? '')['git-sync'];
    const text = JSON.stringify({ 'git-sync': { ...entry, volumes: volumes.map(({ name }) => name) } });
    const told = toldOf(decideOn(copyOf({ ...running, spec: { ...running.spec, volumes } }, () => text)));
    expect(told.length).toBeLessThan(12);
    expect(told.join()).toMatch(/\d+ more that sidecar\.io\/status names/);
  });
});

describe('a template into which a sidecar was written on purpose', () => {
  const byInject = (text: string) => text.replace('"mode":', '"by":"inject","mode":');

  it('is told nothing', () => {
    const copy = copyOf(running, byInject);
    expect(JSON.stringify(copy.template.metadata)).toContain('inject');
    expect(decideOn(copy)).toEqual({ outcome: 'skipped', reason: 'already-injected', warnings: [] });
  });

  it('is told when its definition is another since', () => {
    const outdated = copyOf(running, text =>
      byInject(text).replace(/"definition":"[^"]+"/, '"definition":"old"'),
    );
    expect(toldOf(decideOn(outdated))).toEqual([
      'definition-outdated: sidecar.io/git-sync: git-sync in the manifest is of an older definition; uninject and inject the manifest again',
    ]);
  });

  it('by anything else is a copy', () => {
    const other = copyOf(running, text => text.replace('"mode":', '"by":"another","mode":'));
    expect(toldOf(decideOn(other))[0]).toBe(copied);
  });
});
