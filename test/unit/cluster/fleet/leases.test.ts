import { describe, expect, it, onTestFinished } from 'vitest';
import type { ApiRequest } from '../../../../src/cluster/api-client.ts';
import { ApiError } from '../../../../src/cluster/api-error.ts';
import { HeldLeaseError } from '../../../../src/cluster/fleet/held-lease-error.ts';
import { Leases } from '../../../../src/cluster/fleet/leases.ts';
import { at, isObject, type JsonObject } from '../../../../src/kubernetes/json.ts';

/** Stores Leases as the API server does: every write makes a version, and one over an older version is refused. */
class LeaseStore {
  readonly leases = new Map<string, JsonObject>();
  readonly failures: ApiError[] = [];
  #version = 0;

  async request({ method, path, body }: ApiRequest): Promise<JsonObject> {
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
    await Promise.resolve();
    const key = /namespaces\/([^/]+)\/leases/.exec(path)?.[1] ?? '';
    const found = this.leases.get(key);
    if (method === 'GET' && found !== undefined) return found;
    refuseUnlessCurrent({ method, path, body: body ?? {} }, found);
    if (method === 'DELETE') this.leases.delete(key);
    else this.write(key, { ...part(found, 'spec'), ...part(body, 'spec') });
    return this.leases.get(key) ?? {};
  }

  /** As somebody else does. */
  write(namespace: string, spec: JsonObject): void {
    this.#version += 1;
    const metadata = { uid: 'uid', resourceVersion: String(this.#version) };
    this.leases.set(namespace, { metadata, spec });
  }

  specOf(namespace: string): JsonObject {
    return part(this.leases.get(namespace), 'spec');
  }
}

function refuseUnlessCurrent({ method, path, body }: ApiRequest, found: JsonObject | undefined): void {
  if ((method === 'POST') === (found !== undefined)) throw new ApiError(path, found ? 409 : 404, 'no');
  const place = method === 'DELETE' ? 'preconditions' : 'metadata';
  if (at(body, [place, 'resourceVersion']) !== at(found, ['metadata', 'resourceVersion']))
    throw new ApiError(path, 409, 'changed');
}

function part(object: unknown, key: string): JsonObject {
  const found = at(object, [key]);
  return isObject(found) ? found : {};
}

/** The time of a test; whoever sleeps is woken when it has passed. */
class Clock {
  nowMs = Date.UTC(2027, 0, 1);
  readonly #sleepers: (() => void)[] = [];

  readonly sleep = () => new Promise<void>(resolve => this.#sleepers.push(resolve));

  /** Lets this time pass, and each loop go round once. */
  async pass(milliseconds: number): Promise<void> {
    this.nowMs += milliseconds;
    for (const wake of this.#sleepers.splice(0)) wake();
    await new Promise(resolve => setImmediate(resolve));
  }
}

/** A run with leases in a store; its clock may differ from that of the API server. */
function runOf(store: LeaseStore, clock: Clock, holder: string, clockAheadMs = 0) {
  const lost: string[] = [];
  const leases = new Leases({
    client: { request: call => store.request(call), clockAheadMs },
    ...{ holder, sleep: clock.sleep, nowMs: () => clock.nowMs + clockAheadMs },
    onLost: (namespace, why) => lost.push(`${namespace}: ${why}`),
  });
  onTestFinished(() => leases.releaseAll());
  return { leases, lost };
}

function world() {
  return { store: new LeaseStore(), clock: new Clock() };
}

describe('a lease', () => {
  it('is made where there is none, and deleted when it is given up', async () => {
    const { store, clock } = world();
    const { leases } = runOf(store, clock, 'anna');
    await leases.acquire('shop');
    expect(store.specOf('shop')).toEqual({
      holderIdentity: 'anna',
      leaseDurationSeconds: 60,
      acquireTime: '2027-01-01T00:00:00.000000Z',
      renewTime: '2027-01-01T00:00:00.000000Z',
      leaseTransitions: 0,
    });
    expect([leases.isHeld('shop'), leases.isHeld('other')]).toEqual([true, false]);
    await leases.release('shop');
    expect([store.leases.size, leases.isHeld('shop')]).toEqual([0, false]);
  });

  it('is had by one where two want it at once', async () => {
    const { store, clock } = world();
    const runs = ['anna', 'ben'].map(holder => runOf(store, clock, holder).leases);
    const results = await Promise.allSettled(runs.map(leases => leases.acquire('shop')));
    const refused = results.filter(({ status }) => status === 'rejected');
    expect(refused).toMatchObject([{ reason: { name: 'HeldLeaseError', lease: { namespace: 'shop' } } }]);
    expect(runs.filter(leases => leases.isHeld('shop'))).toHaveLength(1);
  });

  it('is refused with who has it, since when, and for how long at most', async () => {
    const { store, clock } = world();
    await runOf(store, clock, 'anna').leases.acquire('shop');
    clock.nowMs += 10_000;
    const { leases } = runOf(store, clock, 'ben');
    await expect(leases.acquire('shop')).rejects.toThrow(
      'namespace shop: anna is at work there since 2027-01-01T00:00:00.000000Z and was heard 10 s ago; ' +
        'wait until it has ended, or 52 s where it was killed',
    );
  });

  it('is taken over a minute after its holder was last heard, by the clock of the API server', async () => {
    const { store, clock } = world();
    const seconds = {
      acquireTime: '2027-01-01T00:00:00.000000Z',
      leaseDurationSeconds: 60,
      leaseTransitions: 3,
    };
    store.write('shop', { holderIdentity: 'gone', renewTime: '2027-01-01T00:00:00.000000Z', ...seconds });
    const { leases } = runOf(store, clock, 'ben', 3_600_000);
    clock.nowMs += 61_000;
    await expect(leases.acquire('shop')).rejects.toBeInstanceOf(HeldLeaseError);
    clock.nowMs += 1000;
    await leases.acquire('shop');
    expect(store.specOf('shop')).toMatchObject({
      holderIdentity: 'ben',
      acquireTime: '2027-01-01T00:01:02.000000Z',
      leaseTransitions: 4,
    });
  });

  it('is taken over by one where two find it left', async () => {
    const { store, clock } = world();
    store.write('shop', { holderIdentity: 'gone', renewTime: '2026-01-01T00:00:00.000000Z' });
    const runs = ['anna', 'ben'].map(holder => runOf(store, clock, holder).leases);
    const results = await Promise.allSettled(runs.map(leases => leases.acquire('shop')));
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('is free where it has no holder', async () => {
    const { store, clock } = world();
    store.write('shop', { renewTime: '2027-01-01T00:00:00.000000Z', leaseDurationSeconds: 60 });
    await expect(runOf(store, clock, 'ben').leases.acquire('shop')).resolves.toBeUndefined();
  });

  it('is not had where it may not be written', async () => {
    const { store, clock } = world();
    store.failures.push(new ApiError('GET x', 403, 'forbidden'));
    await expect(runOf(store, clock, 'ben').leases.acquire('shop')).rejects.toThrow('403 forbidden');
  });
});

describe('a lease that is held', () => {
  async function held() {
    const { store, clock } = world();
    const run = runOf(store, clock, 'anna');
    await run.leases.acquire('shop');
    return { store, clock, ...run };
  }

  it('is renewed', async () => {
    const { store, clock, leases, lost } = await held();
    for (let round = 0; round < 8; round += 1) await clock.pass(15_000);
    expect(store.specOf('shop')).toMatchObject({
      acquireTime: '2027-01-01T00:00:00.000000Z',
      renewTime: '2027-01-01T00:02:00.000000Z',
    });
    expect([leases.isHeld('shop'), lost]).toEqual([true, []]);
  });

  it('survives an API server that is away for less than a minute', async () => {
    const { store, clock, leases, lost } = await held();
    for (let round = 0; round < 3; round += 1) {
      store.failures.push(new ApiError('PATCH x', 0, 'nobody answers'));
      await clock.pass(15_000);
    }
    expect(leases.isHeld('shop')).toBe(true);
    await clock.pass(15_000 - 1);
    await clock.pass(15_000);
    expect([leases.isHeld('shop'), lost]).toEqual([true, []]);
  });

  it('is lost after a minute without an answer, and not held before that is told', async () => {
    const { store, clock, leases, lost } = await held();
    store.failures.push(...Array<ApiError>(4).fill(new ApiError('PATCH x', 0, 'nobody answers')));
    for (let round = 0; round < 3; round += 1) await clock.pass(15_000);
    clock.nowMs += 15_000;
    expect(leases.isHeld('shop')).toBe(false);
    await clock.pass(0);
    expect(lost).toEqual(['shop: PATCH x: nobody answers']);
  });

  it('is lost where somebody else has taken it over, whose it stays', async () => {
    const { store, clock, leases, lost } = await held();
    const renewTime = '2027-01-01T00:00:14.000000Z';
    store.write('shop', {
      holderIdentity: 'ben',
      acquireTime: renewTime,
      renewTime,
      leaseDurationSeconds: 60,
    });
    await clock.pass(15_000);
    expect(lost).toEqual([expect.stringContaining('ben is at work there since 2027-01-01T00:00:14.000000Z')]);
    expect(leases.isHeld('shop')).toBe(false);
    await leases.releaseAll();
    expect(store.specOf('shop')['holderIdentity']).toBe('ben');
  });

  it('is lost where it was deleted', async () => {
    const { store, clock, lost } = await held();
    store.leases.delete('shop');
    await clock.pass(15_000);
    expect(lost).toEqual(['shop: Lease sidecar-injector-upgrade was deleted']);
  });

  it('stays its own where it was written by others under the same name, or by itself without an answer', async () => {
    const { store, clock, leases, lost } = await held();
    store.write('shop', { ...store.specOf('shop'), note: 'x' });
    await clock.pass(15_000);
    expect([leases.isHeld('shop'), lost]).toEqual([true, []]);
    expect(store.specOf('shop')['renewTime']).toBe('2027-01-01T00:00:15.000000Z');
  });

  it('is given up when what renews it is done', async () => {
    const { store, clock, leases } = await held();
    const passing = clock.pass(15_000);
    await Promise.resolve();
    await leases.release('shop');
    await passing;
    expect(store.leases.size).toBe(0);
  });
});
