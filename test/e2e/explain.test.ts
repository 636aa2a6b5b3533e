/** Every cause for which an annotated pod has no sidecar, on the real API server: each is named by its code. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { V1ConfigMap } from '@kubernetes/client-node';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { issueAuthority } from '../../src/tls/issue-certificate.ts';
import { installWorkloadDefinitions } from './custom-resources.ts';
import { certificateDirectory, installCertificates, trustAuthority } from './installation.ts';
import { OtherWebhook } from './other-webhook.ts';
import { runProgram } from './pod-commands.ts';
import { type Annotations, gitSync, mountedGitSync, podOf, repository } from './pod-manifests.ts';
import { deleteRegistration, patchRegistration } from './registration.ts';
import { forgetReplicas, notReady, reportEndpoints, reportReplica, runReplicas } from './running-replicas.ts';
import {
  controlPlane,
  describeWithControllers,
  eventually,
  kubectl,
  kubectlJson,
  reinstall,
  startWebhook,
} from './suite.ts';
import { createNamespace, injectorNamespace, namespaceNamed, type TestNamespace } from './test-namespace.ts';
import type { Webhook } from './webhook.ts';
import { workloadOf } from './workload-manifests.ts';

const key = 'sidecar.io/git-sync';

interface Told {
  readonly code: string;
  readonly message: string;
  readonly advice?: string;
}

interface ExplainedJson {
  readonly verdict: string;
  readonly reason: string;
  readonly sidecars: readonly Readonly<Record<string, unknown>>[];
  readonly problems: readonly Told[];
  readonly warnings: readonly Told[];
  readonly pods?: readonly { readonly state: string; readonly problems: readonly Told[] }[];
  readonly unknown?: readonly string[];
}

/** What is said in both forms. */
interface Said extends ExplainedJson {
  readonly exitCode: number;
  readonly text: string;
  /** The codes of all that is in the way, of pods that run too. */
  readonly codes: readonly string[];
}

async function explain(namespace: TestNamespace, ...args: readonly string[]): Promise<Said> {
  const all = ['explain', ...args, '--namespace', namespace.name];
  const [text, json] = await Promise.all([runProgram(...all), runProgram(...all, '-o', 'json')]);
  expect(json.stderr).toBe('');
  expect(text.exitCode).toBe(json.exitCode);
  const [explained]: readonly [ExplainedJson] = JSON.parse(json.stdout).objects;
  const { problems, warnings, pods = [] } = explained;
  const told = [...problems, ...pods.flatMap(pod => pod.problems)];
  // Whatever a program is told, a person is told too.
  for (const { code } of [...told, ...warnings]) expect(text.stdout).toContain(`(${code})`);
  return {
    ...explained,
    exitCode: json.exitCode,
    text: text.stdout,
    codes: [...new Set(told.map(({ code }) => code))],
  };
}

describeWithControllers('explain', () => {
  let webhook: Webhook;
  let namespace: TestNamespace;
  let replicas: readonly string[];
  beforeAll(async () => {
    webhook = await startWebhook();
    await installWorkloadDefinitions(kubectl);
    replicas = await runReplicas(webhook);
  });
  afterAll(async () => {
    await webhook.stop();
    await forgetReplicas();
  });
  beforeEach(async () => {
    namespace = await createNamespace();
  });

  const explained = (...args: readonly string[]) => explain(namespace, ...args);

  it('says of a pod that is as it should be what it has', async () => {
    await namespace.createPod(podOf('web', mountedGitSync));
    const { exitCode, text, ...said } = await explained('pod/web');
    expect({ exitCode, ...said }).toMatchObject({
      exitCode: 0,
      verdict: 'injected',
      reason: 'already-injected',
      problems: [],
      warnings: [],
      sidecars: [{ container: 'git-sync', mode: 'native', annotation: key, isPresent: true }],
    });
    expect(said.unknown).toBeUndefined();
    expect(text).toMatch(/^pod\/web: has git-sync\n/);
    expect(text).toContain('  content  /site/current in container web (volume git-sync mounted at /site)');
  });

  it('says of a Deployment that is as it should be what its pods get and have', async () => {
    await namespace.kubectl('create -f -', workloadOf('Deployment', { annotations: mountedGitSync }));
    await eventually(async () => expect(await namespace.pods()).toHaveLength(1));
    for (const named of [['deployment/web'], ['deploy', 'web']]) {
      const { exitCode, text, ...said } = await explained(...named);
      expect({ exitCode, ...said }).toMatchObject({
        exitCode: 0,
        verdict: 'would-be-injected',
        reason: 'injected',
        problems: [],
        warnings: [],
        sidecars: [{ container: 'git-sync', annotatedOn: 'the Deployment' }],
        pods: [{ state: 'injected', problems: [] }],
      });
      expect(text).toMatch(/^deployment\/web: new pods get git-sync\n/);
    }
  });

  it('says that nothing asks for a sidecar', async () => {
    await namespace.createPod(podOf('web'));
    expect(await explained('pod/web')).toMatchObject({ exitCode: 0, reason: 'not-requested', codes: [] });
  });

  it.each<[code: string, object: string, seed: () => Promise<unknown>]>([
    ['label-instead-of-annotation', 'pod/web', () => create(labelled(podOf('web'), { [key]: 'true' }))],
    ['annotation-wrong-case', 'pod/web', () => create(podOf('web', { 'Sidecar.io/git-sync': repository }))],
    ['annotation-misspelt', 'pod/web', () => create(podOf('web', { 'sidecars.io/git-sync': repository }))],
    ['opted-out', 'pod/web', () => create(podOf('web', { ...gitSync, 'sidecar.io/inject': 'false' }))],
    ['annotation-misplaced', 'service/web', () => create(serviceOf(gitSync))],
    [
      'annotation-misplaced',
      'deployment/web',
      () => create(workloadOf('Deployment')).then(() => create(serviceOf(gitSync))),
    ],
    ['kind-without-rule', 'rollout/web', () => create(rolloutOf(gitSync))],
    ['kind-without-rule', 'rollouts.argoproj.io/web', () => create(rolloutOf(gitSync))],
    ['kind-without-rule', 'ksvc/web', () => create(knativeServiceOf(gitSync))],
    [
      'pod-older',
      'pod/web',
      () => create(podOf('web')).then(() => namespace.kubectl(`annotate pod web ${key}=${repository}`)),
    ],
    [
      'parameters-changed',
      'pod/web',
      () => create(podOf('web', gitSync)).then(() => namespace.kubectl(`annotate pod web ${key}.depth=5`)),
    ],
  ])('names %s, of %s', async (code, object, seed) => {
    await seed();
    const { exitCode, codes, verdict, problems } = await explained(object);
    expect({ exitCode, codes, verdict }).toEqual({ exitCode: 3, codes: [code], verdict: 'prevented' });
    expect(problems[0]?.advice ?? problems[0]?.message).toMatch(/annotat|write|remove|uninject|create/);
  });

  it('names annotations that stand on the ReplicaSet', async () => {
    await create(workloadOf('Deployment'));
    const [replicaSet] = await replicaSets();
    await namespace.kubectl(`annotate replicaset ${replicaSet} ${key}=${repository}`);
    const [pod] = await eventually(async () => {
      const pods = await namespace.pods();
      expect(pods).toHaveLength(1);
      return pods;
    });
    for (const [object, code] of [
      [`rs/${replicaSet}`, 'kind-without-rule'],
      ['deployment/web', 'annotation-misplaced'],
      [`pod/${pod?.metadata?.name}`, 'annotation-misplaced'],
    ] as const) {
      expect((await explained(object)).codes).toEqual([code]);
    }
  });

  it('names a namespace that opted out, and what is still amiss once it has not', async () => {
    await kubectl(`label namespace ${namespace.name} sidecar.io/inject=disabled`);
    await create(podOf('late', gitSync));
    await create(workloadOf('Deployment', { name: 'template', template: gitSync }));
    await create(workloadOf('Deployment', { name: 'object', annotations: gitSync }));
    await eventually(async () => expect(await namespace.pods()).toHaveLength(3));
    for (const object of ['pod/late', 'deployment/template', 'deployment/object']) {
      const { exitCode, codes, problems } = await explained(object);
      expect(exitCode).toBe(3);
      expect(codes).toContain('namespace-opted-out');
      const told = problems.find(({ code }) => code === 'namespace-opted-out');
      expect(told?.advice).toBe(`kubectl label namespace ${namespace.name} sidecar.io/inject-`);
    }
    const file = await manifest(podOf('web', gitSync));
    expect((await explained('-f', file, '--context', 'e2e')).codes).toEqual(['namespace-opted-out']);
    expect((await explained('-f', file)).codes).toEqual([]);

    await kubectl(`label namespace ${namespace.name} sidecar.io/inject-`);
    expect((await explained('pod/late')).codes).toEqual(['pod-bypassed']);
    const template = await explained('deployment/template');
    expect(template).toMatchObject({ exitCode: 3, verdict: 'would-be-injected', codes: ['pod-bypassed'] });
    expect(template.text).toMatch(/new pods get git-sync, but 1 of 1 running pods have not/);
    const object = await explained('deployment/object');
    expect(object).toMatchObject({ verdict: 'prevented', codes: ['annotation-not-carried'] });
    // What it advises helps.
    await namespace.kubectl('rollout restart deployment/object');
    const mended = await explained('deployment/object');
    expect(mended.problems).toEqual([]);
    expect(mended.sidecars).toMatchObject([{ container: 'git-sync' }]);
  });

  it('names a namespace that the registration leaves out', async () => {
    const system = namespaceNamed('kube-system');
    await system.createPod(podOf(`explain-${namespace.name}`, gitSync));
    try {
      const { codes } = await explain(system, `pod/explain-${namespace.name}`);
      expect(codes).toEqual(['namespace-excluded']);
    } finally {
      await system.kubectl(`delete pod explain-${namespace.name} --now`);
    }
  });

  it('names pods that are older than the template of their workload', async () => {
    const paused = workloadOf('Deployment');
    await create(paused);
    await eventually(async () => expect(await namespace.pods()).toHaveLength(1));
    await namespace.kubectl('rollout pause deployment/web');
    await namespace.kubectl(`annotate deployment web ${key}=${repository}`);
    const { codes, verdict, pods } = await explained('deployment/web');
    expect({ codes, verdict }).toEqual({ codes: ['pod-older'], verdict: 'would-be-injected' });
    expect(pods).toMatchObject([{ state: 'not-requested' }]);
    const [pod] = await namespace.pods();
    expect((await explained(`pod/${pod?.metadata?.name}`)).codes).toEqual(['pod-older']);
  });

  it('names pods that are refused', async () => {
    await create({
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'none' },
      spec: { hard: { pods: '0' } },
    });
    await create(workloadOf('Deployment', { annotations: gitSync }));
    const said = await eventually(async () => {
      const seen = await explained('deployment/web');
      expect(seen.codes).toEqual(['pods-refused']);
      return seen;
    });
    expect(said.problems[0]?.message).toMatch(/^ReplicaSet "web-[^"]*" cannot create pods: .*exceeded quota/);
  });

  it('names what is wrong with annotations that came past the injector', async () => {
    await kubectl(`label namespace ${namespace.name} sidecar.io/inject=disabled`);
    await create(workloadOf('Deployment', { template: { ...gitSync, [`${key}.depth`]: 'deep' } }));
    await kubectl(`label namespace ${namespace.name} sidecar.io/inject-`);
    expect((await explained('deployment/web')).problems).toMatchObject([{ code: 'invalid-value' }]);
  });

  it('names the guard that is absent, and a webhook that takes the sidecar out again', async () => {
    await create(workloadOf('Deployment', { annotations: mountedGitSync }));
    const remover = new OtherWebhook({
      name: 'zz-remover',
      namespace,
      mutate: ({ spec }) =>
        spec?.initContainers?.length ? [{ op: 'remove', path: '/spec/initContainers/0' }] : [],
    });
    await kubectl('delete validatingadmissionpolicybinding sidecar-injector-guard');
    await kubectl('delete validatingadmissionpolicy sidecar-injector-guard');
    try {
      const unguarded = await explained('deployment/web');
      expect(unguarded.exitCode).toBe(0);
      expect(unguarded.warnings.map(({ code }) => code)).toEqual(['guard-absent']);

      await remover.start();
      // As often as the injector is asked again about what it took out.
      const again = [{ op: 'add', path: '/webhooks/0/reinvocationPolicy', value: 'IfNeeded' }];
      await kubectl([
        ...'patch mutatingwebhookconfiguration zz-remover --type json --patch'.split(' '),
        JSON.stringify(again),
      ]);
      await eventually(async () => {
        await namespace.kubectl('delete pod bare --ignore-not-found --now');
        const { pod } = await namespace.createPod(podOf('bare', gitSync));
        expect(pod.spec?.initContainers ?? []).toEqual([]);
      });
      const { codes, problems } = await explained('pod/bare');
      expect(codes).toContain('removed-by-another-webhook');
      expect(problems[0]?.advice).toContain('zz-remover');
    } finally {
      await remover.stop();
      await reinstall();
    }
  });

  it('names a definition that is broken in the cluster, where it is asked for', async () => {
    await create(workloadOf('Deployment', { annotations: gitSync }));
    await create(podOf('plain'));
    const { data = {} } = await injectorNamespace.json<V1ConfigMap>(
      'get configmap sidecar-injector-sidecars',
    );
    const broken = JSON.stringify({
      data: { 'git-sync.yaml': `${data['git-sync.yaml']}\n  surprise: true\n` },
    });
    await injectorNamespace.kubectl(['patch', 'configmap', 'sidecar-injector-sidecars', '--patch', broken]);
    try {
      const { exitCode, codes } = await explained('deployment/web');
      expect({ exitCode, codes }).toEqual({
        exitCode: 3,
        codes: ['broken-definition', 'definition-broken-in-cluster'],
      });
      // Whoever names other definitions is judged by those.
      const said = await explained('deployment/web', '--sidecars', 'sidecars');
      expect(said.sidecars).toMatchObject([{ container: 'git-sync' }]);
      expect((await explained('pod/plain')).exitCode).toBe(0);
    } finally {
      await reinstall();
    }
  });

  it('names a replica that is not ready, and a Service that leads to none', async () => {
    await create(workloadOf('Deployment', { annotations: mountedGitSync }));
    try {
      await reportReplica(replicas[0] ?? '', { conditions: notReady });
      const one = await explained('deployment/web');
      expect(one.exitCode).toBe(0);
      expect(one.warnings.map(({ code }) => code)).toEqual(['replica-not-ready']);
      await reportEndpoints(replicas, false);
      await webhook.stop();
      const none = await explained('deployment/web');
      expect({ exitCode: none.exitCode, codes: none.codes }).toEqual({
        exitCode: 3,
        codes: ['service-without-endpoints', 'webhook-unreachable'],
      });
    } finally {
      webhook = await startWebhook();
      replicas = await runReplicas(webhook);
    }
  });

  it('says what it may not see, and takes nothing for absent', async () => {
    await namespace.createPod(podOf('web', mountedGitSync));
    const kubeconfig = await accountThatGets('pods');
    const {
      exitCode,
      verdict,
      unknown = [],
      problems,
    } = await explained('pod/web', '--kubeconfig', kubeconfig);
    expect({ exitCode, verdict, problems }).toEqual({ exitCode: 0, verdict: 'injected', problems: [] });
    expect(unknown.join('\n')).toMatch(/definitions in force: .*forbidden.*; taken: those in "sidecars"/);
    expect(unknown.join('\n')).toMatch(/opted out: forbidden/);
    const failed = await runProgram(
      'explain',
      'deployment/web',
      '-n',
      namespace.name,
      '--kubeconfig',
      kubeconfig,
    );
    expect(failed).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/cannot read deployment\/web: .*forbidden/),
    });
  });

  it.each([
    ['pod/web', /there is no Pod "web" in namespace "e2e-/],
    ['website/web', /the cluster has no resource "website"/],
  ])('fails where there is no %s', async (object, message) => {
    const failed = await runProgram('explain', object, '-n', namespace.name);
    expect(failed).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringMatching(message) });
  });

  // From here on the registration is another one.
  it('names a registration that was changed, and one that is missing', async () => {
    await create(workloadOf('Deployment', { annotations: mountedGitSync }));
    await kubectl(`label namespace ${namespace.name} sidecar.io/inject=disabled`);
    await create(podOf('early', gitSync));
    await kubectl(`label namespace ${namespace.name} sidecar.io/inject-`);
    await patchRegistration({ webhooks: [{ name: 'pods.sidecar.io', failurePolicy: 'Ignore' }] });
    try {
      // Pods get their sidecars all the same.
      const { exitCode, warnings } = await explained('deployment/web');
      expect({ exitCode, codes: warnings.map(({ code }) => code) }).toEqual({
        exitCode: 0,
        codes: ['webhook-changed'],
      });
      const never = { name: 'never', expression: 'false' };
      await patchRegistration([{ op: 'add', path: '/webhooks/0/matchConditions/-', value: never }]);
      await eventually(async () => {
        expect((await explained('deployment/web')).codes).toEqual(['webhook-changed']);
      });
      await deleteRegistration();
      expect((await explained('deployment/web')).codes).toContain('webhook-missing');
      // Times are in whole seconds.
      await sleep(1100);
    } finally {
      await reinstall();
    }
    await eventually(async () => {
      const { codes } = await explained('deployment/web');
      expect(codes.filter(code => code !== 'pod-older')).toEqual([]);
    });
    expect((await explained('pod/early')).codes).toEqual(['pod-older']);
  });

  it('names a bundle that is not that of the certificate', async () => {
    await create(workloadOf('Deployment', { annotations: mountedGitSync }));
    await webhook.stop();
    const directory = certificateDirectory(controlPlane());
    await installCertificates(kubectl, directory);
    const [cert, tlsKey] = [join(directory, 'tls.crt'), join(directory, 'tls.key')];
    const flags = ['--tls=files', `--tls-cert-file=${cert}`, `--tls-key-file=${tlsKey}`];
    webhook = await startWebhook(...flags);
    const other = await issueAuthority({ now: new Date(), days: 1 });
    await trustAuthority(kubectl, other.cert);
    await eventually(async () => {
      expect((await explained('deployment/web')).codes).toEqual(['ca-bundle-mismatch']);
    });
  });

  function create(object: object): Promise<unknown> {
    return namespace.kubectl('create -f -', object);
  }

  async function replicaSets(): Promise<readonly string[]> {
    return eventually(async () => {
      const { items } = await namespace.json<{ items: readonly { metadata: { name: string } }[] }>(
        'get replicasets',
      );
      if (items.length === 0) throw new Error('there is no ReplicaSet yet');
      return items.map(({ metadata }) => metadata.name);
    });
  }

  async function manifest(object: object): Promise<string> {
    const file = join(await mkdtemp(join(controlPlane().directory, 'manifest-')), 'web.json');
    await writeFile(file, JSON.stringify(object));
    return file;
  }

  /** A kubeconfig for an account that may see one resource of the namespace. */
  async function accountThatGets(resource: string): Promise<string> {
    await namespace.kubectl('create serviceaccount reader');
    await namespace.kubectl(`create role reader --verb=get --resource=${resource}`);
    await namespace.kubectl(
      `create rolebinding reader --role=reader --serviceaccount=${namespace.name}:reader`,
    );
    const { stdout } = await namespace.kubectl('create token reader');
    const view = await kubectlJson<object>('config view --raw');
    const file = join(await mkdtemp(join(controlPlane().directory, 'reader-')), 'kubeconfig');
    await writeFile(
      file,
      JSON.stringify({ ...view, users: [{ name: 'admin', user: { token: stdout.trim() } }] }),
    );
    return file;
  }
});

function labelled<T extends { readonly metadata: object }>(object: T, labels: Annotations): T {
  return { ...object, metadata: { ...object.metadata, labels } };
}

function serviceOf(annotations: Annotations): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', annotations },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
  };
}

function rolloutOf(annotations: Annotations): object {
  const { spec, ...rest } = workloadOf('Deployment', { annotations });
  return { ...rest, apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', spec: { ...spec, replicas: 0 } };
}

function knativeServiceOf(annotations: Annotations): object {
  const { spec, ...rest } = workloadOf('Deployment', { annotations });
  return {
    ...rest,
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    spec: { template: spec.template },
  };
}
