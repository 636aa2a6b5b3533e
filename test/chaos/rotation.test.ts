import { afterAll, afterEach, expect, it } from 'vitest';
import { describeWithApiServer } from '../e2e/suite.ts';
import { createNamespace } from '../e2e/test-namespace.ts';
import { forgetAuthority } from './forget-authority.ts';
import { fastRotation, putBehindService, Replica, startReplicas, stopAll } from './replica.ts';
import { Traffic } from './traffic.ts';

const skews = [-60, 0, 60];
const enough = 2000;
const leastSeconds = 100;

describeWithApiServer('a certificate every second and an authority every ten seconds', () => {
  let replicas: Replica[] = [];
  afterEach(() => stopAll(replicas));
  afterAll(forgetAuthority);

  async function waitUntil(isDone: () => boolean): Promise<void> {
    const deadlineMs = performance.now() + 480_000;
    while (!isDone() && performance.now() < deadlineMs) {
      await new Promise(resolve => setTimeout(resolve, 200));
    }
  }

  async function start(): Promise<Traffic> {
    replicas = [
      ...(await startReplicas(skews.map(skewSeconds => ({ skewSeconds, lifetimes: fastRotation })))),
    ];
    return new Traffic(await createNamespace());
  }

  it(`fail none of ${enough} creations, with three replicas whose clocks are two minutes apart`, async () => {
    const traffic = await start();
    const startedMs = performance.now();
    traffic.start();
    await waitUntil(() => traffic.created >= enough && performance.now() - startedMs > leastSeconds * 1000);
    await traffic.stop();
    const seconds = (performance.now() - startedMs) / 1000;
    const count = (message: string) => replicas.reduce((sum, replica) => sum + replica.count(message), 0);
    const [certificates, authorities] = [count('certificate issued'), count('certificate authority issued')];
    console.log(
      `${traffic.created} created, ${traffic.failures.length} failed in ${seconds.toFixed(0)} s; ${certificates} certificates, ${authorities} authorities`,
    );
    expect(traffic.failures).toEqual([]);
    expect(traffic.created).toBeGreaterThanOrEqual(enough);
    expect(authorities).toBeGreaterThan(seconds / 20);
    expect(certificates).toBeGreaterThan(seconds);
    for (const replica of replicas) expect(replica.count('certificate not in order')).toBe(0);
  });

  it('fail none while the replicas are replaced one after the other, as in a rolling update', async () => {
    const traffic = await start();
    traffic.start(2);
    for (const skewSeconds of skews) {
      const fresh = new Replica({ skewSeconds, lifetimes: fastRotation });
      await fresh.launch();
      await fresh.ready();
      const old = replicas.shift();
      replicas.push(fresh);
      await putBehindService(replicas);
      // In order: it serves on for as long as connections may still come.
      expect(await old?.stop()).toBe('ended with exit code 0');
    }
    await traffic.stop();
    console.log(`${traffic.created} created, ${traffic.failures.length} failed in a rolling update`);
    expect(traffic.failures).toEqual([]);
  });

  it('go on when one replica is killed: what was under way there is lost, and nothing else', async () => {
    const traffic = await start();
    traffic.start(2);
    for (let run = 0; run < 5; run++) {
      await new Promise(resolve => setTimeout(resolve, 3000 + run * 700));
      const [killed] = replicas.splice(run % replicas.length, 1);
      await killed?.stop('SIGKILL');
      const settled = traffic.created;
      await waitUntil(() => traffic.created > settled + 20);
      const failuresBefore = traffic.failures.length;
      await new Promise(resolve => setTimeout(resolve, 3000));
      expect(traffic.failures.slice(failuresBefore)).toEqual([]);
      const fresh = new Replica({ skewSeconds: 0, lifetimes: fastRotation });
      await fresh.launch();
      replicas.push(fresh);
      await putBehindService(replicas);
    }
    await traffic.stop();
    console.log(`${traffic.created} created, ${traffic.failures.length} lost with five killed replicas`);
    for (const failure of traffic.failures)
      expect(failure).toMatch(/EOF|connection re(set|fused)|broken pipe/);
    // Two workers, so no more than two requests can be under way when a replica dies.
    expect(traffic.failures.length).toBeLessThanOrEqual(10);
  });
});
