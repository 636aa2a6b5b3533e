import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ApiClient } from './api-client.ts';
import { mountedGitSync, repository } from './pod-manifests.ts';
import { controlPlane, describeWithApiServer, useWebhook } from './suite.ts';
import { createNamespace, type TestNamespace } from './test-namespace.ts';
import { templateAnnotations, type WorkloadObject, workloadOf } from './workload-manifests.ts';

/**
 * A controller that owns a StatefulSet and is strict about it: whenever the object has changed, it writes its own idea of
 * the whole object over it. (With a Deployment it would fight with Kubernetes, which notes the revision there.)
 */
class StrictOwner {
  readonly #api: ApiClient;
  readonly #path: string;
  readonly #desired: WorkloadObject;
  /** How often it wrote, and how often that changed something. */
  writes = 0;
  changes = 0;

  constructor(api: ApiClient, { name }: TestNamespace, desired: WorkloadObject) {
    this.#api = api;
    this.#path = `/apis/apps/v1/namespaces/${name}/statefulsets`;
    this.#desired = desired;
  }

  async create(): Promise<void> {
    await this.#api.ask({ method: 'POST', path: this.#path, body: this.#desired });
    // Kubernetes notes the status of a new object, which would count as a change of the first write.
    await sleep(1000);
  }

  async read(): Promise<WorkloadObject> {
    return (await this.#api.ask<WorkloadObject>({ method: 'GET', path: `${this.#path}/web` })).body;
  }

  /** Works until the object has not changed for a second, or for `maxWrites` writes. */
  async settle(maxWrites: number): Promise<WorkloadObject> {
    let seen: string | undefined;
    let live = await this.read();
    while (live.metadata.resourceVersion !== seen && this.writes < maxWrites) {
      seen = live.metadata.resourceVersion;
      const { body } = await this.#api.ask<WorkloadObject>({
        method: 'PUT',
        path: `${this.#path}/web`,
        body: this.#desired,
      });
      this.writes++;
      if (body.metadata.resourceVersion !== live.metadata.resourceVersion) this.changes++;
      await sleep(1000);
      live = await this.read();
    }
    return live;
  }
}

describeWithApiServer('a StatefulSet that a strict controller owns', () => {
  useWebhook();
  let api: ApiClient;
  beforeAll(() => {
    api = new ApiClient(controlPlane());
  });
  afterAll(() => api?.close());

  it('is not fought about where the controller asks for the sidecar', async () => {
    const namespace = await createNamespace();
    const owner = new StrictOwner(
      api,
      namespace,
      workloadOf('StatefulSet', { annotations: mountedGitSync, spec: { replicas: 0 } }),
    );
    await owner.create();
    const settled = await owner.settle(10);
    expect(templateAnnotations(settled)).toEqual(mountedGitSync);
    expect(owner.changes).toBe(0);
    expect(owner.writes).toBeLessThan(5);
  });

  it('is not fought about where the user asks and the controller knows nothing of it', async () => {
    const namespace = await createNamespace();
    const owner = new StrictOwner(api, namespace, workloadOf('StatefulSet', { spec: { replicas: 0 } }));
    await owner.create();
    await namespace.kubectl(`annotate statefulset web sidecar.io/git-sync=${repository}`);
    const settled = await owner.settle(10);
    expect(templateAnnotations(settled), 'the controller has the last word').toEqual({});
    expect(owner.changes).toBe(1);
    expect(owner.writes).toBeLessThan(5);
  });
});
