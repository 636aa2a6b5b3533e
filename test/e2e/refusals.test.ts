import { expect, it } from 'vitest';
import { auditedCreation } from './audit-log.ts';
import { type Annotations, gitSync, type PodManifest, podOf, repository } from './pod-manifests.ts';
import { describeWithApiServer, eventually, useWebhook } from './suite.ts';
import { createNamespace, refusalOf } from './test-namespace.ts';

describeWithApiServer('a pod that cannot get its sidecar is refused at kubectl', () => {
  const webhook = useWebhook();

  it.each<readonly [what: string, pod: PodManifest, code: string, says: string]>([
    [
      'for a misspelt parameter, with the right one',
      podOf('web', { ...gitSync, 'sidecar.io/git-sync.perod': '1m' }),
      'unknown-parameter',
      'did you mean sidecar.io/git-sync.period?',
    ],
    [
      'for a misspelt sidecar, with the right one',
      podOf('web', { 'sidecar.io/git-snyc': repository }),
      'unknown-sidecar',
      'did you mean "git-sync"?',
    ],
    [
      'for a parameter without its switch, with the switch',
      podOf('web', { 'sidecar.io/git-sync.ref': 'main' }),
      'parameter-without-switch',
      'set sidecar.io/git-sync ',
    ],
    [
      'for an empty value, with what to write',
      podOf('web', { 'sidecar.io/git-sync': '' }),
      'empty-value',
      'use https://host/path',
    ],
    [
      'for inject that is neither true nor false',
      podOf('web', { ...gitSync, 'sidecar.io/inject': 'no' }),
      'invalid-inject',
      'got "no"; use "true" or "false"',
    ],
    [
      'for Windows, naming the annotation',
      podOf('web', gitSync, { os: { name: 'windows' } }),
      'windows-pod',
      'sidecar.io/git-sync',
    ],
    [
      'for a container of that name, with another name',
      podOf('web', gitSync, { containers: [{ name: 'git-sync', image: 'example.com/mine:1' }] }),
      'container-name-taken',
      'sidecar.io/git-sync_2',
    ],
    [
      'for a shared volume that cannot be written, with the annotation that names another',
      podOf('web', gitSync, { volumes: [{ name: 'git-sync', configMap: { name: 'site' } }] }),
      'volume-read-only',
      'sidecar.io/git-sync.volume',
    ],
  ])('%s', async (_what, pod, code, says) => {
    const problem = await refusalOf(pod);
    expect(problem).toContain('admission webhook "pods.sidecar.io" denied the request: ');
    expect(problem).toContain(says);
    expect(problem).toContain(`(${code})`);
  });

  it('with all of its problems at once', async () => {
    const annotations: Annotations = {
      'sidecar.io/git-sync': 'file:///etc',
      'sidecar.io/git-sync.period': 'often',
      'sidecar.io/git-sync.ref': '--upload-pack=touch /tmp/x',
      'sidecar.io/git-sync.link': '../up',
      'sidecar.io/inject': 'maybe',
      'sidecar.io/logs': 'x',
    };
    const problem = await refusalOf(podOf('web', annotations));
    expect(problem).toContain('denied the request: 6 problems:\n');
    for (const key of Object.keys(annotations)) expect(problem).toContain(key);
  });

  it('and does not exist afterwards', async () => {
    const namespace = await createNamespace();
    await expect(namespace.createPod(podOf('web', { 'sidecar.io/inject': 'no' }))).rejects.toThrow('denied');
    expect((await namespace.kubectl('get pods -o name')).stdout).toBe('');
  });

  it('without an echo of the password, neither at kubectl nor in a log', async () => {
    const namespace = await createNamespace();
    const password = 'gh9-Tr0ub4dor';
    const annotations = {
      'sidecar.io/git-sync': `https://robot:${password}@github.com/org/site.git`,
      'sidecar.io/git-sync_docs': `https://${password}@github.com/org/docs.git`,
    };
    const problem = await namespace.refusalOf(podOf('web', annotations));
    expect(problem).toContain('sidecar.io/git-sync');
    const { requestObject, ...answer } = await auditedCreation(namespace);
    await eventually(() => expect(webhook().log).toContain(namespace.name), { withinMs: 5000 });
    // What is searched could hold it: the request does.
    expect(JSON.stringify(requestObject)).toContain(password);
    expect(answer.responseStatus?.message).toContain('denied the request');
    for (const text of [problem, webhook().log, JSON.stringify(answer)]) expect(text).not.toContain(password);
  });
});
