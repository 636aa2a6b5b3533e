/** That `npm run bench` keeps no figures which others on the machine have had their part in. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { ticksOfFamily, ticksOfMachine } from '../../bench/processes.ts';
import { BusyMachineError, QuietMachine } from '../../bench/quiet-machine.ts';

/** A machine on which others take so many of the hundred ticks of each round, one round after the other. */
function machineOf(ticksOfRounds: readonly number[], { isBusyAllowed = false } = {}) {
  const readings = ticksOfRounds.flatMap(ticks => [
    { otherTicks: 0, atMs: 0 },
    { otherTicks: ticks, atMs: 1000 },
  ]);
  const readUsage = () => readings.shift() ?? { otherTicks: 0, atMs: 0 };
  return new QuietMachine({ isBusyAllowed, readUsage });
}

/** A round that says which one it is. */
function counting(): () => Promise<number> {
  let count = 0;
  return async () => ++count;
}

describe('a round', () => {
  it('counts where the machine had nothing else to do', async () => {
    await expect(machineOf([5]).round('it', counting())).resolves.toBe(1);
  });

  it('is repeated until nobody else uses the machine', async () => {
    await expect(machineOf([80, 20, 3]).round('it', counting())).resolves.toBe(3);
  });

  it('is given up after four tries, with what was seen', async () => {
    const failing = machineOf([80, 70, 60, 50]).round('the floor', counting());
    await expect(failing).rejects.toThrow(BusyMachineError);
    await expect(failing).rejects.toThrow(
      'while the floor was measured, other processes took 76 %, 66 %, 56 %, 46 % of a core',
    );
  });

  it('is given up after one try where it takes too long for another', async () => {
    const round = counting();
    await expect(machineOf([80, 3]).once('it', round)).rejects.toThrow('took 76 % of a core');
    expect(await round()).toBe(2);
    await expect(machineOf([5]).once('it', round)).resolves.toBe(3);
    const machine = machineOf([80], { isBusyAllowed: true });
    await expect(machine.once('it', round)).resolves.toBe(4);
    expect(machine.takeRemark()).toContain('others took up to 76 % of a core');
  });

  it('counts all the same where that is asked for, and the next title says so', async () => {
    const machine = machineOf([80, 20], { isBusyAllowed: true });
    await expect(machine.round('it', counting())).resolves.toBe(1);
    await machine.round('it', counting());
    expect(machine.takeRemark()).toContain('others took up to 76 % of a core');
    expect(machine.takeRemark()).toBe('');
  });

  it('leaves the title alone on a quiet machine', async () => {
    const machine = machineOf([5]);
    await machine.round('it', counting());
    expect(machine.takeRemark()).toBe('');
  });
});

describe.skipIf(process.platform !== 'linux')('the CPU time of a process and what comes from it', () => {
  it('has in it what children took that have ended, as the time of the machine has', () => {
    const before = { family: ticksOfFamily(process.pid), machine: ticksOfMachine() };
    const burn = 'const end = process.cpuUsage().user + 500_000; while (process.cpuUsage().user < end);';
    spawnSync(process.execPath, ['--eval', burn]);
    expect(ticksOfFamily(process.pid) - before.family).toBeGreaterThanOrEqual(45);
    expect(ticksOfMachine() - before.machine).toBeGreaterThanOrEqual(25);
  });
});
