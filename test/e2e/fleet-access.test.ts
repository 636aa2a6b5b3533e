/** What a run over many pods reads and writes of a cluster beside the pods. */
import { randomBytes } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { ClusterPods } from '../../src/cluster/cluster-pods.ts';
import {
  type DisruptionBudget,
  followDisruptionBudgets,
  selects,
} from '../../src/cluster/fleet/disruption-budgets.ts';
import { Leases } from '../../src/cluster/fleet/leases.ts';
import { readNodeZones } from '../../src/cluster/fleet/node-zones.ts';
import { WorkloadOwners } from '../../src/cluster/fleet/workload-owners.ts';
import { listPages } from '../../src/cluster/list-objects.ts';
import { type ObjectEvent, watchObjects } from '../../src/cluster/watch-objects.ts';
import { at } from '../../src/kubernetes/json.ts';
import { fileIn } from '../documents.ts';
import { clientOf, clientWith, clientWithClusterRole } from './cluster-client.ts';
import { forgetHistory } from './forget-history.ts';
import { podOf } from './pod-manifests.ts';
import { describeWithApiServer, describeWithControllers, eventually, kubectl } from './suite.ts';
import { createNamespace, type TestNamespace, useNamespace } from './test-namespace.ts';

/** Ends with the test. */
function untilTheEnd(): AbortSignal {
  const ending = new AbortController();
  onTestFinished(() => ending.abort());
  return ending.signal;
}

/** Gathers what is told, which goes on in the background. */
function gather<T>(events: AsyncIterable<ObjectEvent<T>>): readonly ObjectEvent<T>[] {
  const told: ObjectEvent<T>[] = [];
  void (async () => {
    for await (const event of events) told.push(event);
  })();
  return told;
}

const nameOf = (object: unknown) => String(at(object, ['metadata', 'name']));

describeWithApiServer('the API server', () => {
  const namespace = useNamespace();
  const configMapsPath = () => `/api/v1/namespaces/${namespace().name}/configmaps`;
  const write = (...names: readonly string[]) =>
    namespace().kubectl('apply --server-side -f -', {
      apiVersion: 'v1',
      kind: 'List',
      items: names.map(name => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, labels: { of: 'test' } },
        data: { at: randomBytes(4).toString('hex') },
      })),
    });

  it('tells the rest of a list whose version it has forgotten, nothing of it twice', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    await write(...names);
    const query = { limit: '2', labelSelector: 'of=test' };
    const pages: string[][] = [];
    const versions: string[] = [];
    for await (const page of listPages(clientOf(), { path: configMapsPath(), query })) {
      pages.push(page.items.map(nameOf));
      versions.push(page.resourceVersion);
      if (pages.length > 1) continue;
      await write('a', 'c');
      await forgetHistory();
      // It learns of that in its own time.
      await eventually(async () => {
        const old = `${configMapsPath()}?limit=2&resourceVersionMatch=Exact&resourceVersion=${versions[0]}`;
        await expect(clientOf().request({ method: 'GET', path: old })).rejects.toMatchObject({ status: 410 });
      });
    }
    expect(pages.flat()).toEqual(names);
    expect(versions[1], 'it was forgotten').not.toBe(versions[0]);
    expect(versions.slice(1), 'and the rest is of one version').toEqual(Array(3).fill(versions[1]));
  });

  it('is followed through a version that it has forgotten', async () => {
    // It keeps no events but in its store, so that a watch of them begins there too.
    const path = `/api/v1/namespaces/${namespace().name}/events`;
    const name = `event-${randomBytes(3).toString('hex')}`;
    const involvedObject = { kind: 'Namespace', namespace: namespace().name };
    const event = { apiVersion: 'v1', kind: 'Event', metadata: { name }, involvedObject, reason: 'Test' };
    const client = clientOf();
    const { metadata } = await client.request({ method: 'GET', path });
    await namespace().kubectl('create -f -', event);
    // Only the versions before the last one are forgotten.
    await namespace().kubectl(`label event ${name} of=test`);
    await forgetHistory();
    const problems: (string | undefined)[] = [];
    const told = gather(
      watchObjects(client, {
        ...{ path, read: nameOf, resourceVersion: String(at(metadata, ['resourceVersion'])) },
        ...{ signal: untilTheEnd(), onProblem: problem => problems.push(problem) },
      }),
    );
    await eventually(() => expect(told.at(-1)?.kind).toBe('listedAnew'));
    expect(problems[0]).toMatch(/too old|compacted/);
    expect(told[0]).toEqual({ kind: 'written', object: name });
    await namespace().kubectl(`delete event ${name}`);
    await eventually(() => expect(told.at(-1)).toEqual({ kind: 'deleted', object: name }));
    expect(problems.at(-1)).toBeUndefined();
  });

  it('tells of pods from the version of the first page on', async () => {
    const pods = new ClusterPods(clientOf());
    await namespace().createPod(podOf('first'));
    let resourceVersion: string | undefined;
    for await (const page of pods.versionedPages({ namespace: namespace().name, selector: undefined }))
      resourceVersion ??= page.resourceVersion;
    await namespace().createPod(podOf('second'));
    const told = gather(pods.watch(namespace().name, { resourceVersion, signal: untilTheEnd() }));
    await eventually(() => expect(told.length).toBeGreaterThan(0));
    expect(told.map(event => 'object' in event && event.object.metadata.name)).toContain('second');
    expect(told.map(event => 'object' in event && event.object.metadata.name)).not.toContain('first');
  });

  it('tells of zones whoever may list nodes', async () => {
    const name = `node-${randomBytes(3).toString('hex')}`;
    const labels = { 'topology.kubernetes.io/zone': 'north' };
    await kubectl('create -f -', { apiVersion: 'v1', kind: 'Node', metadata: { name, labels } });
    onTestFinished(async () => void (await kubectl(`delete node ${name}`)));
    expect((await readNodeZones(clientOf())).get(name)).toBe('north');
    expect(await readNodeZones(await clientWith(namespace(), 'list pods'))).toEqual(new Map());
  });
});

describeWithControllers('a PodDisruptionBudget', () => {
  it('is followed as its controller counts the pods that are ready', async () => {
    const namespace = await createNamespace();
    const labels = { app: 'web' };
    const setReady = (pod: string, status: 'True' | 'False') =>
      namespace.kubectl(['patch', 'pod', pod, '--subresource=status', '-p', readiness(status)]);
    for (const name of ['web-1', 'web-2']) {
      const { metadata, ...pod } = podOf(name);
      await namespace.createPod({ ...pod, metadata: { ...metadata, labels } } as never);
      await setReady(name, 'True');
    }
    await namespace.kubectl('create pdb web --selector=app=web --min-available=1');
    const client = await clientWith(namespace, 'list,watch poddisruptionbudgets.policy');
    const budgets = new Map<string, DisruptionBudget>();
    await followDisruptionBudgets(client, {
      ...{ namespace: namespace.name, signal: untilTheEnd() },
      onWritten: budget => budgets.set(budget.uid, budget),
      onGone: ({ uid }) => budgets.delete(uid),
    });
    const counts = () =>
      [...budgets.values()].map(({ name, disruptionsAllowed, isCurrent }) => ({
        ...{ name, disruptionsAllowed, isCurrent },
      }));
    await eventually(() =>
      expect(counts()).toEqual([{ name: 'web', disruptionsAllowed: 1, isCurrent: true }]),
    );
    await setReady('web-1', 'False');
    await eventually(() => expect(counts()[0]?.disruptionsAllowed).toBe(0));
    expect([...budgets.values()].map(budget => selects(budget, labels))).toEqual([true]);
    await namespace.kubectl('delete pdb web');
    await eventually(() => expect(counts()).toEqual([]));
  });
});

const template = (app: string) => ({
  metadata: { labels: { app } },
  spec: { containers: [{ name: 'app', image: 'app:1' }] },
});

function jobOf(app: string) {
  const { metadata, spec } = template(app);
  return { template: { metadata, spec: { ...spec, restartPolicy: 'Never' } } };
}

/** A CronJob and a Job that a person has made of it. */
async function makeJobs({ kubectl }: TestNamespace, app: string): Promise<void> {
  const spec = { schedule: '0 0 1 1 *', jobTemplate: { spec: jobOf(app) } };
  await kubectl('create -f -', { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: app }, spec });
  await kubectl(`create job ${app}-28 --from=cronjob/${app}`);
}

/** What takes a right that is missing for nothing must not do so here. */
function unlessForbidden(error: unknown): never {
  throw new Error('it was refused', { cause: error });
}

function readiness(status: string): string {
  return JSON.stringify({ status: { phase: 'Running', conditions: [{ type: 'Ready', status }] } });
}

describeWithControllers('the workload of a pod', () => {
  const namespace = useNamespace();

  /** The pods of an application, once there are any. */
  async function podsOf(app: string) {
    const pods = new ClusterPods(clientOf());
    return eventually(async () => {
      const found = await pods.list({ namespace: namespace().name, selector: `app=${app}` });
      expect(found.length).toBeGreaterThan(0);
      return found;
    });
  }

  /** The names of their workloads, less the namespace. */
  async function workloadsOf(app: string, client = clientOf()) {
    const owners = new WorkloadOwners(client);
    await owners.load(namespace().name);
    const names = await Promise.all((await podsOf(app)).map(pod => owners.workloadOf(pod)));
    return [...new Set(names)].map(name => name.slice(namespace().name.length + 1));
  }

  it('is found with rights and without', async () => {
    const selector = { matchLabels: { app: 'web' } };
    const spec = { replicas: 2, selector, template: template('web') };
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec };
    await namespace().kubectl('create -f -', deployment);
    expect(await workloadsOf('web')).toEqual(['Deployment/web']);
    expect(await workloadsOf('web', await clientWith(namespace(), 'list pods'))).toEqual(['Deployment/web']);
    const few = await clientWith(namespace(), 'list replicasets.apps,deployments.apps');
    expect(await workloadsOf('web', few)).toEqual(['Deployment/web']);
  });

  it('is the CronJob that made a Job, and the Job that a person made of another', async () => {
    await makeJobs(namespace(), 'backup');
    const job = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'import-3' },
      spec: jobOf('import'),
    };
    await namespace().kubectl('create -f -', job);
    expect([await workloadsOf('backup'), await workloadsOf('import')]).toEqual([
      ['CronJob/backup'],
      ['Job/import-3'],
    ]);
  });

  it('is found with the role of the documentation, which lets all else be read and written too', async () => {
    await kubectl('apply -f -', fileIn('docs/operations.md', 'sidecar-upgrade.yaml'));
    const client = await clientWithClusterRole(namespace(), 'sidecar-upgrade');
    await makeJobs(namespace(), 'sync');
    expect(await workloadsOf('sync', client)).toEqual(['CronJob/sync']);
    const problems: (string | undefined)[] = [];
    const watch = {
      signal: untilTheEnd(),
      onProblem: (problem: string | undefined) => problems.push(problem),
    };
    const pods = gather(new ClusterPods(client).watch(namespace().name, watch));
    await eventually(() => expect(pods.at(-1)?.kind).toBe('listedAnew'));
    const budgets = { onWritten: () => undefined, onGone: () => undefined };
    await followDisruptionBudgets(client, { namespace: undefined, ...watch, ...budgets });
    await readNodeZones({ request: call => client.request(call).catch(unlessForbidden) });
    const leases = new Leases({ client, holder: 'a person', onLost: () => undefined });
    await leases.acquire(namespace().name);
    await leases.releaseAll();
    expect((await namespace().kubectl('get leases -o name')).stdout).toBe('');
    expect(problems).toEqual([]);
  });

  it('is whatever controls a StatefulSet', async () => {
    await namespace().kubectl('create configmap operator');
    const { metadata } = await namespace().json<{ metadata: { uid: string } }>('get configmap operator');
    const owner = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: 'operator',
      uid: metadata.uid,
      controller: true,
    };
    const spec = { serviceName: 'db', selector: { matchLabels: { app: 'db' } }, template: template('db') };
    await namespace().kubectl('create -f -', {
      ...{ apiVersion: 'apps/v1', kind: 'StatefulSet', spec },
      metadata: { name: 'db', ownerReferences: [owner] },
    });
    expect(await workloadsOf('db')).toEqual(['ConfigMap/operator']);
  });
});
