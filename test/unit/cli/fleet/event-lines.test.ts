import { describe, expect, it } from 'vitest';
import { eventLines } from '../../../../src/cli/fleet/event-lines.ts';
import { runWords } from '../../../../src/cli/fleet/run-words.ts';
import type { FleetEvent } from '../../../../src/fleet/fleet-event.ts';
import { began, ended, left, moves, planned, upgraded, web } from './fleet-events.ts';

const lines = (event: FleetEvent, waves = 4) => eventLines(event, { words: runWords.upgrade, waves });

describe('an event of a run is told', () => {
  it.each<readonly [line: string, event: FleetEvent]>([
    ['shop/web-1: logs: moving l:1 to l:2', began(1)],
    ['shop/web-1: upgraded in 2.3 s', upgraded(1)],
    [
      'shop/web-1: moved: it is on no node yet, and starts with the new image when it is',
      ended(1, { outcome: 'moved' }),
    ],
    ['shop/web-1: recorded the definition', ended(1, { outcome: 'recorded' })],
    [
      'shop/web-1: gone before its turn: it was deleted',
      ended(1, { outcome: 'gone', when: 'before its turn', how: 'it was deleted' }),
    ],
    ['shop/web-1: ended meanwhile', ended(1, { outcome: 'ended' })],
    ['shop/web-1: failed: not up', ended(1, { outcome: 'failed', problem: 'not up' })],
    ['shop/web-1: not begun, because another one failed', ended(1, { outcome: 'stopped' })],
    ['shop/web-1: logs: cannot', left(1, 'rollout')],
    ['shop/web-1: logs: would move l:1 to l:2', { event: 'wouldMove', ...web(1), moves }],
    ['shop/web-1: would record the definition', { event: 'wouldMove', ...web(1), moves: [] }],
    ['planned: 501 pods of 2 workloads in 1 namespace, in 2 waves: 1, 500', planned(1, 500)],
    ['wave 2 of 4: 1 pod of 1 workload', { event: 'waveBegan', wave: 2, pods: 1, workloads: 1 }],
    ['waiting: a; b; c; and 2 more', { event: 'waiting', reasons: ['a', 'b', 'c', 'd', 'e'] }],
    ['wave 1: baking for 10 min', { event: 'bakeBegan', wave: 1, milliseconds: 600_000 }],
    ['wave 1: baked', { event: 'bakeEnded', wave: 1 }],
    ['wave 1: verifying: curl web', { event: 'verifyBegan', wave: 1, command: 'curl web' }],
    ['wave 1: verified', { event: 'verifyEnded', wave: 1, exitCode: 0, output: 'fine' }],
    [
      'wave 1: the command ended with exit code 7: no\u{fffd}route',
      { event: 'verifyEnded', wave: 1, exitCode: 7, output: 'no\nroute\n' },
    ],
    ['stopped: shop/web-1 is not ready', { event: 'stopped', why: 'shop/web-1 is not ready' }],
  ])('as: %s', (line, event) => {
    expect(lines(event)).toEqual([line]);
  });

  it.each<readonly [what: string, event: FleetEvent, waves: number]>([
    ['what is read', { event: 'reading', pods: 250 }, 4],
    ['going on', { event: 'waiting', reasons: [] }, 4],
    ['a plan of one wave', planned(5), 1],
    ['the only wave', { event: 'waveBegan', wave: 1, pods: 5, workloads: 1 }, 1],
    ['a pod with nothing to move', ended(1, { outcome: 'left' }), 4],
    ['the end', { event: 'ended' }, 4],
  ])('by no line: %s', (_what, event, waves) => {
    expect(lines(event, waves)).toEqual([]);
  });

  it('in the words of its command', () => {
    const told = (['rollback', 'restart'] as const).map(kind =>
      [began(1), upgraded(1)].flatMap(event => eventLines(event, { words: runWords[kind], waves: 1 })),
    );
    expect(told).toEqual([
      ['shop/web-1: logs: moving l:1 back to l:2', 'shop/web-1: rolled back in 2.3 s'],
      ['shop/web-1: logs: restarting with l:2', 'shop/web-1: restarted in 2.3 s'],
    ]);
  });

  it('without anything that a terminal obeys', () => {
    const told = lines(ended(1, { outcome: 'failed', problem: 'red \u001b[31m\r\nand \u202e more' }));
    expect(told).toEqual(['shop/web-1: failed: red \u{fffd}[31m\u{fffd}\u{fffd}and \u{fffd} more']);
  });
});
