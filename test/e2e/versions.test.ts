/** A definition in two versions, in the ConfigMap of the API server and behind two replicas of the webhook. */

import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { V1ConfigMap, V1Pod } from '@kubernetes/client-node';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { chosenVersions } from '../../src/injection/plan/chosen-versions.ts';
import { emptySidecarSet, nextSidecarSet } from '../../src/sidecars/sidecar-set.ts';
import { shippedFiles } from '../injection-fixture.ts';
import { configure } from './configuration.ts';
import { enabled } from './labelled-namespace.ts';
import { runProgram } from './pod-commands.ts';
import { type Annotations, gitSync, podOf } from './pod-manifests.ts';
import { deletePods, runAsPods } from './replicas.ts';
import {
  controlPlane,
  describeWithApiServer,
  describeWithControllers,
  eventually,
  kubectl,
  reinstall,
  startWebhook,
} from './suite.ts';
import { createNamespace, injectorNamespace, type TestNamespace } from './test-namespace.ts';
import { publishEndpoints, type Webhook } from './webhook.ts';
import { workloadOf } from './workload-manifests.ts';

const shipped = shippedFiles.find(({ name }) => name === 'git-sync.yaml')?.text ?? '';
const withTag = (tag: string) => shipped.replace('git-sync:v4.7.1', `git-sync:${tag}`);
const both = { 'git-sync.yaml': shipped, 'git-sync.next.yaml': withTag('v4.8.0') };
const asking: Annotations = { ...gitSync, 'sidecar.io/git-sync.version': 'next' };

/** A change takes two seconds at the most, and kubectl takes time on a busy machine. */
const soon = { withinMs: 10_000 };

async function setDefinitions(data: Readonly<Record<string, string>>): Promise<void> {
  const metadata = { name: 'sidecar-injector-sidecars' };
  const configMap: V1ConfigMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data };
  await injectorNamespace.kubectl('replace -f -', configMap);
}

function tagOf({ spec }: V1Pod): string | undefined {
  return spec?.initContainers
    ?.find(({ name }) => name === 'git-sync')
    ?.image?.split(':')
    .at(-1);
}

function versionIn({ metadata }: V1Pod): unknown {
  return JSON.parse(metadata?.annotations?.['sidecar.io/status'] ?? '{}')['git-sync']?.version;
}

afterAll(async () => {
  await injectorNamespace.kubectl('delete configmap sidecar-injector-sidecars');
  await reinstall();
});

describeWithApiServer('a next version of a definition', () => {
  let webhook: Webhook;
  let namespace: TestNamespace;
  beforeEach(async () => {
    await setDefinitions(both);
    namespace = await createNamespace();
    webhook = await startWebhook();
  });
  afterEach(() => webhook.stop());

  it('is for pods that ask for it, and no others', async () => {
    const { pod: next } = await namespace.createPod(podOf('next', asking));
    const { pod: current } = await namespace.createPod(podOf('current', gitSync));
    expect([tagOf(next), versionIn(next)]).toEqual(['v4.8.0', 'next']);
    expect([tagOf(current), versionIn(current)]).toEqual(['v4.7.1', undefined]);
    expect(
      await namespace.refusalOf(podOf('odd', { ...gitSync, 'sidecar.io/git-sync.version': 'v2' })),
    ).toContain('got "v2"; use next or current, or leave it out (invalid-value)');
  });

  it('is for the pods of a namespace that asks for it', async () => {
    const labelled = await createNamespace(enabled, { 'sidecar.io/git-sync.version': 'next' });
    await eventually(async () => {
      const { pod } = await labelled.createPod(podOf('web', gitSync), '--dry-run=server');
      expect(tagOf(pod)).toBe('v4.8.0');
    });
    const own = { ...gitSync, 'sidecar.io/git-sync.version': 'current' };
    const { pod } = await labelled.createPod(podOf('own', own), '--dry-run=server');
    expect(tagOf(pod)).toBe('v4.7.1');
  });

  it('is followed by itself: changed, spoilt, and promoted by its name', async () => {
    await change({ ...both, 'git-sync.next.yaml': withTag('v4.9.0') });
    await eventually(async () => expect(await tagInDryRun(asking)).toBe('v4.9.0'), soon);
    expect(await tagInDryRun(gitSync)).toBe('v4.7.1');

    await change({ ...both, 'git-sync.next.yaml': shipped.replace('  container:\n', '  conatiner:\n') });
    await eventually(async () => {
      const { status, text } = await webhook.status('/readyz');
      expect(status).toBe(200);
      expect(text).toMatch(/git-sync\.next\.yaml:\d+: .*conatiner/);
    }, soon);
    expect(await tagInDryRun(asking)).toBe('v4.9.0');
    expect(await tagInDryRun(gitSync)).toBe('v4.7.1');

    await change({ 'git-sync.yaml': withTag('v4.9.0') });
    await eventually(async () => expect(await tagInDryRun(gitSync)).toBe('v4.9.0'), soon);
    const { pod, stderr } = await namespace.createPod(podOf('web', asking), '--dry-run=server');
    expect(tagOf(pod)).toBe('v4.9.0');
    expect(stderr).toContain('there is no next version now; the pod gets the current one');
  });

  async function tagInDryRun(annotations: Annotations): Promise<string | undefined> {
    return tagOf((await namespace.createPod(podOf('web', annotations), '--dry-run=server')).pod);
  }

  async function change(files: Readonly<Record<string, string>>): Promise<void> {
    await setDefinitions(files);
    await webhook.mount();
  }
});

describeWithControllers('a share of the workloads', () => {
  const webhooks: Webhook[] = [];
  beforeAll(async () => {
    await setDefinitions(both);
    await configure({ versions: { 'git-sync': { next: '50%' } } });
    webhooks.push(await startWebhook(), await startWebhook());
    await publishEndpoints(
      kubectl,
      controlPlane(),
      webhooks.map(({ port }) => port),
    );
  });
  afterAll(async () => {
    for (const webhook of webhooks) await webhook.stop();
  });

  it('gets the next version with all replicas, in each rollout, whichever replica of the injector answers', async () => {
    const namespace = await createNamespace();
    const names = Array.from({ length: 8 }, (_, index) => `web-${index}`);
    const told = new Map<string, string>();
    for (const name of names) {
      const deployment = workloadOf('Deployment', {
        name,
        annotations: gitSync,
        spec: { replicas: 3, strategy: { type: 'Recreate' } },
      });
      told.set(name, (await namespace.kubectl('apply -f -', deployment)).stderr);
    }
    const expected = names.filter(name => isChosen(namespace.name, name));
    expect(expected.length).toBeGreaterThan(0);
    expect(expected.length).toBeLessThan(names.length);
    for (const name of names)
      expect(told.get(name)?.includes('(its next version)')).toBe(expected.includes(name));
    const versions = async () => {
      const pods = await namespace.pods();
      expect(pods).toHaveLength(names.length * 3);
      return Object.fromEntries(
        names.map(name => {
          const ofIt = pods.filter(({ metadata }) => metadata?.name?.startsWith(`${name}-`));
          return [name, [...new Set(ofIt.map(pod => `${tagOf(pod)} ${versionIn(pod)}`))]];
        }),
      );
    };
    const right = Object.fromEntries(
      names.map(name => [name, [expected.includes(name) ? 'v4.8.0 next' : 'v4.7.1 undefined']]),
    );
    await eventually(async () => expect(await versions()).toEqual(right));
    for (const name of names)
      await namespace.kubectl([
        ...`patch deployment ${name} --type merge --patch`.split(' '),
        JSON.stringify({ spec: { template: { metadata: { labels: { rollout: '2' } } } } }),
      ]);
    await eventually(async () => {
      const pods = await namespace.pods('rollout=2');
      expect(pods).toHaveLength(names.length * 3);
      expect(await versions()).toEqual(right);
    });
    for (const webhook of webhooks)
      expect(webhook.entries.some(({ msg }) => msg === 'pod injected')).toBe(true);
  });

  it('is what status and upgrade go by, which ask the replicas and read the texts in the ConfigMap', async () => {
    await runAsPods({ 'replica-a': webhook(0), 'replica-b': webhook(1) });
    const namespace = await createNamespace();
    const names = Array.from({ length: 6 }, (_, index) => `web-${index}`);
    for (const name of names)
      await namespace.kubectl('apply -f -', workloadOf('Deployment', { name, annotations: gitSync }));
    await eventually(async () => expect(await namespace.pods()).toHaveLength(names.length));
    const chosen = names.filter(name => isChosen(namespace.name, name)).length;
    expect(chosen).toBeGreaterThan(0);

    const run = (...args: readonly string[]) => runProgram(...args, '-n', namespace.name);
    const { stdout: told } = await runProgram('version');
    expect(told).toMatch(/^git-sync\.next +[0-9a-f]{16} +\S+:v4\.8\.0 +git-sync\.next\.yaml/m);
    const { exitCode, stdout } = await run('status', '--output', 'json');
    expect(exitCode).toBe(0);
    const { sidecars }: { sidecars: readonly { readonly version?: string }[] } = JSON.parse(stdout);
    expect(sidecars.filter(({ version }) => version === 'next')).toHaveLength(chosen);

    // As if the operator had given it up; the configuration of the replicas says so after their next start.
    const config = join(await mkdtemp(join(controlPlane().directory, 'config-')), 'config.yaml');
    await writeFile(config, 'versions: {git-sync: {next: 0%}}\n');
    const outdated = await run('status', '--config', config, '--output', 'json');
    expect(JSON.parse(outdated.stdout).counts).toMatchObject({ outdated: chosen });
    expect(await run('upgrade', '--config', config)).toMatchObject({ exitCode: 0 });
    expect(await run('status', '--config', config)).toMatchObject({ exitCode: 0 });
    for (const pod of await namespace.pods())
      expect([tagOf(pod), versionIn(pod)]).toEqual(['v4.7.1', undefined]);
    await deletePods();
  });

  function webhook(index: number): Webhook {
    const found = webhooks[index];
    if (found === undefined) throw new Error('the webhooks did not start');
    return found;
  }

  function isChosen(namespace: string, workload: string): boolean {
    const set = nextSidecarSet(
      emptySidecarSet,
      Object.entries(both).map(([name, text]) => ({ name, text })),
    );
    const metadata = {
      namespace,
      ownerReferences: [{ kind: 'Deployment', name: workload, controller: true }],
    };
    return chosenVersions(metadata, set, { versions: { 'git-sync': { next: 50 } } }).length > 0;
  }
});
