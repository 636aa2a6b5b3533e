import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Annotations,
  createNamespace,
  describeWithApiServer,
  kubectl,
  kubectlJson,
  repository,
  startWebhook,
  useWebhook,
} from './suite.ts';
import {
  templateAnnotations,
  type WorkloadObject,
  type WorkloadOptions,
  workloadOf,
} from './workload-manifests.ts';

const asked = { 'sidecar.io/git-sync': repository, 'sidecar.io/git-sync.mount': '/site' };

const rows: readonly (readonly [
  code: string,
  says: string,
  annotations: Annotations,
  options?: WorkloadOptions,
])[] = [
  [
    'unknown-parameter',
    'did you mean sidecar.io/git-sync.period?',
    { ...asked, 'sidecar.io/git-sync.perod': '1m' },
  ],
  ['unknown-sidecar', 'did you mean "git-sync"?', { 'sidecar.io/git-snyc': repository }],
  ['parameter-without-switch', 'set sidecar.io/git-sync too', { 'sidecar.io/git-sync.ref': 'main' }],
  ['empty-value', 'the value is empty; use https://', { 'sidecar.io/git-sync': '' }],
  ['invalid-value', 'got "often"', { ...asked, 'sidecar.io/git-sync.period': 'often' }],
  ['invalid-value', 'got "***@github.com/a"', { 'sidecar.io/git-sync': 'https://me:secret@github.com/a' }],
  ['invalid-inject', 'got "no"; use "true" or "false"', { ...asked, 'sidecar.io/inject': 'no' }],
  ['invalid-key', 'use sidecar.io/git-sync', { ...asked, 'sidecar.io/git-sync_A': repository }],
  ['mount-container-unknown', 'did you mean "web"?', { ...asked, 'sidecar.io/git-sync.containers': 'wbe' }],
  ['windows-pod', 'the pod is for Windows', asked, { podSpec: { os: { name: 'windows' } } }],
  [
    'volume-read-only',
    'name another with sidecar.io/git-sync.volume',
    asked,
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
  let namespace: string;
  beforeAll(async () => {
    namespace = await createNamespace();
  });
  const create = (options: WorkloadOptions) =>
    kubectl(`-n ${namespace} create --dry-run=server -f -`, workloadOf('Deployment', options));

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
  let namespace: string;
  const run = (text: string, input?: unknown) => kubectl(`-n ${namespace} ${text}`, input);
  const wrong = { ...asked, 'sidecar.io/git-sync.perod': '1m' };
  const message =
    'annotation sidecar.io/git-sync.perod: unknown parameter; did you mean sidecar.io/git-sync.period?';

  describe.each([
    ['template', { template: wrong }, `pods are refused: ${message}`],
    ['object', { annotations: wrong }, `not carried to the pods: ${message}`],
  ] as const)('in the %s', (_place, options, told) => {
    let stop: () => Promise<unknown>;
    beforeAll(async () => {
      namespace = await createNamespace();
      const earlier = await startWebhook('--workloads', 'off');
      await run('create -f -', workloadOf('Deployment', { ...options, spec: { replicas: 0 } }));
      await earlier.stop();
      const webhook = await startWebhook();
      stop = () => webhook.stop();
    });
    afterAll(() => stop?.());

    it('is told on an update of something else, and does not stop it or reach the pods', async () => {
      const before = templateAnnotations(
        await kubectlJson<WorkloadObject>(`-n ${namespace} get deployment web`),
      );
      const { stderr } = await run('set image deployment/web web=nginx:1.30');
      expect(stderr).toBe(
        `Warning: ${[...told].slice(0, 119).join('')}${told.length > 120 ? '…' : told.slice(119)}\n`,
      );
      const after = await kubectlJson<WorkloadObject>(`-n ${namespace} get deployment web`);
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
    const { stderr } = await kubectl(
      `-n ${namespace} create -f -`,
      workloadOf('Deployment', { annotations: asked }),
    );
    expect(stderr).toBe(
      'Warning: sidecar.io/git-sync (and 1 more) does not reach the pods; write it to spec.template.metadata.annotations\n',
    );
    const deployment = await kubectlJson<WorkloadObject>(`-n ${namespace} get deployment web`);
    expect(templateAnnotations(deployment)).toEqual({});
    expect(deployment.metadata.annotations).not.toHaveProperty(['sidecar.io/propagated']);
  });

  it('a mistake in the template is told and not refused', async () => {
    const manifest = workloadOf('Deployment', { template: { 'sidecar.io/git-snyc': repository } });
    const { stderr } = await kubectl(`-n ${await createNamespace()} create -f -`, manifest);
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
    expect((await kubectl(`-n ${namespace} create -f -`, manifest)).stderr).toBe('');
    const deployment = await kubectlJson<WorkloadObject>(`-n ${namespace} get deployment web`);
    expect(templateAnnotations(deployment)).toEqual({});
  });
});
