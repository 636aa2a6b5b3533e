/** Deployments that are made from what another cluster said of them: exports, backups, copies. */
import { expect, it } from 'vitest';
import { mountedGitSync, repository } from './pod-manifests.ts';
import { describeWithControllers, eventually, useWebhook } from './suite.ts';
import { createNamespace, type TestNamespace } from './test-namespace.ts';
import { templateAnnotations, type WorkloadObject, workloadOf } from './workload-manifests.ts';

const key = 'sidecar.io/git-sync';
const other = 'https://github.com/org/other.git';
const propagated = 'sidecar.io/propagated';

describeWithControllers('a Deployment that is created from its export', () => {
  useWebhook();

  it('without its annotations keeps those of its template as the user’s, and a warning says so', async () => {
    const { namespace, exported } = await exportDeployment();
    const { stderr } = await namespace.kubectl('create -f -', withAnnotations(exported, propagated));
    expect(stderr).toBe(
      `Warning: web's pods will get git-sync, content at /site/current\nWarning: ${key} (and 1 more) stays in the template as yours; the Deployment no longer has it: remove it there too\n`,
    );
    const created = await read(namespace);
    expect(templateAnnotations(created)).toEqual(mountedGitSync);
    expect(created.metadata.annotations ?? {}).not.toHaveProperty([propagated]);
    const annotated = await namespace.kubectl(`annotate deployment web ${key}=${other}`);
    expect(annotated.stderr).toBe(
      `Warning: ${key}: the value of the pod template itself counts, not the Deployment's\n`,
    );
    await namespace.kubectl(`annotate deployment web ${key}-`);
    expect(templateAnnotations(await read(namespace))).toEqual(mountedGitSync);
  });

  it('and has them still is rolled back by taking them off', async () => {
    const { namespace, exported } = await exportDeployment();
    const { stderr } = await namespace.kubectl('create -f -', exported);
    expect(stderr).toBe("Warning: web's pods will get git-sync, content at /site/current\n");
    expect((await read(namespace)).metadata.annotations).toHaveProperty([propagated]);
    await namespace.kubectl(`annotate --overwrite deployment web ${key}=${other}`);
    expect(templateAnnotations(await read(namespace))).toEqual({ ...mountedGitSync, [key]: other });
    await revisions(namespace, 2);
    await namespace.kubectl('rollout undo deployment/web');
    expect(templateAnnotations(await read(namespace))).toEqual(mountedGitSync);
    await namespace.kubectl(`annotate deployment web ${key}- ${key}.mount-`);
    const after = await read(namespace);
    expect(templateAnnotations(after)).toEqual({});
    expect(JSON.stringify(after.metadata.annotations)).not.toContain('sidecar.io/');
  });

  it('and has one of them keeps that one carried, and the other as the user’s', async () => {
    const { namespace, exported } = await exportDeployment();
    const { stderr } = await namespace.kubectl('create -f -', withAnnotations(exported, propagated, key));
    expect(stderr).toContain(`Warning: ${key}.mount stays in the template as yours`);
    await namespace.kubectl(`annotate --overwrite deployment web ${key}=${other}`);
    expect(templateAnnotations(await read(namespace))).toEqual({ ...mountedGitSync, [key]: other });
    await namespace.kubectl(`annotate deployment web ${key}.mount=/other`);
    expect(templateAnnotations(await read(namespace))).toEqual({ ...mountedGitSync, [key]: other });
  });

  it('with another value gets that one, as the object says', async () => {
    const { namespace, exported } = await exportDeployment();
    const annotations = { ...exported.metadata.annotations, [key]: other };
    await namespace.kubectl('create -f -', { ...exported, metadata: { ...exported.metadata, annotations } });
    expect(templateAnnotations(await read(namespace))).toEqual({ ...mountedGitSync, [key]: other });
    await namespace.kubectl(`annotate deployment web ${key}- ${key}.mount-`);
    expect(templateAnnotations(await read(namespace))).toEqual({});
  });

  it.each(['apply -f -', 'apply --server-side -f -'])(
    'by kubectl %s is what its manifest says, template included',
    async command => {
      const { namespace, exported } = await exportDeployment();
      const stripped = withAnnotations(exported, propagated);
      expect((await namespace.kubectl(command, stripped)).stderr).toContain('stays in the template as yours');
      expect(templateAnnotations(await read(namespace))).toEqual(mountedGitSync);
      await namespace.kubectl('delete deployment web');
      await namespace.kubectl(command, exported);
      await namespace.kubectl(`annotate deployment web ${key}- ${key}.mount-`);
      expect(templateAnnotations(await read(namespace))).toEqual(mountedGitSync);
    },
  );
});

interface Exported {
  readonly namespace: TestNamespace;
  readonly exported: WorkloadObject;
}

/** An annotated Deployment as `kubectl get` says it is; it is gone from the namespace. */
async function exportDeployment(): Promise<Exported> {
  const namespace = await createNamespace();
  await namespace.kubectl('create -f -', workloadOf('Deployment', { annotations: mountedGitSync }));
  const { metadata, ...exported } = await read(namespace);
  expect(templateAnnotations({ metadata, ...exported })).toHaveProperty([key], repository);
  await namespace.kubectl('delete deployment web');
  // What a person takes out of an export first, and a tool for backups too.
  const { uid: _uid, resourceVersion: _version, managedFields: _fields, ...left } = metadata;
  return { namespace, exported: { ...exported, metadata: left } };
}

/** The export with these annotations of the object alone. */
function withAnnotations(exported: WorkloadObject, ...keys: readonly string[]): WorkloadObject {
  const all = Object.entries(exported.metadata.annotations ?? {});
  const annotations = Object.fromEntries(all.filter(([name]) => keys.includes(name)));
  return { ...exported, metadata: { ...exported.metadata, annotations } };
}

function read(namespace: TestNamespace): Promise<WorkloadObject> {
  return namespace.json('get deployment web');
}

function revisions(namespace: TestNamespace, count: number): Promise<void> {
  return eventually(async () => {
    const { items } = await namespace.json<{ items: readonly unknown[] }>('get replicasets');
    expect(items).toHaveLength(count);
  });
}
