/** The command line beside the webhook: what `inject` writes is what the webhook gives, and `uninject` is the way back. */
import type { V1Container, V1Pod } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { runCommandLine } from './command-line.ts';
import { mountedGitSync, podOf, repository } from './pod-manifests.ts';
import { describeWithApiServer, describeWithControllers, eventually, useWebhook } from './suite.ts';
import { createNamespace, useNamespace } from './test-namespace.ts';
import { templateIn, type WorkloadObject, workloadKinds, workloadOf } from './workload-manifests.ts';

const statusKey = 'sidecar.io/status';

/** The output of a command that does what it should. */
async function run(args: readonly string[], input: string | object): Promise<string> {
  const { exitCode, stdout, stderr } = await runCommandLine(args, input);
  expect(exitCode, stderr).toBe(0);
  return stdout;
}

/** A pod without what has to differ: who put the sidecar in, what the API server calls the token, and in which order. */
function comparable({ metadata, spec }: V1Pod) {
  const byName = <T extends { name: string }>(list: readonly T[] = []) =>
    Object.fromEntries(
      list
        .map(entry => ({ ...entry, name: entry.name.replace(/^(kube-api-access)-.*$/, '$1') }))
        .map(entry => [entry.name, entry] as const)
        .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    );
  const containers = (list: readonly V1Container[] = []) =>
    list.map(container => ({ ...container, volumeMounts: byName(container.volumeMounts) }));
  const annotations = { ...metadata?.annotations };
  const status = annotations[statusKey]?.replace(',"by":"inject"', '');
  return {
    annotations: { ...annotations, [statusKey]: status },
    spec: {
      ...spec,
      containers: containers(spec?.containers),
      initContainers: containers(spec?.initContainers),
      volumes: byName(spec?.volumes),
    },
  };
}

describeWithApiServer('inject - | kubectl apply -f -', () => {
  useWebhook();
  const namespace = useNamespace();

  it('makes the pod that the webhook makes, which leaves it as it is', async () => {
    const pods = [podOf('ours', mountedGitSync), podOf('theirs', mountedGitSync)] as const;
    const manifest = await run(['inject', '-'], pods[0]);
    const { stderr } = await namespace().kubectl('apply -f -', manifest);
    expect(stderr).toBe('');
    await namespace().createPod(pods[1]);
    const [ours, theirs] = [await namespace().pod('ours'), await namespace().pod('theirs')];
    const { 'kubectl.kubernetes.io/last-applied-configuration': applied, ...annotations } =
      ours.metadata?.annotations ?? {};
    expect(JSON.parse(applied ?? '').metadata.annotations[statusKey]).toBe(annotations[statusKey]);
    expect(comparable({ ...ours, metadata: { annotations } })).toEqual(comparable(theirs));
  });

  it.each(workloadKinds)(
    'gives a %s what the webhook gives to its pods, and says nothing more',
    async kind => {
      const { kubectl, json, createPod } = await createNamespace();
      const workload = workloadOf(kind, { annotations: mountedGitSync });
      const manifest = await run(['inject', '-'], workload);
      const { stderr } = await kubectl('apply -f -', manifest);
      expect(stderr).toBe('');
      const stored = await json<WorkloadObject>(`get ${kind} web`);
      const template = templateIn(stored);
      expect(JSON.parse(template.metadata?.annotations?.[statusKey] ?? '{}')).toMatchObject({
        'git-sync': { by: 'inject', mounts: ['web:/site'] },
      });
      // As its controller makes them.
      const podFrom = (name: string, { metadata, spec }: typeof template) =>
        createPod({ ...podOf(name, metadata?.annotations), spec });
      const ours = await podFrom('ours', template);
      expect(ours.stderr).toBe('');
      const annotated = { ...templateIn(workload), metadata: { annotations: mountedGitSync } };
      const theirs = await podFrom('theirs', annotated);
      expect(comparable(ours.pod)).toEqual(comparable(theirs.pod));
    },
  );

  it.each(workloadKinds)('is unchanged when a %s is applied a second time', async kind => {
    const { kubectl } = await createNamespace();
    // Of an empty map kubectl says each time that it configures it.
    const workload = workloadOf(kind, { annotations: mountedGitSync, jobTemplate: { 'example.com/a': 'b' } });
    const manifest = await run(['inject', '-'], workload);
    await kubectl('apply -f -', manifest);
    expect(await kubectl('apply -f -', manifest)).toMatchObject({
      stdout: expect.stringMatching(/ unchanged\n$/),
      stderr: '',
    });
  });

  it('has a stream of manifests applied as it was written', async () => {
    const { kubectl } = await createNamespace();
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { ports: [{ port: 80 }] },
    };
    const list = {
      apiVersion: 'v1',
      kind: 'List',
      items: [service, podOf('a', mountedGitSync), workloadOf('Deployment', { template: mountedGitSync })],
    };
    const { stdout } = await kubectl('apply -f -', await run(['inject', '-'], list));
    expect(stdout.trim().split('\n')).toEqual([
      'service/web created',
      'pod/a created',
      'deployment.apps/web created',
    ]);
  });

  it('with --annotations-only leaves the rest to the webhook, which has nothing to carry', async () => {
    const { kubectl, json } = await createNamespace();
    const args = ['inject', '-', '--annotations-only', '--annotate', `sidecar.io/git-sync=${repository}`];
    await kubectl('apply -f -', await run(args, workloadOf('Deployment')));
    const { metadata } = templateIn(await json<WorkloadObject>('get deployment web'));
    expect(metadata?.annotations).toEqual({ 'sidecar.io/git-sync': repository });
  });
});

describeWithControllers('a Deployment that was written by inject', () => {
  useWebhook();

  it('has pods that run with the sidecar', async () => {
    const { kubectl, pods } = await createNamespace();
    await kubectl(
      'apply -f -',
      await run(['inject', '-'], workloadOf('Deployment', { annotations: mountedGitSync })),
    );
    await eventually(async () => {
      const [pod] = await pods();
      expect(pod?.spec?.initContainers?.map(({ name }) => name)).toEqual(['git-sync']);
      expect(pod?.metadata?.annotations?.[statusKey]).toContain('"by":"inject"');
    });
  });
});

describeWithApiServer('kubectl get -o yaml | uninject -', () => {
  useWebhook();

  it('is the way out for a copied pod whose annotation was edited', async () => {
    const { kubectl, createPod, pod } = await createNamespace();
    await createPod(podOf('web', mountedGitSync));
    const exported = (await kubectl('get pod web -o yaml')).stdout;
    await kubectl('delete pod web --now');
    const edited = exported.replaceAll('site.git', 'shop.git');
    await expect(kubectl('create -f -', edited)).rejects.toThrow(
      /take that out with "sidecar-injector uninject -f FILE", and create the pod of what is left \(parameters-changed\)/,
    );
    await kubectl('create -f -', await run(['uninject', '-'], edited));
    const { spec } = await pod('web');
    expect(JSON.stringify(spec?.initContainers?.[0])).toContain('shop.git');
    expect(spec?.initContainers).toHaveLength(1);
    expect(spec?.containers[0]?.volumeMounts?.filter(({ mountPath }) => mountPath === '/site')).toHaveLength(
      1,
    );
  });

  it('leaves what the API server takes of a pod whose status names no mounts, as older ones did', async () => {
    const { kubectl, createPod } = await createNamespace();
    await createPod(podOf('web', mountedGitSync));
    const exported = (await kubectl('get pod web -o json')).stdout;
    const object = JSON.parse(exported) as V1Pod;
    const status = JSON.parse(object.metadata?.annotations?.[statusKey] ?? '');
    const { definition, parameters, mode, containers, volumes, content } = status['git-sync'];
    const older = { 'git-sync': { definition, parameters, mode, containers, volumes, content } };
    const annotations: Record<string, string> = {
      ...object.metadata?.annotations,
      [statusKey]: JSON.stringify(older),
    };
    await kubectl('delete pod web --now');
    const { 'sidecar.io/git-sync': _one, 'sidecar.io/git-sync.mount': _two, ...others } = annotations;
    const manifest = { ...object, metadata: { ...object.metadata, annotations: others } };
    const left = JSON.parse(await run(['uninject', '-'], manifest)) as V1Pod;
    expect(left.spec?.initContainers).toBeUndefined();
    await kubectl('create -f -', left);
  });

  it('takes out of a Deployment what the webhook carried into its template', async () => {
    const { kubectl, json } = await createNamespace();
    await kubectl('apply -f -', workloadOf('Deployment', { annotations: mountedGitSync }));
    const exported = (await kubectl('get deployment web -o yaml')).stdout;
    const left = JSON.parse(await run(['uninject', '-', '-o', 'json'], exported)) as WorkloadObject;
    expect(templateIn(left).metadata?.annotations).toBeUndefined();
    expect(left.metadata.annotations).not.toHaveProperty('sidecar.io/propagated');
    expect(templateIn(await json<WorkloadObject>('get deployment web')).metadata?.annotations).toEqual(
      mountedGitSync,
    );
  });
});

describe('inject without a cluster', () => {
  it('says the same as the webhook of what it refuses', async () => {
    const { exitCode, stdout, stderr } = await runCommandLine(
      ['inject', '-'],
      podOf('web', { 'sidecar.io/git-snyc': 'x' }),
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(
      /^pod\/web refused: annotation sidecar\.io\/git-snyc: no sidecar "git-snyc"; did you mean "git-sync"\?/,
    );
  });
});
