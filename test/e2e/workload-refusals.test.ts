import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Kubectl } from './kubectl.ts';
import { type Annotations, mountedGitSync, repository } from './pod-manifests.ts';
import { describeWithApiServer, startWebhook, useWebhook } from './suite.ts';
import { createNamespace, useNamespace } from './test-namespace.ts';
import {
  templateAnnotations,
  type WorkloadObject,
  type WorkloadOptions,
  workloadOf,
} from './workload-manifests.ts';

const rows: readonly (readonly [
  code: string,
  says: string,
  annotations: Annotations,
  options?: WorkloadOptions,
])[] = [
  [
    'unknown-parameter',
    'did you mean sidecar.io/git-sync.period?',
    { ...mountedGitSync, 'sidecar.io/git-sync.perod': '1m' },
  ],
  ['unknown-sidecar', 'did you mean "git-sync"?', { 'sidecar.io/git-snyc': repository }],
  ['parameter-without-switch', 'set sidecar.io/git-sync too', { 'sidecar.io/git-sync.ref': 'main' }],
  ['empty-value', 'the value is empty; use https://', { 'sidecar.io/git-sync': '' }],
  ['invalid-value', 'got "often"', { ...mountedGitSync, 'sidecar.io/git-sync.period': 'often' }],
  ['invalid-value', 'got "***@github.com/a"', { 'sidecar.io/git-sync': 'https://me:secret@github.com/a' }],
  ['invalid-inject', 'got "no"; use "true" or "false"', { ...mountedGitSync, 'sidecar.io/inject': 'no' }],
  ['invalid-key', 'use sidecar.io/git-sync', { ...mountedGitSync, 'sidecar.io/git-sync_A': repository }],
  [
    'mount-container-unknown',
    'did you mean "web"?',
    { ...mountedGitSync, 'sidecar.io/git-sync.containers': 'wbe' },
  ],
  ['windows-pod', 'the pod is for Windows', mountedGitSync, { podSpec: { os: { name: 'windows' } } }],
  [
    'volume-read-only',
    'name another with sidecar.io/git-sync.volume',
    mountedGitSync,
    { podSpec: { volumes: [{ name: 'git-sync', configMap: { name: 'site' } }] } },
  ],
];

const mistakes = rows.map(([code, says, annotations, options = {}]) => ({
  code,
  says,
  annotations,
  options,
}));

describeWithApiServer('a Deployment with a mistake is refused when it is made', () => {
  useWebhook();
  const namespace = useNamespace();
  const create = (options: WorkloadOptions) =>
    namespace().kubectl('create --dry-run=server -f -', workloadOf('Deployment', options));

  it.each(mistakes)('on the object: $code', async ({ code, says, annotations, options }) => {
    const attempt = create({ ...options, annotations });
    await expect(attempt).rejects.toThrow('admission webhook "workloads.sidecar.io" denied the request: ');
    await expect(attempt).rejects.toThrow(says);
    await expect(attempt).rejects.toThrow(`(${code})`);
  });

  it.each(mistakes)('in the template: $code', async ({ code, says, annotations, options }) => {
    const attempt = create({ ...options, template: annotations });
    await expect(attempt).rejects.toThrow('admission webhook "workloads.sidecar.io" denied the request: ');
    await expect(attempt).rejects.toThrow(says);
    await expect(attempt).rejects.toThrow(`(${code})`);
  });

  it('with all problems at once, from both places', async () => {
    const annotations = { 'sidecar.io/git-sync.period': 'often' };
    const template = { 'sidecar.io/git-sync': 'file:///etc', 'sidecar.io/logs': 'x' };
    await expect(create({ annotations, template })).rejects.toThrow('denied the request: 3 problems:\n');
  });
});

describeWithApiServer('a problem that a Deployment had before', () => {
  const wrong = { ...mountedGitSync, 'sidecar.io/git-sync.perod': '1m' };
  const message =
    'annotation sidecar.io/git-sync.perod: unknown parameter; did you mean sidecar.io/git-sync.period?';

  describe.each([
    ['template', { template: wrong }, `pods are refused: ${message}`],
    ['object', { annotations: wrong }, `not carried to the pods: ${message}`],
  ] as const)('in the %s', (_place, options, told) => {
    const namespace = useNamespace();
    const run: Kubectl = (args, input) => namespace().kubectl(args, input);
    let stop: () => Promise<unknown>;
    beforeAll(async () => {
      const earlier = await startWebhook('--workloads', 'off');
      await run('create -f -', workloadOf('Deployment', { ...options, spec: { replicas: 0 } }));
      await earlier.stop();
      const webhook = await startWebhook();
      stop = () => webhook.stop();
    });
    afterAll(() => stop?.());

    it('is told on an update of something else, and does not stop it or reach the pods', async () => {
      const before = templateAnnotations(await namespace().json<WorkloadObject>('get deployment web'));
      const { stderr } = await run('set image deployment/web web=nginx:1.30');
      expect(stderr).toBe(
        `Warning: ${[...told].slice(0, 119).join('')}${told.length > 120 ? '…' : told.slice(119)}\n`,
      );
      const after = await namespace().json<WorkloadObject>('get deployment web');
      expect(templateAnnotations(after)).toEqual(before);
    });

    it('does not excuse another one', async () => {
      await expect(run('annotate deployment web sidecar.io/git-sync.depth=all')).rejects.toThrow(
        '2 problems',
      );
    });
  });
});

describeWithApiServer('with --workloads warn', () => {
  useWebhook('--workloads', 'warn');

  it('annotations on a Deployment stay there, and a warning says where they would have an effect', async () => {
    const namespace = await createNamespace();
    const { stderr } = await namespace.kubectl(
      'create -f -',
      workloadOf('Deployment', { annotations: mountedGitSync }),
    );
    expect(stderr).toBe(
      'Warning: sidecar.io/git-sync (and 1 more) does not reach the pods; write it to spec.template.metadata.annotations\n',
    );
    const deployment = await namespace.json<WorkloadObject>('get deployment web');
    expect(templateAnnotations(deployment)).toEqual({});
    expect(deployment.metadata.annotations).not.toHaveProperty(['sidecar.io/propagated']);
  });

  it('a mistake in the template is told and not refused', async () => {
    const manifest = workloadOf('Deployment', { template: { 'sidecar.io/git-snyc': repository } });
    const { stderr } = await (await createNamespace()).kubectl('create -f -', manifest);
    expect(stderr).toMatch(
      /^Warning: pods are refused: annotation sidecar\.io\/git-snyc: no sidecar "git-snyc"/,
    );
  });
});

describeWithApiServer('with --workloads off', () => {
  useWebhook('--workloads', 'off');

  it('nothing is said and nothing carried', async () => {
    const namespace = await createNamespace();
    const manifest = workloadOf('Deployment', { annotations: { 'sidecar.io/git-snyc': repository } });
    expect((await namespace.kubectl('create -f -', manifest)).stderr).toBe('');
    const deployment = await namespace.json<WorkloadObject>('get deployment web');
    expect(templateAnnotations(deployment)).toEqual({});
  });
});
