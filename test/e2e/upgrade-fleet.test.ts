/** What an upgrade of many pods costs their apps, and what stops it. The kubelet is a fake one, all else is real. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { Availability, createFleet, definitionsWithTag, type Fleet } from './fleet-scene.ts';
import { useReplica } from './replicas.ts';
import { controlPlane, describeWithControllers, eventually, useWebhook } from './suite.ts';

const shipped = 'v4.7.1';

describeWithControllers('an upgrade of a fleet', () => {
  useReplica(useWebhook());
  let fleet: Fleet;
  afterEach(() => fleet?.stop());

  it('never takes more pods of a workload than it can lose, nor than a budget lets go', async () => {
    fleet = await createFleet({ one: 1, two: 2, four: 4, eight: 8, guarded: 4 });
    await createBudget('guarded', { maxUnavailable: 1 });
    const availability = new Availability(fleet.namespace.name);
    const { exitCode, stderr } = await upgrade('next', '--max-unavailable', '50%', '--parallel', '20');
    await availability.stop();
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 0,
      stderr: expect.stringMatching(/pods: 19 upgraded\n$/),
    });
    expect(availability.mostAway).toEqual({ one: 1, two: 1, four: 2, eight: 4, guarded: 1 });
    expect(availability.events).toBeGreaterThan(19 * 2);
    expect(await fleet.tags()).toEqual({
      ...{ one: tags(1, 'next'), two: tags(2, 'next'), four: tags(4, 'next') },
      ...{ eight: tags(8, 'next'), guarded: tags(4, 'next') },
    });
    expect(await leases()).toEqual([]);
  });

  it('leaves pods alone whose budget lets none go, and says for which it waits; unless told to', async () => {
    fleet = await createFleet({ free: 2, held: 2 });
    await createBudget('held', { minAvailable: 2 });
    const { exitCode, stdout, stderr } = await upgrade('next', '--timeout', '8s');
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/pods: 2 upgraded, 2 waited in vain\n$/);
    expect(stdout).toContain(`PodDisruptionBudget ${fleet.namespace.name}/held allows no disruption`);
    expect(await fleet.tags()).toEqual({ free: tags(2, 'next'), held: tags(2, shipped) });
    expect((await upgrade('next', '--ignore-disruption-budgets')).exitCode).toBe(0);
    expect(await fleet.tags()).toEqual({ free: tags(2, 'next'), held: tags(2, 'next') });
  });

  it('stops in the first wave where an image is bad, and is rolled back', async () => {
    fleet = await createFleet({ small: 2, large: 6 });
    const bad = await upgrade('bad', '--waves', '1,50%,100%', '--timeout', '5s');
    expect(bad.exitCode).toBe(1);
    expect(bad.stdout).toMatch(/failed: not up again after 5 s: git-sync waits: ErrImagePull/);
    expect(await fleet.tags()).toEqual({ small: ['bad', shipped], large: tags(6, shipped) });
    // Once more: what was begun is not up, so nothing else is begun.
    const again = await upgrade('bad', '--waves', '1,50%,100%', '--timeout', '5s');
    expect([again.exitCode, await fleet.tags()]).toEqual([
      1,
      { small: ['bad', shipped], large: tags(6, shipped) },
    ]);
    const back = await fleet.run('upgrade', '--rollback');
    expect(back).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/pods: 1 rolled back\n$/) });
    expect(await fleet.tags()).toEqual({ small: tags(2, shipped), large: tags(6, shipped) });
    expect((await fleet.run('status', '--sidecars', 'sidecars')).exitCode).toBe(0);
    expect(await fleet.run('upgrade', '--rollback')).toMatchObject({ exitCode: 0, stdout: '' });
  });

  it('stops while a wave bakes where a sidecar that was moved crashes', async () => {
    fleet = await createFleet({ small: 2, large: 4 }, { crashMs: 6000 });
    const { exitCode, stdout } = await upgrade(
      'crashing',
      '--waves',
      '1',
      '--bake',
      '60s',
      '--max-unavailable',
      '1',
    );
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/stopped: e2e-.*\/small-.*: (containers have restarted|it is not ready any more)/);
    expect((await fleet.tags())['large']).toEqual(tags(4, shipped));
    expect((await fleet.run('upgrade', '--rollback')).exitCode).toBe(0);
    expect(await fleet.tags()).toEqual({ small: tags(2, shipped), large: tags(4, shipped) });
  });

  it('asks a command after each wave, and stops where it says no', async () => {
    fleet = await createFleet({ small: 2, large: 3 });
    const file = join(controlPlane().directory, `${fleet.namespace.name}.txt`);
    await writeFile(file, '');
    const say = `echo "$SIDECAR_WAVE of $SIDECAR_WAVES: $SIDECAR_MOVED moved, $SIDECAR_WAITING waiting" >> ${file}; cat ${file}`;
    const no = await upgrade('next', '--waves', '1', '--verify', `${say}; exit 7`);
    expect(no.exitCode).toBe(1);
    expect(no.stdout).toContain('1 of 2: 2 moved, 3 waiting');
    expect(await fleet.tags()).toEqual({ small: tags(2, 'next'), large: tags(3, shipped) });
    const yes = await upgrade('next', '--waves', '1', '--verify', say);
    expect(yes.exitCode).toBe(0);
    expect(await fleet.tags()).toEqual({ small: tags(2, 'next'), large: tags(3, 'next') });
  });

  it('goes on after it was killed, once its lease has run out', async () => {
    fleet = await createFleet({ small: 2, large: 4 });
    const definitions = await definitionsWithTag('next');
    const args = ['--sidecars', definitions, '--waves', '1', '--bake', '3s'];
    const killed = fleet.begin('upgrade', ...args);
    await killed.line(/upgraded in/);
    killed.kill('SIGKILL');
    await killed.ended;
    expect(await leases()).toEqual(['sidecar-injector-upgrade']);
    const next = await fleet.run('upgrade', ...args);
    expect(next).toMatchObject({
      exitCode: 0,
      stderr: expect.stringMatching(/waiting: .* is at work there/),
    });
    expect(await fleet.tags()).toEqual({ small: tags(2, 'next'), large: tags(4, 'next') });
    expect(await leases()).toEqual([]);
  });

  it('stops where another one is at work, and goes on where that has ended', async () => {
    fleet = await createFleet({ large: 4 });
    await holdLease('create');
    const begun = fleet.begin('upgrade', '--sidecars', await definitionsWithTag('next'));
    await begun.line(/waiting: .* is at work there/);
    await holdLease('apply');
    const { exitCode, stdout } = await begun.ended;
    expect([exitCode, stdout]).toEqual([
      1,
      expect.stringMatching(/failed: .*someone@somewhere is at work there/),
    ]);
    expect(await fleet.tags()).toEqual({ large: tags(4, shipped) });
    const next = fleet.begin('upgrade', '--sidecars', await definitionsWithTag('next'));
    await next.line(/waiting: .* is at work there/);
    await fleet.namespace.kubectl('delete lease sidecar-injector-upgrade');
    expect(await next.ended).toMatchObject({ exitCode: 0 });
  });

  it.each([
    ['while it bakes', /baking/],
    ['while a command verifies', /verifying/],
    ['in the second wave', /wave 2 of/],
  ])('loses nothing where it is killed %s', async (_when, line) => {
    fleet = await createFleet({ small: 2, large: 4 });
    const definitions = await definitionsWithTag('next');
    const args = ['--sidecars', definitions, '--waves', '1', '--bake', '4s', '--verify', 'sleep 1'];
    const killed = fleet.begin('upgrade', ...args);
    await killed.line(line);
    killed.kill('SIGKILL');
    await killed.ended;
    // As if a minute had gone by.
    await fleet.namespace.kubectl('delete lease sidecar-injector-upgrade');
    const availability = new Availability(fleet.namespace.name);
    expect(await fleet.run('upgrade', ...args)).toMatchObject({ exitCode: 0 });
    await availability.stop();
    expect(Math.max(...Object.values(availability.mostAway))).toBeLessThanOrEqual(1);
    expect(await fleet.tags()).toEqual({ small: tags(2, 'next'), large: tags(4, 'next') });
  });

  it('loses nothing where its rollback is killed', async () => {
    fleet = await createFleet({ large: 4 });
    expect(await upgrade('next', '--max-unavailable', '50%')).toMatchObject({ exitCode: 0 });
    const killed = fleet.begin('upgrade', '--rollback');
    await killed.line(/rolled back in/);
    killed.kill('SIGKILL');
    await killed.ended;
    await fleet.namespace.kubectl('delete lease sidecar-injector-upgrade');
    expect(await fleet.run('upgrade', '--rollback')).toMatchObject({ exitCode: 0 });
    expect(await fleet.tags()).toEqual({ large: tags(4, shipped) });
    expect(await fleet.run('upgrade', '--rollback')).toMatchObject({
      exitCode: 0,
      stderr: expect.stringMatching(/nothing to roll back\n$/),
    });
  });

  it('ends well where somebody interrupts it', async () => {
    fleet = await createFleet({ large: 4 });
    const begun = fleet.begin('upgrade', '--sidecars', await definitionsWithTag('next'));
    await begun.line(/moving/);
    begun.kill('SIGINT');
    const { exitCode, stdout } = await begun.ended;
    expect([exitCode, stdout]).toEqual([1, expect.stringMatching(/stopped: interrupted[\s\S]*upgraded in/)]);
    expect(await fleet.tags()).toEqual({ large: ['next', ...tags(3, shipped)] });
    expect(await leases()).toEqual([]);
  });

  function tags(count: number, tag: string): readonly string[] {
    return Array.from({ length: count }, () => tag);
  }

  async function upgrade(tag: string, ...args: readonly string[]) {
    return fleet.run('upgrade', '--sidecars', await definitionsWithTag(tag), ...args);
  }

  async function createBudget(app: string, spec: object): Promise<void> {
    await fleet.namespace.kubectl('create -f -', {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: app },
      spec: { selector: { matchLabels: { app } }, ...spec },
    });
    await eventually(async () => {
      const { status } = await fleet.namespace.json<{ status?: { expectedPods?: number } }>(`get pdb ${app}`);
      expect(status?.expectedPods).toBeGreaterThan(0);
    });
  }

  /** What another run does that is at work. */
  async function holdLease(verb: 'create' | 'apply'): Promise<void> {
    const now = new Date().toISOString().replace('Z', '000Z');
    await fleet.namespace.kubectl(`${verb} -f -`, {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'sidecar-injector-upgrade' },
      spec: {
        ...{ holderIdentity: 'someone@somewhere', leaseDurationSeconds: 60 },
        ...{ acquireTime: now, renewTime: now },
      },
    });
  }

  async function leases(): Promise<readonly string[]> {
    const { items } = await fleet.namespace.json<{ items: readonly { metadata: { name: string } }[] }>(
      'get leases',
    );
    return items.map(({ metadata }) => metadata.name);
  }
});
