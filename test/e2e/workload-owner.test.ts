import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ApiClient } from './api-client.ts';
import {
  controlPlane,
  createNamespace,
  describeWithApiServer,
  kubectl,
  repository,
  useWebhook,
} from './suite.ts';
import { templateAnnotations, type WorkloadObject, workloadOf } from './workload-manifests.ts';

const asked = { 'sidecar.io/git-sync': repository, 'sidecar.io/git-sync.mount': '/site' };

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

  constructor(api: ApiClient, namespace: string, desired: WorkloadObject) {
    this.#api = api;
    this.#path = `/apis/apps/v1/namespaces/${namespace}/statefulsets`;
    this.#desired = desired;
  }

  create() {
    return this.#api.ask({ method: 'POST', path: this.#path, body: this.#desired });
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
      workloadOf('StatefulSet', { annotations: asked, spec: { replicas: 0 } }),
    );
    await owner.create();
    const settled = await owner.settle(10);
    expect(templateAnnotations(settled)).toEqual(asked);
    expect(owner.changes).toBe(0);
    expect(owner.writes).toBeLessThan(5);
  });

  it('is not fought about where the user asks and the controller knows nothing of it', async () => {
    const namespace = await createNamespace();
    const owner = new StrictOwner(api, namespace, workloadOf('StatefulSet', { spec: { replicas: 0 } }));
    await owner.create();
    await kubectl(`-n ${namespace} annotate statefulset web sidecar.io/git-sync=${repository}`);
    const settled = await owner.settle(10);
    expect(templateAnnotations(settled), 'the controller has the last word').toEqual({});
    expect(owner.changes).toBe(1);
    expect(owner.writes).toBeLessThan(5);
  });
});
