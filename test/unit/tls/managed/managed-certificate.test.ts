import { afterEach, describe, expect, it } from 'vitest';
import { type Lifetimes, twoThirds } from '../../../../src/tls/managed/lifetimes.ts';
import { parseTrusted } from '../../../../src/tls/managed/trusted-certificate.ts';
import { quickIssuer } from './quick-issuer.ts';
import { SimulatedCluster } from './simulated-cluster.ts';
import { SimulatedReplica, type SimulatedReplicaOptions, serviceHost } from './simulated-replica.ts';
import { VirtualClock } from './virtual-clock.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const usual = lifetimesOf({ authorityMs: 365 * day, leafMs: 7 * day });
const fast: Lifetimes = {
  authorityMs: 10 * minute,
  authorityRenewAfterMs: 10 * second,
  leafMs: 10 * minute,
  leafRenewAfterMs: second,
};

function lifetimesOf({ authorityMs, leafMs }: Pick<Lifetimes, 'authorityMs' | 'leafMs'>): Lifetimes {
  return {
    authorityMs,
    leafMs,
    authorityRenewAfterMs: twoThirds(authorityMs),
    leafRenewAfterMs: twoThirds(leafMs),
  };
}

/** Numbers from 0 to 1 that are the same in each run. https://en.wikipedia.org/wiki/Linear_congruential_generator */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const running: SimulatedReplica[] = [];
afterEach(() => {
  for (const replica of running.splice(0)) replica.kill();
});

/** A cluster without an authority, and a way to start replicas in it. */
function simulate(seed = 1, options: Partial<SimulatedReplicaOptions> = {}) {
  const clock = new VirtualClock();
  const random = seeded(seed);
  const cluster = new SimulatedCluster(clock, () => random() * 50);
  const failures: string[] = [];
  const start = (own: Partial<SimulatedReplicaOptions> = {}) => {
    const defaults = { cluster, clock, random, lifetimes: usual, pollMs: 2 * second };
    const replica = new SimulatedReplica({ ...defaults, ...options, ...own });
    running.push(replica);
    return replica;
  };
  /** Lets time pass, and notes each moment at which an admission would fail. */
  const pass = (milliseconds: number) =>
    clock.pass(milliseconds, () => {
      for (const { refusal } of running) {
        if (refusal !== undefined) failures.push(`${new Date(clock.nowMs).toISOString()}: ${refusal}`);
      }
    });
  return { clock, random, cluster, failures, start, pass };
}

const skews = [-minute, 0, minute];

describe('a release with one more name', () => {
  it('gets an authority that may sign for it, once, and the replicas of before go on with it', async () => {
    const { failures, start, pass } = simulate(1, { pollMs: minute });
    const before = start();
    await pass(hour);
    const after = start({ hosts: [serviceHost, 'sidecar-injector.sidecar-injector'] });
    await pass(2 * hour);
    expect([before, after].map(({ authorities }) => authorities)).toEqual([['missing'], ['due']]);
    expect([before, after].map(({ isReady }) => isReady)).toEqual([true, true]);
    expect(failures).toEqual([]);
  });

  it('needs none where the one of before may sign for any name', async () => {
    const { clock, cluster, failures, start, pass } = simulate(1, { pollMs: minute });
    const { cert, key } = await quickIssuer.issueAuthority({ now: new Date(clock.nowMs), days: 365 });
    // The store answers after a while, and time passes only when it is let.
    const filled = cluster.store
      .create()
      .then(({ version }) => cluster.store.write({ 'ca.crt': cert, 'ca.key': key }, version));
    await pass(minute);
    await filled;
    const replica = start({ hosts: [serviceHost, 'sidecar-injector.sidecar-injector'] });
    await pass(2 * hour);
    expect(replica.authorities).toEqual([]);
    expect(replica.isReady).toBe(true);
    expect(failures).toEqual([]);
  });
});

describe('ten years', () => {
  it('pass without one failed admission: three replicas, clocks a minute apart, and outages now and then', async () => {
    const { cluster, failures, start, pass, random } = simulate(7, { pollMs: day });
    const replicas = skews.map(skewMs => start({ skewMs }));
    await pass(5 * day);
    expect(replicas.map(({ isReady }) => isReady)).toEqual([true, true, true]);
    let most = 0;
    for (let week = 0; week < 520; week++) {
      cluster.isDown = random() < 0.2;
      await pass(5 * minute);
      cluster.isDown = false;
      await pass(7 * day - 5 * minute);
      most = Math.max(most, parseTrusted(cluster.bundle).length);
    }
    expect(failures).toEqual([]);
    const authorities = replicas.flatMap(({ authorities: reasons }) => reasons);
    expect(authorities.filter(reason => reason === 'missing')).toHaveLength(1);
    // Renewed every eight months, and the one before is trusted for the four months that it has left.
    expect(authorities.filter(reason => reason === 'due').length).toBeGreaterThan(12);
    expect(authorities.filter(reason => reason === 'due').length).toBeLessThan(17);
    expect(most).toBe(2);
    for (const { issued } of replicas) {
      expect(issued).toBeGreaterThan((10 * 365) / 7);
      expect(issued).toBeLessThan((10 * 365) / 3.5);
    }
  }, 60_000);
});

describe('replicas that start at once on an empty Secret', () => {
  it('agree on one authority within seconds, in twenty runs of twenty', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const { cluster, failures, start, pass } = simulate(seed);
      const replicas = skews.map(skewMs => start({ skewMs }));
      await pass(10 * second);
      expect(
        replicas.map(({ isReady }) => isReady),
        `seed ${seed}`,
      ).toEqual([true, true, true]);
      expect(parseTrusted(cluster.bundle)).toHaveLength(1);
      expect(replicas.flatMap(({ authorities }) => authorities)).toEqual(['missing']);
      expect(failures).toEqual([]);
      for (const replica of running.splice(0)) replica.kill();
    }
  }, 60_000);
});

describe('a rotation every ten seconds', () => {
  it('fails no admission while replicas are killed at any moment and others start', async () => {
    for (let seed = 0; seed < 4; seed++) {
      const { cluster, failures, start, pass, random } = simulate(seed, { lifetimes: fast });
      // Now and then a request is so slow that the world has changed when it arrives.
      cluster.latencyMs = () => (random() < 0.02 ? random() * 4500 : random() * 50);
      for (const skewMs of skews) start({ skewMs });
      await pass(15 * second);
      for (let round = 0; round < 15; round++) {
        running.splice(Math.floor(random() * running.length), 1)[0]?.kill();
        await pass(random() * 10 * second);
        start({ skewMs: (random() * 2 - 1) * minute });
        await pass(random() * 10 * second);
      }
      await pass(30 * second);
      expect(failures, `seed ${seed}`).toEqual([]);
      expect(running.map(({ isReady }) => isReady)).toEqual([true, true, true]);
      for (const replica of running.splice(0)) replica.kill();
    }
  }, 60_000);
});

describe('a replica', () => {
  it('takes a new authority only after it has been published for a while', async () => {
    const { clock, cluster, start, pass } = simulate(3, { lifetimes: { ...fast, leafRenewAfterMs: hour } });
    const replica = start();
    await pass(8 * second);
    const first = replica.served;
    let publishedMs: number | undefined;
    for (let step = 0; step < 400 && replica.served === first; step++) {
      await pass(50);
      if (parseTrusted(cluster.bundle).length > 1) publishedMs ??= clock.nowMs;
    }
    expect(replica.served).not.toBe(first);
    expect(clock.nowMs - (publishedMs ?? clock.nowMs)).toBeGreaterThanOrEqual(3000);
  });

  it('is ready at once where the authority has been there for long', async () => {
    const { start, pass } = simulate();
    start();
    await pass(11 * minute);
    const late = start();
    await pass(second);
    expect(late.isReady).toBe(true);
  });

  it('waits for an API server that is away, and is not ready meanwhile', async () => {
    const { cluster, start, pass } = simulate();
    cluster.isDown = true;
    const replica = start();
    await pass(10 * minute);
    expect(replica.isReady).toBe(false);
    expect(replica.problems).toEqual(['the API server does not answer']);
    cluster.isDown = false;
    await pass(20 * second);
    expect(replica.isReady).toBe(true);
    expect(replica.problems).toEqual(['the API server does not answer', undefined]);
  });

  it('renews its certificate also while the API server is away', async () => {
    const lifetimes = lifetimesOf({ authorityMs: day, leafMs: 10 * minute });
    const { cluster, failures, start, pass } = simulate(1, { lifetimes });
    const replica = start();
    await pass(minute);
    cluster.isDown = true;
    await pass(80 * minute);
    expect(replica.issued).toBeGreaterThan(10);
    expect(failures).toEqual([]);
  });

  it('writes nothing while all is well', async () => {
    const { cluster, start, pass } = simulate();
    const replicas = skews.map(skewMs => start({ skewMs }));
    await pass(10 * second);
    const before = [cluster.secret?.version, cluster.registration?.version];
    await pass(10 * minute);
    expect([cluster.secret?.version, cluster.registration?.version]).toEqual(before);
    expect(replicas.reduce((sum, { publications }) => sum + publications, 0)).toBe(1);
  });

  it('whose clock is wrong by more than minutes says so, touches nothing and is not ready', async () => {
    const { cluster, start, pass } = simulate();
    const replica = start({ skewMs: 2 * hour });
    await pass(minute);
    expect(cluster.secret).toEqual({ version: '1', data: {} });
    expect(replica.isReady).toBe(false);
    expect(replica.problems).toEqual([
      "the clock is 120 minutes ahead of the API server's; set the clock of the node right",
    ]);
  });

  it.each(['deleted', 'emptied', 'garbage'])(
    'replaces a Secret that was %s, and none fails',
    async what => {
      const lifetimes = lifetimesOf({ authorityMs: 30 * day, leafMs: 7 * day });
      const { cluster, failures, start, pass } = simulate(5, { lifetimes, pollMs: hour });
      for (const skewMs of skews) start({ skewMs });
      await pass(5 * hour);
      const before = cluster.bundle;
      const data = what === 'garbage' ? { 'ca.crt': 'x', 'ca.key': 'y', 'retired.crt': 'z' } : {};
      cluster.secret = what === 'deleted' ? undefined : { version: 'damaged', data };
      await pass(5 * hour);
      expect(failures).toEqual([]);
      expect(cluster.bundle).toContain(before);
      expect(parseTrusted(cluster.bundle)).toHaveLength(2);
      // What only memory and the bundle knew is trusted for as long as its certificates live, and then forgotten.
      await pass(51 * day);
      expect(cluster.bundle).not.toContain(before);
    },
    60_000,
  );

  it('restores a bundle that was reset, within one look', async () => {
    const { cluster, start, pass } = simulate();
    start();
    await pass(minute);
    const before = cluster.bundle;
    cluster.register('');
    await pass(3 * second);
    expect(cluster.bundle).toBe(before);
  });

  it('stays ready while the configuration is away', async () => {
    const { cluster, start, pass } = simulate();
    const replica = start();
    await pass(minute);
    cluster.registration = undefined;
    await pass(minute);
    expect(replica.isReady).toBe(true);
    expect(replica.problems.at(-1)).toContain('there is no MutatingWebhookConfiguration');
    cluster.register('');
    await pass(20 * second);
    expect(replica.problems.at(-1)).toBeUndefined();
  });
});
