import { describe, expect, it } from 'vitest';
import { UpgradeReport } from '../../../../src/cli/running-pods/upgrade-report.ts';
import type { Obstacle, PodUpgrade } from '../../../../src/running-pods/plan-upgrade.ts';

const nothing: PodUpgrade = { moves: [], obstacles: [], operations: [] };
const operations = [{ op: 'test', path: '/metadata/uid', value: '1' }] as const;
const moving: PodUpgrade = { ...nothing, moves: [{ container: 'logs', from: 'l:1', to: 'l:2' }], operations };
const recording: PodUpgrade = { ...nothing, operations };
const obstacle = (kind: Obstacle['kind']): PodUpgrade => ({
  ...nothing,
  obstacles: [{ container: 'audit', message: 'cannot', kind }],
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
    ['rollout', 'pods: 1 need a rollout', true],
    ['counted', 'pods: 1 left alone', true],
    ['done', 'nothing to upgrade', false],
  ] as const)('names what stays, and counts it where it is not up to date: %s', (kind, summary, isLeft) => {
    const told = reportOf(report => report.ended('shop/a', { outcome: 'left' }, obstacle(kind)));
    expect(told).toEqual({
      lines: ['shop/a: audit: cannot'],
      summary,
      hasFailed: false,
      hasLeftovers: isLeft,
    });
  });

  it('says what a dry run would do', () => {
    const told = reportOf(report => {
      report.wouldDo('shop/a', moving);
      report.wouldDo('shop/b', recording);
      report.wouldDo('shop/c', obstacle('rollout'));
    });
    expect(told.lines).toEqual([
      'shop/a: logs: would move l:1 to l:2',
      'shop/b: would record the definition',
      'shop/c: audit: cannot',
    ]);
    expect(told.summary).toBe('pods: 2 to upgrade, 1 need a rollout');
  });

  it('says so where only the status is written', () => {
    const told = reportOf(report => report.ended('shop/a', { outcome: 'recorded' }, recording));
    expect(told.lines).toEqual(['shop/a: recorded the definition']);
    expect(told.summary).toBe('pods: 1 recorded');
  });

  it('does not call a pod upgraded that is on no node yet, and has nothing against it', () => {
    const told = reportOf(report => report.ended('shop/a', { outcome: 'moved' }, moving));
    expect(told).toEqual({
      lines: ['shop/a: moved: it is on no node yet, and starts with the new image when it is'],
      summary: 'pods: 1 moved before their start',
      hasFailed: false,
      hasLeftovers: false,
    });
  });

  it('does not take a pod that is gone for a success', () => {
    const how = 'it was deleted';
    const told = reportOf(report => {
      report.ended('shop/a', { outcome: 'upgraded', milliseconds: 1000 }, moving);
      report.ended('shop/b', { outcome: 'gone', when: 'before its turn', how }, undefined);
      report.ended('shop/a', { outcome: 'gone', when: 'after its upgrade', how }, undefined);
    });
    expect(told).toEqual({
      lines: [
        'shop/a: upgraded in 1.0 s',
        'shop/b: gone before its turn: it was deleted',
        'shop/a: gone after its upgrade: it was deleted',
      ],
      summary: 'pods: 2 gone meanwhile',
      hasFailed: false,
      hasLeftovers: true,
    });
  });

  it('has nothing against a pod that did its work to the end', () => {
    const told = reportOf(report => report.ended('shop/a', { outcome: 'ended' }, undefined));
    expect(told).toEqual({
      lines: ['shop/a: ended meanwhile'],
      summary: 'pods: 1 ended meanwhile',
      hasFailed: false,
      hasLeftovers: false,
    });
  });
});
