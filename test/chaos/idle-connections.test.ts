import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithApiServer } from '../e2e/suite.ts';
import { createNamespace } from '../e2e/test-namespace.ts';
import { type Replica, startReplicas, stopAll } from './replica.ts';
import { Traffic } from './traffic.ts';

/** Below and above what servers and the API server keep idle connections for: 5 s, 65 s and 90 s. */
const pausesSeconds = [6, 70, 95];

describeWithApiServer('connections that have been idle', () => {
  let replicas: readonly Replica[] = [];
  beforeAll(async () => {
    replicas = await startReplicas([{ skewSeconds: 0 }, { skewSeconds: 0 }]);
  });
  afterAll(() => stopAll(replicas));

  it.each(pausesSeconds)('for %i s are used again, or not, without one EOF', async seconds => {
    const traffic = new Traffic(await createNamespace());
    await traffic.burst(25);
    await sleep(seconds * 1000);
    await traffic.burst(50);
    await traffic.stop();
    console.log(`${seconds} s idle: ${traffic.created} created, ${traffic.failures.length} failed`);
    expect(traffic.failures).toEqual([]);
  });
});
