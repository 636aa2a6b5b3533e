/**
 * What Argo CD and Flux make of an installation whose injector has written its certificate, and of workloads that it has
 * changed: nothing that they would put right again and again. Argo CD's own comparison is in ../argo-comparison.ts; the
 * other one of it and that of Flux are a server-side apply as a dry run.
 */
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isObject, type JsonObject } from '../../src/kubernetes/json.ts';
import { outOfSync } from '../argo-comparison.ts';
import { commandBlocks } from '../documents.ts';
import { type Manifest, renderedBase, renderedManifests } from '../rendered-manifests.ts';
import { listOf, nameOf, takeAway } from './applied-overlay.ts';
import { installCustomResourceDefinitions } from './custom-resources.ts';
import { gitSync, podOf } from './pod-manifests.ts';
import { publishedBundle } from './registration.ts';
import { storedAuthority } from './stored-authority.ts';
import { describeWithApiServer, kubectl, kubectlJson, reinstall, startWebhook, useWebhook } from './suite.ts';
import { createNamespace, type TestNamespace } from './test-namespace.ts';
import type { Webhook } from './webhook.ts';
import { workloadOf } from './workload-manifests.ts';

describeWithApiServer('the overlay production in Git', () => {
  const manifests = renderedManifests('production').map(asTracked);
  let webhook: Webhook | undefined;
  beforeAll(async () => {
    await installCustomResourceDefinitions(kubectl);
    await kubectl('apply -f -', listOf(manifests));
    webhook = await startWebhook();
  });
  afterAll(async () => {
    await webhook?.stop();
    // Written by an apply on the server as well, which no later one takes back.
    await kubectl('annotate -f - argocd.argoproj.io/tracking-id-', listOf(manifests));
    await takeAway('production');
  });

  it('has an injector that has written its authority and the caBundle, which are not there', async () => {
    expect(await publishedBundle()).toBe(await storedAuthority());
    const configurations = manifests.filter(({ kind }) => kind === 'MutatingWebhookConfiguration');
    expect(JSON.stringify(configurations)).not.toContain('caBundle');
    expect(manifests.find(({ kind }) => kind === 'Secret')).not.toHaveProperty('data');
  });

  it('is in sync for Argo CD, object by object', async () => {
    expect(await outOfSyncAmong(manifests)).toEqual([]);
  });

  it('shows no difference to kubectl, by client and by server', async () => {
    expect((await kubectl('diff -f -', listOf(manifests))).stdout).toBe('');
    const server = 'diff --server-side --force-conflicts --field-manager=argocd-controller -f -';
    expect((await kubectl(server, listOf(manifests))).stdout).toBe('');
  });

  it('is in sync after a server-side apply as Flux and Argo CD make it, which keeps what the injector wrote', async () => {
    const before = await publishedBundle();
    const apply = ['apply', '--server-side', '--force-conflicts', '--field-manager=kustomize-controller'];
    await kubectl([...apply, '-f', '-'], listOf(manifests));
    expect(await publishedBundle()).toBe(before);
    expect(await publishedBundle()).toBe(await storedAuthority());
    expect(await drift(manifests)).toEqual([]);
    expect(await outOfSyncAmong(manifests)).toEqual([]);
  });

  it('is out of sync where somebody changed what Git says, and nothing else', async () => {
    const [registration] = manifests.filter(({ kind }) => kind === 'MutatingWebhookConfiguration');
    if (registration === undefined) throw new Error('no registration');
    const operation = { op: 'replace', path: '/webhooks/0/failurePolicy', value: 'Ignore' };
    const patch = `--patch=${JSON.stringify([operation])}`;
    await kubectl(['patch', 'mutatingwebhookconfiguration', 'sidecar-injector', '--type=json', patch]);
    expect(outOfSync(registration, await liveOf(registration))).toEqual(['webhooks']);
    expect(await drift([registration])).toEqual([`${nameOf(registration)}: webhooks`]);
    await kubectl('apply -f -', registration);
    expect(outOfSync(registration, await liveOf(registration))).toEqual([]);
  });
});

describeWithApiServer('the component cluster-wide', () => {
  const withIt = listOf(renderedBase(['guard', 'cluster-wide']));
  const without = listOf(renderedBase(['guard']));
  const apply = 'apply --server-side --force-conflicts --field-manager=kustomize-controller -f -';
  let webhook: Webhook | undefined;
  beforeAll(async () => {
    await kubectl('delete mutatingwebhookconfiguration sidecar-injector --ignore-not-found');
    await kubectl(apply, withIt);
    webhook = await startWebhook();
  });
  afterAll(async () => {
    await webhook?.stop();
    await kubectl('delete mutatingwebhookconfiguration sidecar-injector --ignore-not-found');
    await reinstall();
  });

  it('is not taken out by a server-side apply before its webhooks are deleted, as the page says', async () => {
    await expect(kubectl(apply, without)).rejects.toThrow('clientConfig: Required value');
    const block = commandBlocks('docs/gitops.md').find(({ commands }) => commands.includes('$patch'));
    const [, patch = ''] = /--patch \\\n {2}'(.*)'/s.exec(block?.commands ?? '') ?? [];
    const registration = 'mutatingwebhookconfiguration sidecar-injector';
    await kubectl(['patch', ...registration.split(' '), '--type', 'strategic', '--patch', patch]);
    await kubectl(apply, without);
    expect(await drift(renderedBase(['guard']))).toEqual([]);
  });
});

describeWithApiServer('what is annotated in Git', () => {
  useWebhook();
  let namespace: TestNamespace;
  beforeAll(async () => {
    namespace = await createNamespace();
  });

  const mounts = { volumeMounts: [{ name: 'git-sync', mountPath: '/site' }] };
  const containers = [{ name: 'web', image: 'nginx:1.29', ...mounts }];
  const volumes = [{ name: 'cache', emptyDir: {} }];
  const kinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob'] as const;
  const inGit = kinds.map(kind => {
    const podSpec = { containers, volumes };
    const workload = workloadOf(kind, { name: kind.toLowerCase(), annotations: gitSync, podSpec });
    return asTracked(JSON.parse(JSON.stringify(workload, withoutEmpty)));
  });
  const pod = asTracked(podOf('alone', gitSync) as unknown as Manifest);

  describe.each([...inGit, pod])('a $kind', manifest => {
    let there: Manifest & JsonObject;
    beforeAll(async () => {
      there = { ...manifest, metadata: { ...manifest.metadata, namespace: namespace.name } };
      await kubectl('apply -f -', there);
    });

    it('is changed by the injector and in sync for Argo CD', async () => {
      const live = await liveOf(there);
      expect(JSON.stringify(live)).toContain(
        manifest.kind === 'Pod' ? 'sidecar.io/status' : 'sidecar.io/propagated',
      );
      expect(outOfSync(there, live)).toEqual([]);
    });

    it('shows no drift to a server-side apply', async () => {
      expect(await drift([there])).toEqual([]);
    });

    // A pod that is there keeps what it was created with.
    if (manifest.kind === 'Pod') return;
    it('is out of sync while its annotation goes, and in sync when it is gone', async () => {
      const { annotations: _annotations, ...metadata } = there.metadata;
      const without = asTracked({ ...there, metadata });
      // Without the sidecar nothing provides its volume.
      const mount = `,${JSON.stringify(mounts).slice(1, -1)}`;
      const next: Manifest & JsonObject = JSON.parse(JSON.stringify(without).replaceAll(mount, ''));
      expect(outOfSync(next, await liveOf(there)).join()).toContain(
        'metadata.annotations.sidecar.io/git-sync',
      );
      await kubectl('apply -f -', next);
      const live = await liveOf(there);
      expect(JSON.stringify(live)).not.toContain('sidecar.io/');
      expect(outOfSync(next, live)).toEqual([]);
    });
  });
});

/** As Argo CD writes an object that belongs to an Application. */
function asTracked(manifest: Manifest): Manifest & JsonObject {
  const id = `injector:${manifest.apiVersion}/${manifest.kind}:${manifest.metadata.name}`;
  const annotations = { ...manifest.metadata.annotations, 'argocd.argoproj.io/tracking-id': id };
  return { ...manifest, metadata: { ...manifest.metadata, annotations } } as Manifest & JsonObject;
}

/** What nobody keeps in Git. */
function withoutEmpty(_key: string, value: unknown): unknown {
  return isObject(value) && Object.keys(value).length === 0 ? undefined : value;
}

async function outOfSyncAmong(manifests: readonly (Manifest & JsonObject)[]): Promise<readonly string[]> {
  const items = await objectsOf('get -f -', manifests);
  return manifests.flatMap((manifest, index) =>
    outOfSync(manifest, items[index] ?? {}).map(path => `${nameOf(manifest)}: ${path}`),
  );
}

async function liveOf(manifest: Manifest): Promise<JsonObject> {
  const [live = {}] = await objectsOf('get -f -', [manifest]);
  return live;
}

/** What kubectl prints of objects, in their order; of one alone it prints no list. */
async function objectsOf(command: string, manifests: readonly Manifest[]): Promise<readonly JsonObject[]> {
  const printed = await kubectlJson<JsonObject>(command, listOf(manifests));
  const { kind, items } = printed;
  return kind === 'List' && Array.isArray(items) ? items : [printed];
}

/** Where a server-side apply would change objects: of all but what every write changes. */
async function drift(manifests: readonly Manifest[]): Promise<readonly string[]> {
  const apply =
    'apply --server-side --force-conflicts --dry-run=server --field-manager=kustomize-controller -f -';
  const [live, predicted] = await Promise.all([
    objectsOf('get -f -', manifests),
    objectsOf(apply, manifests),
  ]);
  return manifests.flatMap((manifest, index) => {
    const [now, then] = [live, predicted].map(each => comparable(each[index] ?? {}));
    return Object.keys({ ...now, ...then })
      .filter(key => !isDeepStrictEqual(now?.[key], then?.[key]))
      .map(key => `${nameOf(manifest)}: ${key}`);
  });
}

function comparable({ metadata, ...object }: JsonObject): JsonObject {
  const {
    managedFields: _fields,
    resourceVersion: _version,
    generation: _generation,
    ...rest
  } = isObject(metadata) ? metadata : {};
  return { ...object, metadata: rest };
}
