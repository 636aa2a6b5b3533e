import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { NativeSidecars } from '../../../../src/cli/serve/native-sidecars.ts';
import type { ServerVersion } from '../../../../src/cluster/server-version.ts';

const old: ServerVersion = { major: 1, minor: 28, text: 'v1.28.0' };
const young: ServerVersion = { major: 1, minor: 29, text: 'v1.29.0' };
const forbidden = new Error('GET /version: 403 forbidden');

/** Asks for one answer after the other; time passes when it is let. */
function ask(setting: 'auto' | 'always' | 'never', answers?: (ServerVersion | Error)[]) {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ base: null, timestamp: false }, { write: line => void lines.push(JSON.parse(line)) });
  const changes: boolean[] = [];
  const sleeps: number[] = [];
  let wake: () => void = () => undefined;
  const native = new NativeSidecars({
    setting,
    ask:
      answers &&
      (async () => {
        const answer = answers.shift();
        if (answer === undefined || answer instanceof Error) throw answer ?? forbidden;
        return answer;
      }),
    clock: {
      now: () => new Date(0),
      sleep: milliseconds => {
        sleeps.push(milliseconds);
        return new Promise(resolve => {
          wake = resolve;
        });
      },
    },
    log,
    onChange: () => changes.push(native.areAvailable),
  });
  onTestFinished(() => native.stop());
  const passTime = async () => {
    wake();
    await new Promise(resolve => setImmediate(resolve));
  };
  return { native, lines, changes, sleeps, passTime };
}

describe('native sidecars', () => {
  it.each([
    ['always', [old], true],
    ['never', [young], false],
    ['auto', undefined, true],
    ['auto', [young], true],
    ['auto', [old], false],
    ['auto', [forbidden], true],
  ] as const)('with the setting %s and the answer %j: %s', async (setting, answers, expected) => {
    const { native } = ask(setting, answers && [...answers]);
    await native.start();
    expect(native.areAvailable).toBe(expected);
  });

  it('are asked for again every hour, because clusters are upgraded', async () => {
    const { native, changes, sleeps, lines, passTime } = ask('auto', [old, old, young]);
    await native.start();
    expect(changes).toEqual([false]);
    await passTime();
    await passTime();
    expect(changes).toEqual([false, true]);
    expect(sleeps).toEqual([3600_000, 3600_000, 3600_000]);
    expect(lines).toMatchObject([
      { msg: 'native sidecars', server: 'v1.28.0', native: false },
      { msg: 'native sidecars', server: 'v1.29.0', native: true },
    ]);
  });

  it('are taken for granted while nobody answers, which is said once, and asked for every minute', async () => {
    const { native, changes, sleeps, lines, passTime } = ask('auto', [forbidden, forbidden, old, forbidden]);
    await native.start();
    await passTime();
    expect(lines).toMatchObject([
      { msg: 'version of the API server unknown', problem: forbidden.message, native: true },
    ]);
    await passTime();
    expect(changes).toEqual([false]);
    await passTime();
    expect(native.areAvailable, 'what is known stays').toBe(false);
    expect(sleeps).toEqual([60_000, 60_000, 3600_000, 60_000]);
    expect(lines).toHaveLength(2);
  });
});
