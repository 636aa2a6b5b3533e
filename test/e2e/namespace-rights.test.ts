/** Which right lets somebody put containers into all pods of a namespace: docs/security.md. */
import { beforeAll, expect, it } from 'vitest';
import { describeWithControllers, eventually, kubectl, kubectlJson } from './suite.ts';
import { useNamespace } from './test-namespace.ts';

describeWithControllers('the right to change a namespace', () => {
  const namespace = useNamespace();
  const as = (user: string, args: readonly string[]) => kubectl([...args, '--as', user]);
  const annotate = (user: string, value: string) =>
    as(user, [
      'annotate',
      'namespace',
      namespace().name,
      '--overwrite',
      `sidecar.io/statsd-exporter=${value}`,
    ]);
  const annotation = async () => {
    const { metadata } = await kubectlJson<{ metadata: { annotations?: Readonly<Record<string, string>> } }>(
      `get namespace ${namespace().name}`,
    );
    return metadata.annotations?.['sidecar.io/statsd-exporter'];
  };
  const bind = (user: string, role: string) =>
    namespace().kubectl(`create rolebinding ${user} --user ${user} ${role}`);

  beforeAll(async () => {
    await bind('edit', '--clusterrole edit');
    await bind('admin', '--clusterrole admin');
    await namespace().kubectl('create role namespace --verb patch,get --resource namespaces');
    await bind('patcher', '--role namespace');
    await namespace().kubectl('create role namespace-status --verb patch,get --resource namespaces/status');
    await bind('status-patcher', '--role namespace-status');
    await namespace().kubectl('create role namespace-finalize --verb update --resource namespaces/finalize');
    await bind('finalizer', '--role namespace-finalize');
  });

  it.each(['edit', 'admin'])('is not given by the ClusterRole %s, bound in that namespace', async user => {
    const can = (verb: string, resource = 'namespaces') =>
      as(user, ['--namespace', namespace().name, 'auth', 'can-i', verb, resource]).then(
        () => 'yes',
        () => 'no',
      );
    // Both are put together of others by a controller.
    await eventually(async () => expect(await can('get')).toBe('yes'));
    for (const resource of ['namespaces', 'namespaces/status', 'namespaces/finalize']) {
      for (const verb of ['create', 'update', 'patch']) {
        expect(await can(verb, resource), `${verb} ${resource}`).toBe('no');
      }
    }
    await expect(annotate(user, 'true')).rejects.toThrow(`User "${user}" cannot patch resource "namespaces"`);
    expect(await annotation()).toBeUndefined();
  });

  it('is patch on namespaces, which a Role in that namespace gives too', async () => {
    await annotate('patcher', 'true');
    expect(await annotation()).toBe('true');
    const other = ['annotate', 'namespace', 'default', 'sidecar.io/statsd-exporter=true'];
    await expect(as('patcher', other)).rejects.toThrow('User "patcher" cannot get resource "namespaces"');
  });

  it('is patch on their status as well, by which annotations are changed too', async () => {
    const patch = JSON.stringify({
      metadata: { annotations: { 'sidecar.io/statsd-exporter': 'by-status' } },
    });
    await as('status-patcher', [
      ...['patch', 'namespace', namespace().name, '--subresource', 'status', '--type', 'merge'],
      ...['--patch', patch],
    ]);
    expect(await annotation()).toBe('by-status');
  });

  it('is update of what finalizes them as well', async () => {
    const object = await kubectlJson<{ metadata: { annotations?: Record<string, string> } }>(
      `get namespace ${namespace().name}`,
    );
    object.metadata.annotations = { 'sidecar.io/statsd-exporter': 'by-finalize' };
    const place = `/api/v1/namespaces/${namespace().name}/finalize`;
    await kubectl(['replace', '--raw', place, '--filename', '-', '--as', 'finalizer'], object);
    expect(await annotation()).toBe('by-finalize');
  });
});
