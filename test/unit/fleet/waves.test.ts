import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FleetPod } from '../../../src/fleet/fleet-pod.ts';
import { isAll, parseShare, roundedDown, roundedUp } from '../../../src/fleet/share.ts';
import { partIntoWaves, planOf } from '../../../src/fleet/waves.ts';
import { fleetOf, fleetPod, podsNamed, share } from './pods-of-fleet.ts';

const wavesOf = (pods: readonly FleetPod[], ...shares: readonly string[]) =>
  partIntoWaves(fleetOf('1', pods).workloads, shares.map(share)).map(wave =>
    wave.map(({ key }) => key.replace('shop/Deployment/', '')),
  );

describe('a number of pods', () => {
  it.each<readonly [text: string, expected: object | undefined]>([
    ['1', { count: 1 }],
    ['9999999', { count: 9_999_999 }],
    ['1%', { percent: 1 }],
    ['100%', { percent: 100 }],
    ...['0', '-1', '0%', '101%', '1.5', '%', '', '1e3', '10000000', ' 1'].map(
      text => [text, undefined] as const,
    ),
  ])('is read from %j', (text, expected) => {
    expect(parseShare(text)).toEqual(expected);
  });

  it('is rounded down where pods are away, and up where they are moved', () => {
    expect([roundedDown(share('25%'), 7), roundedUp(share('25%'), 7), roundedUp(share('3'), 7)]).toEqual([
      1, 2, 3,
    ]);
    expect([isAll(share('100%')), isAll(share('99%')), isAll(share('100'))]).toEqual([true, false, false]);
  });
});

describe('waves', () => {
  const small = podsNamed('small', 2);
  const middle = podsNamed('middle', 3);
  const large = podsNamed('large', 10);
  const single = podsNamed('single', 1);
  const all = [...large, ...single, ...middle, ...small];

  it('have whole workloads, the smallest of several pods first, those of one pod last', () => {
    expect(wavesOf(all, '1', '25%', '50%', '100%')).toEqual([['small'], ['middle'], ['large'], ['single']]);
    expect(wavesOf(all, '3', '100%')).toEqual([
      ['small', 'middle'],
      ['large', 'single'],
    ]);
  });

  it('count what has been moved before', () => {
    expect(wavesOf(all, '1', '2')).toEqual([['small'], ['middle', 'large', 'single']]);
  });

  it('have a last one with what the numbers leave', () => {
    expect(wavesOf(all, '1')).toEqual([['small'], ['middle', 'large', 'single']]);
  });

  it('leave out workloads without a pod that is meant', () => {
    const others = podsNamed('others', 3).map(pod => ({ ...pod, phase: 'other' as const }));
    expect(wavesOf([...others, ...small], '1')).toEqual([['small']]);
    expect(wavesOf(others, '1')).toEqual([]);
    expect(wavesOf(others)).toEqual([]);
  });

  it('are the same when some of their pods have been moved', () => {
    const moved = all.map((pod, index) => (index % 2 === 0 ? { ...pod, phase: 'current' as const } : pod));
    expect(wavesOf(moved, '1', '25%', '50%')).toEqual(wavesOf(all, '1', '25%', '50%'));
  });

  it('are one where nobody asks for any, in the order in which they were read', () => {
    expect(wavesOf(all)).toEqual([['large', 'single', 'middle', 'small']]);
  });

  it('have every workload once, and reach each number', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 20 });
    const shares = fc.array(
      fc.oneof(
        fc.integer({ min: 1, max: 100 }).map(n => `${n}%`),
        fc.integer({ min: 1, max: 50 }).map(String),
      ),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(sizes, shares, (counts, texts) => {
        const pods = counts.flatMap((count, index) =>
          podsNamed(`w${String.fromCharCode(97 + index)}`, count),
        );
        const waves = wavesOf(pods, ...texts);
        expect(waves.flat().length).toBe(counts.length);
        expect(new Set(waves.flat()).size).toBe(counts.length);
        expect(waves.every(wave => wave.length > 0)).toBe(true);
      }),
    );
  });

  it('are planned by what is to be done in them', () => {
    const pods = [
      ...small,
      fleetPod('small-9', { phase: 'current' }),
      fleetPod('other-1', { namespace: 'b', workload: 'b/Pod/other-1' }),
    ];
    const waves = partIntoWaves(fleetOf('1', pods).workloads, [share('1')]);
    expect(planOf(waves)).toEqual({
      event: 'planned',
      namespaces: 2,
      waves: [
        { pods: 2, workloads: 1 },
        { pods: 1, workloads: 1 },
      ],
    });
  });
});
