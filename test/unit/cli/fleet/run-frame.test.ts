import { describe, expect, it } from 'vitest';
import { type FrameSettings, runFrame } from '../../../../src/cli/fleet/run-frame.ts';
import type { RunProgress } from '../../../../src/cli/fleet/run-progress.ts';
import { runWords } from '../../../../src/cli/fleet/run-words.ts';
import { began, ended, left, planned, progressAfter, upgraded } from './fleet-events.ts';

const size = { columns: 80, rows: 24 };
const frame = (progress: RunProgress, settings: Partial<FrameSettings> = {}) =>
  runFrame(progress, {
    ...{ words: runWords.upgrade, context: 'prod', nowMs: 20_000, size, paint: (_style, text) => text },
    ...settings,
  });

const inSecondWave = progressAfter(
  planned(1, 9),
  { event: 'waveBegan', wave: 1, pods: 1, workloads: 1 },
  ...[began(1), upgraded(1), left(11, 'counted')],
  { event: 'waveBegan', wave: 2, pods: 9, workloads: 1 },
  ...[2, 3, 4, 5, 6].flatMap(number => [began(number), upgraded(number)]),
  ...[began(7), began(8)],
  { event: 'waiting', reasons: ['PodDisruptionBudget shop/web allows none', 'b', 'c', 'd'] },
);

describe('the view of a run', () => {
  it('tells what is read, and nothing else yet', () => {
    expect(frame(progressAfter({ event: 'reading', pods: 2500 }))).toEqual([
      'upgrade, context prod: reading pods: 2500',
    ]);
  });

  it('tells waves, pods, what it waits for, the time left and what moves', () => {
    expect(frame(inSecondWave)).toEqual([
      'upgrade, context prod: wave 2 of 2',
      '[########################----------------] 6 of 10 pods',
      'wave 2: 5 of 9 pods; workloads begun: 1 of 2',
      'pods: 2 restarting now, 6 upgraded, 1 left alone',
      'running for 20 s, about 10 s left',
      'waiting: PodDisruptionBudget shop/web allows none',
      'waiting: b',
      'waiting: c',
      'waiting: and 1 more',
      '  shop/web-7 (shop/Deployment/web) 3 s',
      '  shop/web-8 (shop/Deployment/web) 2 s',
    ]);
  });

  it.each([
    ['baking, 9 min 45 s left', { event: 'bakeBegan', wave: 2, milliseconds: 600_000 }],
    ['verifying for 15 s: curl web', { event: 'verifyBegan', wave: 2, command: 'curl web' }],
  ] as const)('tells what is done beside: %s', (words, event) => {
    const progress = progressAfter(
      ...[planned(1, 2), upgraded(1), upgraded(2)],
      { event: 'waveBegan', wave: 2, pods: 2, workloads: 1 },
      event,
    );
    expect(frame(progress)[0]).toBe(`upgrade, context prod: wave 2 of 2, ${words}`);
  });

  it('says why it has stopped, in a colour', () => {
    const failed = ended(1, { outcome: 'failed', problem: 'not up' });
    const lines = frame(progressAfter(planned(2), failed, { event: 'stopped', why: 'a pod failed' }), {
      paint: (style, text) => `<${style}>${text}`,
    });
    expect(lines).toContain('<red>upgrade, context prod: stopped: a pod failed');
    expect(lines).toContain('<red>pods: 1 failed');
  });

  it.each([20, 40, 79, 200])('fits into %i columns', columns => {
    const widths = frame(inSecondWave, { size: { columns, rows: 24 } }).map(line => line.length);
    expect(Math.max(...widths)).toBeLessThan(columns);
  });

  it('fits into few lines: of the pods that move only as many are named as there is room for', () => {
    const many = progressAfter(planned(60), ...Array.from({ length: 60 }, (_, number) => began(number)));
    expect(frame(many)).toHaveLength(5 + 8);
    expect(frame(many, { size: { columns: 80, rows: 10 } })).toHaveLength(8);
    expect(frame(many, { size: { columns: 80, rows: 4 } })).toHaveLength(5);
  });

  it('shows nothing that a terminal obeys', () => {
    const reasons = ['budget \u001b[2J of \u202e'];
    const shown = frame(progressAfter(planned(2), { event: 'waiting', reasons })).join('\n');
    expect(shown).toContain('budget \u{fffd}[2J of \u{fffd}');
  });
});
