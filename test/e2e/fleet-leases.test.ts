/** That of several runs in a namespace exactly one goes on. */
import { expect, it, onTestFinished } from 'vitest';
import type { ApiClient } from '../../src/cluster/api-client.ts';
import { HeldLeaseError } from '../../src/cluster/fleet/held-lease-error.ts';
import { Leases } from '../../src/cluster/fleet/leases.ts';
import { clientOf, clientWith } from './cluster-client.ts';
import { describeWithApiServer, eventually } from './suite.ts';
import { createNamespace } from './test-namespace.ts';

describeWithApiServer('a lease', () => {
  const rights = 'get,create,patch,delete leases.coordination.k8s.io';

  function leasesOf(client: ApiClient, holder: string) {
    const lost: string[] = [];
    const leases = new Leases({ client, holder, onLost: (_namespace, why) => lost.push(why) });
    onTestFinished(() => leases.releaseAll());
    return { leases, lost };
  }

  it('is had by exactly one of those who want it at once, with four rights', async () => {
    const namespace = await createNamespace();
    const client = await clientWith(namespace, rights);
    for (let round = 0; round < 5; round += 1) {
      const runs = Array.from({ length: 6 }, (_, index) => leasesOf(clientOf(), `run-${index}`).leases);
      runs.push(leasesOf(client, 'with-few-rights').leases);
      const results = await Promise.allSettled(runs.map(leases => leases.acquire(namespace.name)));
      const refusals = results.flatMap(result => (result.status === 'rejected' ? [result.reason] : []));
      expect(refusals).toHaveLength(6);
      for (const refusal of refusals) expect(refusal).toBeInstanceOf(HeldLeaseError);
      await Promise.all(runs.map(leases => leases.releaseAll()));
      expect((await namespace.kubectl('get leases -o name')).stdout).toBe('');
    }
    await expect(leasesOf(client, 'with-few-rights').leases.acquire(namespace.name)).resolves.toBeUndefined();
  });

  it('is taken over where its holder was not heard for a minute, and not before', async () => {
    const namespace = await createNamespace();
    const leaseOf = (ageMs: number) => ({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'sidecar-injector-upgrade' },
      spec: {
        ...{ holderIdentity: 'gone', leaseDurationSeconds: 60, leaseTransitions: 0 },
        renewTime: new Date(Date.now() - ageMs).toISOString().replace('Z', '000Z'),
      },
    });
    await namespace.kubectl('create -f -', leaseOf(50_000));
    const { leases } = leasesOf(clientOf(), 'next');
    await expect(leases.acquire(namespace.name)).rejects.toMatchObject({ lease: { holder: 'gone' } });
    await namespace.kubectl('replace -f -', leaseOf(65_000));
    await leases.acquire(namespace.name);
    const { spec } = await namespace.json<{ spec: object }>('get lease sidecar-injector-upgrade');
    expect(spec).toMatchObject({ holderIdentity: 'next', leaseTransitions: 1 });
  });

  it('is renewed, and its holder is told when somebody else writes another', async () => {
    const namespace = await createNamespace();
    const wake: (() => void)[] = [];
    const lost: string[] = [];
    const leases = new Leases({
      ...{ client: clientOf(), holder: 'first', onLost: (_namespace, why) => lost.push(why) },
      sleep: () => new Promise<void>(resolve => wake.push(resolve)),
    });
    const renewTime = async () =>
      (await namespace.json<{ spec: { renewTime: string } }>('get lease sidecar-injector-upgrade')).spec
        .renewTime;
    await leases.acquire(namespace.name);
    const acquired = await renewTime();
    wake.shift()?.();
    await eventually(async () => expect(await renewTime()).not.toBe(acquired));
    expect(leases.isHeld(namespace.name)).toBe(true);
    const spec = { holderIdentity: 'second' };
    await namespace.kubectl(['patch', 'lease', 'sidecar-injector-upgrade', '-p', JSON.stringify({ spec })]);
    wake.shift()?.();
    await eventually(() => expect(lost).toEqual([expect.stringContaining('second is at work there')]));
    expect(leases.isHeld(namespace.name)).toBe(false);
    await leases.releaseAll();
    expect((await namespace.kubectl('get leases -o name')).stdout).not.toBe('');
  });
});
