import { afterEach, expect, it } from 'vitest';
import { publishedBundle } from '../e2e/registration.ts';
import { storedAuthority } from '../e2e/stored-authority.ts';
import { describeWithApiServer } from '../e2e/suite.ts';
import { forgetAuthority } from './forget-authority.ts';
import { Replica, stopAll } from './replica.ts';

const skews = [-60, 0, 60];
const runs = 10;

describeWithApiServer('three replicas that start at once on an empty Secret', () => {
  const replicas: Replica[] = [];
  afterEach(() => stopAll(replicas.splice(0)));

  async function launchAll(): Promise<number> {
    await forgetAuthority();
    replicas.push(...skews.map(skewSeconds => new Replica({ skewSeconds })));
    const startedMs = performance.now();
    await Promise.all(replicas.map(replica => replica.launch()));
    return startedMs;
  }

  it(`agree on one authority, in ${runs} runs of ${runs}`, async () => {
    const seconds: number[] = [];
    for (let run = 0; run < runs; run++) {
      const startedMs = await launchAll();
      await Promise.all(replicas.map(replica => replica.ready()));
      seconds.push((performance.now() - startedMs) / 1000);
      expect(await publishedBundle(), `run ${run}`).toBe(await storedAuthority());
      const made = replicas.reduce((sum, replica) => sum + replica.count('certificate authority issued'), 0);
      expect(made, `run ${run}`).toBe(1);
      await stopAll(replicas.splice(0));
    }
    console.log(`ready after ${seconds.map(value => value.toFixed(1)).join(', ')} s`);
  });

  it('go on when one of them is killed at any moment', async () => {
    for (let run = 0; run < runs; run++) {
      await launchAll();
      await new Promise(resolve => setTimeout(resolve, 400 + run * 250));
      const [killed] = replicas.splice(run % replicas.length, 1);
      await killed?.stop('SIGKILL');
      await Promise.all(replicas.map(replica => replica.ready()));
      expect(await publishedBundle(), `run ${run}`).toContain(await storedAuthority());
      await stopAll(replicas.splice(0));
    }
  });
});
