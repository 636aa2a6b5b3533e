/** Custom resources with a pod template, which the operator names: docs/examples/workload-kinds, as it is. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installWorkloadDefinitions } from './custom-resources.ts';
import { projectDirectory } from './installation.ts';
import { type Annotations, mountedGitSync, podOf, repository } from './pod-manifests.ts';
import { describeWithApiServer, eventually, kubectl, reinstall, startWebhook } from './suite.ts';
import { createNamespace, type TestNamespace, useNamespace } from './test-namespace.ts';
import { unwatched, withMetadata } from './unwatched-manifests.ts';
import type { Webhook } from './webhook.ts';

const example = join(projectDirectory, 'docs/examples/workload-kinds');

interface Template {
  readonly metadata?: { readonly annotations?: Annotations };
  readonly spec: { readonly volumes?: readonly object[] };
}

interface Rollout {
  readonly metadata: { readonly annotations?: Annotations; readonly generation?: number };
  readonly spec: { readonly replicas?: number; readonly template: Template };
}

/** As Argo takes it; the API server lists the fields of the pod template in another order than it was written. */
function rolloutOf(annotations: Annotations, template: Annotations = {}, podSpec: object = {}): Rollout {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'web', ...(Object.keys(annotations).length > 0 ? { annotations } : {}) },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      strategy: { canary: { steps: [{ setWeight: 20 }, { pause: {} }] } },
      template: {
        metadata: {
          labels: { app: 'web' },
          ...(Object.keys(template).length > 0 ? { annotations: template } : {}),
        },
        spec: { ...podOf('web').spec, ...podSpec },
      },
    },
  } as Rollout;
}

const read = (namespace: TestNamespace) => namespace.json<Rollout>('get rollout web');
const carried = async (namespace: TestNamespace) =>
  (await read(namespace)).spec.template.metadata?.annotations ?? {};

const willGet = "Warning: web's pods will get git-sync, content at /site/current\n";
const wrong = { ...mountedGitSync, 'sidecar.io/git-sync.perod': '1m' };
const mistake =
  'annotation sidecar.io/git-sync.perod: unknown parameter; did you mean sidecar.io/git-sync.period?';

describeWithApiServer('a custom resource that the operator names', () => {
  let webhook: Webhook;
  let old: TestNamespace;
  beforeAll(async () => {
    await installWorkloadDefinitions(kubectl);
    old = await createNamespace();
    // Before anybody watched.
    await eventually(() => old.kubectl('create -f -', rolloutOf({}, wrong)));
    await kubectl(['apply', '--kustomize', example]);
    webhook = await startWebhook();
    const { kubectl: probe } = await createNamespace();
    await eventually(async () => {
      const { stderr } = await probe('create --dry-run=server -f -', rolloutOf(mountedGitSync));
      expect(stderr).toBe(willGet);
    });
  });
  afterAll(async () => {
    await webhook?.stop();
    await reinstall();
  });

  const loggedOf = (namespace: TestNamespace) =>
    webhook.entries.filter(entry => entry['namespace'] === namespace.name);
  /** What the webhook was asked about in a namespace; the log is written in order, and some moments later. */
  const told = async (namespace: TestNamespace) => {
    const probe = await createNamespace();
    await probe.kubectl('create --dry-run=server -f -', rolloutOf(mountedGitSync));
    await eventually(() => expect(loggedOf(probe)).toHaveLength(1));
    return loggedOf(namespace);
  };

  it('is changed and changed back by its annotations', async () => {
    const namespace = await createNamespace();
    await namespace.kubectl('create -f -', rolloutOf({}));
    const before = await read(namespace);
    const annotate = async (text: string) => (await namespace.kubectl(`annotate rollout web ${text}`)).stderr;
    expect(await annotate(`sidecar.io/git-sync=${repository} sidecar.io/git-sync.mount=/site`)).toBe(willGet);
    expect(await carried(namespace)).toEqual(mountedGitSync);
    expect(await annotate('sidecar.io/git-sync- sidecar.io/git-sync.mount-')).toBe(
      "Warning: web's pods will no longer get git-sync\n",
    );
    const after = await read(namespace);
    expect(after.spec).toEqual({
      ...before.spec,
      template: {
        ...before.spec.template,
        metadata: { ...before.spec.template.metadata, annotations: expect.toBeOneOf([{}, undefined]) },
      },
    });
    expect(JSON.stringify(after.metadata.annotations ?? {})).not.toContain('sidecar.io/');
    const entries = await told(namespace);
    expect(entries.map(({ kind, decision, workload }) => [kind, decision, workload])).toEqual([
      ['Rollout.argoproj.io', 'propagated', 'web'],
      ['Rollout.argoproj.io', 'propagated', 'web'],
    ]);
  });

  it('is refused with what is wrong, on the object and in the template', async () => {
    const namespace = await createNamespace();
    for (const manifest of [rolloutOf(wrong), rolloutOf({}, wrong)])
      await expect(namespace.kubectl('apply -f -', manifest)).rejects.toThrow(
        `admission webhook "workloads.sidecar.io" denied the request: ${mistake} (unknown-parameter)`,
      );
  });

  it('that had its problem before is told of it, and can be changed', async () => {
    const { stderr } = await old.kubectl(['patch', 'rollout', 'web', '--type=merge', '--patch', paused]);
    expect(stderr).toBe(`Warning: pods are refused: ${mistake}\n`);
    await expect(old.kubectl('annotate rollout web sidecar.io/git-sync.depth=x')).rejects.toThrow(
      'denied the request: 2 problems:\n',
    );
  });

  it.each([
    ['by the client', 'apply -f -'],
    ['on the server', 'apply --server-side --field-manager=gitops -f -'],
  ])('is applied twice %s, and stays as it is', async (_what, command) => {
    const namespace = await createNamespace();
    const volumeMounts = [{ name: 'git-sync', mountPath: '/www' }];
    const containers = [{ name: 'web', image: 'nginx:1.29', volumeMounts }];
    const manifest = rolloutOf({ 'sidecar.io/git-sync': repository }, {}, { containers });
    const { stderr } = await namespace.kubectl(command, manifest);
    expect(stderr).toBe("Warning: web's pods will get git-sync, content at /www/current\n");
    const before = await read(namespace);
    expect(before.spec.template.spec.volumes).toEqual([{ name: 'git-sync', emptyDir: {} }]);
    const again = await namespace.kubectl(command, manifest);
    expect(again.stderr).toBe('');
    if (!command.includes('server-side')) expect(again.stdout).toBe('rollout.argoproj.io/web unchanged\n');
    expect(await read(namespace)).toEqual(before);
    await namespace.kubectl(command, rolloutOf({}, {}, { containers }));
    expect(await carried(namespace)).toEqual({});
  });

  it('that is rolled back keeps what it is annotated with, and a warning says so', async () => {
    const namespace = await createNamespace();
    await namespace.kubectl('create -f -', rolloutOf({ ...mountedGitSync, 'sidecar.io/git-sync.ref': 'v1' }));
    const { spec } = await read(namespace);
    await namespace.kubectl('annotate --overwrite rollout web sidecar.io/git-sync.ref=v2');
    // What "kubectl argo rollouts undo" sends.
    const undo = JSON.stringify([{ op: 'replace', path: '/spec/template', value: spec.template }]);
    const as = ['--type=json', '--field-manager=kubectl-argo-rollouts', '--patch', undo];
    expect((await namespace.kubectl(['patch', 'rollout', 'web', ...as])).stderr).toBe(
      'Warning: sidecar.io/git-sync.ref stays in the template; the Rollout itself asks for it: remove it there\n',
    );
    expect(await carried(namespace)).toEqual({ ...mountedGitSync, 'sidecar.io/git-sync.ref': 'v2' });
    const keys = ['git-sync', 'git-sync.mount', 'git-sync.ref'].map(key => `sidecar.io/${key}-`);
    await namespace.kubectl(`annotate rollout web ${keys.join(' ')}`);
    expect(await carried(namespace)).toEqual({});
  });

  it('that refers to a Deployment in place of a template is let through, and told', async () => {
    const namespace = await createNamespace();
    const { metadata, ...rest } = rolloutOf(mountedGitSync);
    const spec = { replicas: 1, workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } };
    const { stderr } = await namespace.kubectl('apply -f -', { ...rest, metadata, spec });
    expect(stderr).toBe(
      'Warning: sidecar.io/git-sync on this Rollout has no effect: it has no spec.template; annotate what makes its pods\n' +
        unwatchedWarning,
    );
    expect(await told(namespace)).toMatchObject([{ decision: 'skipped', reason: 'no-pod-template' }]);
  });

  it('makes ReplicaSets that nobody touches', async () => {
    const namespace = await createNamespace();
    const owner = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web', controller: true };
    const ownerReferences = [{ ...owner, uid: '11111111-1111-1111-1111-111111111111' }];
    const manifest = withMetadata(unwatched('ReplicaSet'), [], {
      ownerReferences,
      annotations: { ...wrong, 'sidecar.io/propagated': '{}' },
    });
    expect((await namespace.kubectl('create --dry-run=server -f -', manifest)).stderr).toBe('');
    expect(await told(namespace)).toEqual([]);
  });

  it('of another kind keeps its template elsewhere', async () => {
    const namespace = await createNamespace();
    const scaledJob = (template: Annotations) => ({
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledJob',
      metadata: { name: 'web' },
      spec: { jobTargetRef: { template: { metadata: { annotations: template }, spec: podOf('web').spec } } },
    });
    expect((await namespace.kubectl('create -f -', scaledJob(mountedGitSync))).stderr).toBe(willGet);
    await expect(namespace.kubectl('apply -f -', scaledJob(wrong))).rejects.toThrow(mistake);
    await namespace.kubectl('annotate scaledjob web sidecar.io/git-sync.ref=v1');
    const { spec } = await namespace.json<{ spec: { jobTargetRef: { template: Template } } }>(
      'get scaledjob web',
    );
    expect(spec.jobTargetRef.template.metadata?.annotations).toEqual({
      ...mountedGitSync,
      'sidecar.io/git-sync.ref': 'v1',
    });
  });

  describe('by the conditions of the webhook', () => {
    const scaledJob = (spec: unknown) => ({
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledJob',
      metadata: { name: 'odd' },
      ...(spec === undefined ? {} : { spec }),
    });
    const nested = (depth: number): unknown =>
      depth === 0 ? { metadata: { annotations: mountedGitSync } } : { next: nested(depth - 1) };
    const asked = async (spec: unknown) => {
      const namespace = await createNamespace();
      await namespace.kubectl('create --dry-run=server -f -', scaledJob(spec));
      return (await told(namespace)).length;
    };

    it('is asked about with an annotation up to four keys below its spec, and not deeper', async () => {
      const counts = await Promise.all([0, 1, 2, 3, 4, 5].map(depth => asked(nested(depth))));
      expect(counts).toEqual([0, 1, 1, 1, 1, 0]);
    });

    it('is let through whatever else it holds', async () => {
      const odd = { metadata: null, a: { metadata: [] }, b: { metadata: { annotations: 'sidecar.io/' } } };
      const more = {
        c: { metadata: { annotations: ['sidecar.io/'] } },
        d: null,
        e: [nested(0)],
        f: 'x',
        g: 1,
      };
      const keys = (count: number, value: unknown) =>
        Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, value]));
      const large = { h: keys(50_000, 'x'), i: { j: keys(999, { metadata: {}, x: 'y' }) } };
      for (const spec of [undefined, {}, odd, more, large]) expect(await asked(spec)).toBe(0);
    });
  });

  describe('while the webhook is down', () => {
    const namespace = useNamespace();
    const run = (command: string | readonly string[], input?: unknown) => namespace().kubectl(command, input);
    beforeAll(async () => {
      await run('create -f -', rolloutOf(mountedGitSync));
      await webhook.stop('SIGKILL');
    });

    it.each([
      ['labels', 'label rollout web tier=front'],
      ['annotations of others', 'annotate rollout web rollout.argoproj.io/revision=2'],
      ['its scale', 'scale rollout web --replicas=1'],
      ['its status', 'patch rollout web --type=merge --subresource=status --patch {"status":{"replicas":1}}'],
    ])('takes %s', async (_what, command) => {
      await run(command);
    });

    it('refuses a change of its spec or of our annotations', async () => {
      for (const change of [
        ['patch', 'rollout', 'web', '--type=merge', '--patch', paused],
        'annotate rollout web sidecar.io/git-sync-',
      ])
        await expect(run(change)).rejects.toThrow('failed calling webhook "workloads.sidecar.io"');
    });

    it('does not concern one without annotations, and lets any be deleted', async () => {
      const { metadata, ...rest } = rolloutOf({});
      await run('create -f -', { ...rest, metadata: { ...metadata, name: 'bare' } });
      await run(['patch', 'rollout', 'bare', '--type=merge', '--patch', paused]);
      await run('delete rollout web bare --timeout=30s');
    });
  });
});

describeWithApiServer('a Rollout that nobody has named', () => {
  beforeAll(() => installWorkloadDefinitions(kubectl));

  it('is told that what is on it has no effect', async () => {
    const namespace = await createNamespace();
    const create = async (manifest: object) =>
      (await namespace.kubectl('create --dry-run=server -f -', manifest)).stderr;
    await eventually(async () => expect(await create(rolloutOf(mountedGitSync))).toBe(unwatchedWarning));
    expect(await create(rolloutOf({}, mountedGitSync))).toBe('');
    expect(await create(rolloutOf(mountedGitSync, mountedGitSync))).toBe('');
  });
});

const paused = '{"spec":{"paused":true}}';

const unwatchedWarning =
  "Warning: Validation failed for ValidatingAdmissionPolicy 'sidecar-injector-unwatched-kinds' with binding " +
  '\'sidecar-injector-unwatched-kinds\': annotation sidecar.io/git-sync on Rollout "web" itself has no effect; ' +
  'write it in its pod template\n';
