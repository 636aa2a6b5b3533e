import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StopSignals } from '../../../../src/cli/serve/stop-signals.ts';

const names = ['SIGTERM', 'SIGINT'] as const;

// What listens to the signals of the test's own process must not hear of ours.
let others: readonly (readonly [(typeof names)[number], NodeJS.SignalsListener])[];

beforeEach(() => {
  others = names.flatMap(name => process.listeners(name).map(listener => [name, listener] as const));
  for (const name of names) process.removeAllListeners(name);
});

afterEach(() => {
  for (const name of names) process.removeAllListeners(name);
  for (const [name, listener] of others) process.on(name, listener);
});

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.then(() => {
    settled = true;
  });
  await new Promise(resolve => setImmediate(resolve));
  return settled;
}

describe('stop signals', () => {
  it('are awaited', async () => {
    const signals = new StopSignals();
    expect(signals.isStopping).toBe(false);
    expect(await isSettled(signals.first)).toBe(false);
    expect(await isSettled(signals.second)).toBe(false);
  });

  it.each(names)('tell which came first: %s', async name => {
    const signals = new StopSignals();
    process.emit(name, name);
    expect(signals.isStopping).toBe(true);
    expect(await signals.first).toBe(name);
    expect(await isSettled(signals.second)).toBe(false);
  });

  it.each([
    ['SIGTERM', 'SIGTERM'],
    ['SIGTERM', 'SIGINT'],
    ['SIGINT', 'SIGTERM'],
  ] as const)('tell of a second one, and of no third: %s, then %s', async (first, second) => {
    const signals = new StopSignals();
    process.emit(first, first);
    process.emit(second, second);
    process.emit(second, second);
    expect(await signals.first).toBe(first);
    expect(await isSettled(signals.second)).toBe(true);
  });

  it.each(names)('tell whether they come during the start: %s', async name => {
    const [during, after] = [new StopSignals(), new StopSignals()];
    after.endStart();
    process.emit(name, name);
    expect(await during.duringStart).toBe(name);
    expect(await isSettled(after.duringStart)).toBe(false);
    expect(await after.first).toBe(name);
  });

  it('end a pause at its time', async () => {
    await expect(new StopSignals().secondOrAfter(1)).resolves.toBeUndefined();
  });

  it('end a pause at the second one, whatever its time', async () => {
    const signals = new StopSignals();
    process.emit('SIGTERM', 'SIGTERM');
    const pause = signals.secondOrAfter(60_000);
    expect(await isSettled(pause)).toBe(false);
    process.emit('SIGINT', 'SIGINT');
    await expect(pause).resolves.toBeUndefined();
  });
});
