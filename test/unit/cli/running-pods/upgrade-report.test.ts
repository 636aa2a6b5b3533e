import { describe, expect, it } from 'vitest';
import { UpgradeReport } from '../../../../src/cli/running-pods/upgrade-report.ts';
import type { PodUpgrade } from '../../../../src/running-pods/plan-upgrade.ts';

const nothing: PodUpgrade = { moves: [], obstacles: [], operations: [] };
const operations = [{ op: 'test', path: '/metadata/uid', value: '1' }] as const;
const moving: PodUpgrade = { ...nothing, moves: [{ container: 'logs', from: 'l:1', to: 'l:2' }], operations };
const recording: PodUpgrade = { ...nothing, operations };
const obstacle = (needsRollout: boolean): PodUpgrade => ({
  ...nothing,
  obstacles: [{ container: 'audit', message: 'cannot', needsRollout }],
});

function reportOf(tell: (report: UpgradeReport) => void) {
  const lines: string[] = [];
  const report = new UpgradeReport(text => lines.push(text.trimEnd()));
  tell(report);
  const { hasFailed, hasLeftovers } = report;
  return { lines, summary: report.summary(), hasFailed, hasLeftovers };
}

describe('the report of an upgrade', () => {
  it('names each image that moves, and the time', () => {
    const told = reportOf(report => {
      report.begun('shop/web', moving);
      report.ended('shop/web', { outcome: 'upgraded', milliseconds: 2345 }, moving);
    });
    expect(told).toEqual({
      lines: ['shop/web: logs: moving l:1 to l:2', 'shop/web: upgraded in 2.3 s'],
      summary: 'pods: 1 upgraded',
      hasFailed: false,
      hasLeftovers: false,
    });
  });

  it('tells a failure from what was not begun because of it', () => {
    const told = reportOf(report => {
      report.ended('shop/a', { outcome: 'failed', problem: 'not up' }, moving);
      report.ended('shop/b', { outcome: 'stopped' }, undefined);
    });
    expect(told).toMatchObject({
      lines: ['shop/a: failed: not up', 'shop/b: not begun, because another one failed'],
      summary: 'pods: 1 failed, 1 not begun',
      hasFailed: true,
    });
  });

  it.each([
    [true, 'pods: 1 need a rollout'],
    [false, 'nothing to upgrade'],
  ])('names what stays, and counts it where somebody has to do something: %s', (needsRollout, summary) => {
    const told = reportOf(report => report.ended('shop/a', { outcome: 'left' }, obstacle(needsRollout)));
    expect(told).toEqual({
      lines: ['shop/a: audit: cannot'],
      summary,
      hasFailed: false,
      hasLeftovers: needsRollout,
    });
  });

  it('says what a dry run would do', () => {
    const told = reportOf(report => {
      report.wouldDo('shop/a', moving);
      report.wouldDo('shop/b', recording);
      report.wouldDo('shop/c', obstacle(true));
    });
    expect(told.lines).toEqual([
      'shop/a: logs: would move l:1 to l:2',
      'shop/b: would record the definition',
      'shop/c: audit: cannot',
    ]);
    expect(told.summary).toBe('pods: 2 to upgrade, 1 need a rollout');
  });

  it('says so where only the status is written, and where a pod is gone', () => {
    const told = reportOf(report => {
      report.ended('shop/a', { outcome: 'upgraded', milliseconds: 0 }, recording);
      report.ended('shop/b', { outcome: 'gone' }, undefined);
    });
    expect(told.lines).toEqual([
      'shop/a: recorded the definition',
      'shop/b: gone meanwhile; what takes its place comes from the definition',
    ]);
    expect(told.summary).toBe('pods: 1 upgraded, 1 gone meanwhile');
  });
});
