import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { reportFor } from '../../../../src/cli/fleet/report-for.ts';
import { tell } from '../../../../src/cli/print.ts';
import type { FleetEvent } from '../../../../src/fleet/fleet-event.ts';
import { capturedOutput } from '../captured-output.ts';
import { FakeTerminal } from '../terminal/fake-terminal.ts';
import { began, ended, left, planned, upgraded } from './fleet-events.ts';

beforeEach(() => vi.useFakeTimers({ now: new Date('2026-01-01T00:00:00Z') }));
afterEach(() => vi.useRealTimers());

const told = (output: 'text' | 'json', ...events: readonly FleetEvent[]) =>
  capturedOutput(async () => {
    const report = await reportFor({ kind: 'upgrade', context: 'prod', output });
    for (const event of events) report.tell(event);
    return report.end();
  });

describe('the report of a run', () => {
  it('is a line for each event, and a summary beside', async () => {
    expect(await told('text', planned(1), began(1), upgraded(1), { event: 'ended' })).toEqual({
      exitCode: 0,
      stdout: 'shop/web-1: logs: moving l:1 to l:2\nshop/web-1: upgraded in 2.3 s\n',
      stderr: 'pods: 1 upgraded\n',
    });
  });

  it('ends with 3 where something is left, and with 1 where something has failed', async () => {
    expect(await told('text', planned(), left(1, 'rollout'))).toMatchObject({
      exitCode: 3,
      stderr: 'pods: 1 need a rollout\n',
    });
    const failed = ended(2, { outcome: 'failed', problem: 'not up' });
    expect(await told('text', left(1, 'rollout'), failed)).toMatchObject({
      exitCode: 1,
      stderr: 'pods: 1 need a rollout, 1 failed\n',
    });
    expect(await told('text', planned())).toMatchObject({ exitCode: 0, stderr: 'nothing to upgrade\n' });
  });

  it('is lines of JSON, the last of which has the counts', async () => {
    const { stdout, stderr } = await told('json', planned(1), upgraded(1), { event: 'ended' });
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line));
    const common = { at: '2026-01-01T00:00:00.000Z', context: 'prod' };
    expect(lines).toEqual([
      { ...common, event: 'planned', namespaces: 1, waves: [{ pods: 1, workloads: 1 }] },
      {
        ...common,
        ...{ event: 'podEnded', pod: 'shop/web-1', workload: 'shop/Deployment/web' },
        ...{ outcome: 'upgraded', milliseconds: 2345 },
      },
      { ...common, event: 'ended', counts: expect.objectContaining({ upgraded: 1, failed: 0 }) },
    ]);
    expect(stderr).toBe('pods: 1 upgraded\n');
  });

  it('has nothing in JSON that a terminal obeys, and loses nothing', async () => {
    const why = 'not \u001b[31m \u009b31m \u202e \u{e0001} so';
    const { stdout } = await told('json', { event: 'stopped', why });
    const [first = ''] = stdout.split('\n');
    expect(stdout).not.toMatch(/[^ -~\n]/);
    expect(JSON.parse(first)).toMatchObject({ why });
  });

  it('has the counts in JSON also where nothing was to be done', async () => {
    const { stdout } = await told('json', { event: 'reading', pods: 3 }, left(1, 'rollout'));
    const last = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
    expect(last).toMatchObject({ event: 'ended', counts: { rollout: 1, upgraded: 0 } });
    expect((await told('json', { event: 'ended' })).stdout.match(/"ended"/g)).toHaveLength(2);
  });

  it('tells its summary once, however often it is ended', async () => {
    const { stderr } = await capturedOutput(async () => {
      const report = await reportFor({ kind: 'upgrade', context: 'prod', output: 'text' });
      report.tell(ended(1, { outcome: 'recorded' }));
      report.end();
      return report.end();
    });
    expect(stderr).toBe('pods: 1 recorded\n');
  });
});

/** What is shown on a terminal while events come, and when all is over. */
async function shown(...events: readonly FleetEvent[]) {
  const terminal = new FakeTerminal();
  const report = await reportFor({ kind: 'upgrade', context: 'prod', output: 'text' }, terminal.stream);
  let during = '';
  const { stderr } = await capturedOutput(async () => {
    for (const event of events) report.tell(event);
    await vi.advanceTimersByTimeAsync(1000);
    during = terminal.written;
    terminal.written = '';
    return report.end();
  });
  const listeners = terminal.listenerCount('resize');
  return { during, after: terminal.written, listeners, stderr };
}

describe('the view of a run on a terminal', () => {
  it('is drawn, and taken away at the end', async () => {
    const { during, after, listeners } = await shown(planned(2), began(1));
    expect(during).toContain('0 of 2 pods');
    expect(during).toContain('shop/web-1 (shop/Deployment/web)');
    expect(after).toContain('\u001b[2K');
    expect(listeners).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('keeps what somebody has to look at, of a workload what is left for one reason once', async () => {
    const { during } = await shown(
      ...[planned(3), began(1), upgraded(1)],
      ended(2, { outcome: 'failed', problem: 'not up' }),
      ...[left(4, 'counted'), left(5, 'counted')],
      ...[6, 7].map(number => ended(number, { outcome: 'blocked', why: 'no' })),
      { event: 'stopped', why: 'a pod failed' },
    );
    expect(during).toContain(
      'shop/web-2: failed: not up\nshop/web-4: logs: cannot\nshop/web-6: not begun: no\nstopped: a pod failed\n',
    );
    expect(during).not.toContain('shop/web-1: ');
  });

  it('loses nothing of what is kept where that is longer than the terminal', async () => {
    const many = Array.from({ length: 100 }, (_, number) =>
      ended(number, { outcome: 'failed', problem: 'not up' }),
    );
    const { during } = await shown(planned(100), ...many);
    expect(during.match(/failed: not up\n/g)).toHaveLength(100);
  });

  it('is drawn anew as soon as the terminal has another size', async () => {
    const terminal = new FakeTerminal();
    const report = await reportFor({ kind: 'upgrade', context: 'prod', output: 'text' }, terminal.stream);
    await capturedOutput(async () => {
      report.tell(planned(2));
      await vi.advanceTimersByTimeAsync(300);
      terminal.written = '';
      terminal.columns = 30;
      terminal.emit('resize');
      expect(terminal.written).toContain('upgrade, context prod: movin…');
      return report.end();
    });
  });

  it('lets lines for a person stand above it, where standard error is that terminal', async () => {
    const terminal = new FakeTerminal();
    const isTTY = Object.getOwnPropertyDescriptor(process.stderr, 'isTTY');
    Object.defineProperty(process.stderr, 'isTTY', { value: true, configurable: true });
    try {
      const report = await reportFor({ kind: 'upgrade', context: 'prod', output: 'text' }, terminal.stream);
      const { stderr } = await capturedOutput(async () => {
        tell('waiting for the API server');
        await vi.advanceTimersByTimeAsync(300);
        report.end();
        tell('afterwards');
        return 0;
      });
      expect(terminal.written).toContain('waiting for the API server\n');
      expect(stderr).toBe('nothing to upgrade\nafterwards\n');
    } finally {
      if (isTTY === undefined) Reflect.deleteProperty(process.stderr, 'isTTY');
      else Object.defineProperty(process.stderr, 'isTTY', isTTY);
    }
  });
});
