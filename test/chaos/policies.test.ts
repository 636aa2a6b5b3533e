/** From the webhook to policies and back while pods are created as fast as the API server takes them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { baseDirectory } from '../e2e/installation.ts';
import { installPolicies, removePolicies } from '../e2e/policy-overlay.ts';
import { kubectlBase } from '../e2e/registration.ts';
import { describeWithApiServer, kubectl, reinstall } from '../e2e/suite.ts';
import { createNamespace } from '../e2e/test-namespace.ts';
import { type Replica, startReplicas, stopAll } from './replica.ts';
import { Traffic } from './traffic.ts';

const rounds = 3;

describeWithApiServer('webhook and policies that take turns', () => {
  let replicas: readonly Replica[] = [];
  let traffic: Traffic;
  beforeAll(async () => {
    await reinstall();
    replicas = await startReplicas([{ skewSeconds: 0 }, { skewSeconds: 0 }]);
    traffic = new Traffic(await createNamespace());
  });
  afterAll(async () => {
    await stopAll(replicas);
    await removePolicies();
    await reinstall();
  });

  async function toPolicies(): Promise<void> {
    await installPolicies();
    await kubectl('delete mutatingwebhookconfiguration sidecar-injector');
    await sleep(1000);
    await stopAll(replicas);
  }

  async function toWebhook(): Promise<void> {
    const { stdout } = await kubectl(['kustomize', baseDirectory]);
    await kubectl(
      'apply --server-side --force-conflicts -f -',
      stdout.replaceAll('failurePolicy: Fail', 'failurePolicy: Ignore'),
    );
    replicas = await startReplicas([{ skewSeconds: 0 }, { skewSeconds: 0 }]);
    await kubectlBase('apply', '--server-side', '--force-conflicts');
    await removePolicies();
    await sleep(1000);
  }

  it(`lose no pod in ${rounds} rounds`, async () => {
    traffic.start();
    for (let round = 0; round < rounds; round++) {
      await toPolicies();
      await traffic.burst(50);
      await toWebhook();
      await traffic.burst(50);
    }
    await traffic.stop();
    console.log(`${traffic.created} pods created`);
    expect(traffic.failures).toEqual([]);
    expect(traffic.created).toBeGreaterThan(1000);
  });
});
