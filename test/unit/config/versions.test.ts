import { describe, expect, it } from 'vitest';
import { readVersions } from '../../../src/config/versions.ts';

const problemsOf = (value: unknown) => {
  const reading = readVersions(value);
  return 'problems' in reading ? reading.problems : [];
};

describe('the shares of next versions', () => {
  it.each([
    ['0%', 0],
    ['10%', 10],
    ['0.5%', 0.5],
    ['100%', 100],
  ])('take %s', (next, percent) => {
    expect(readVersions({ 'git-sync': { next } })).toEqual({ value: { 'git-sync': { next: percent } } });
  });

  it.each([10, '10', '-1%', '101%', '1e1%', '10 %', '', null, undefined, {}, ['10%'], '٣%'])(
    'refuse %j',
    next => {
      expect(problemsOf({ logs: { next } })).toEqual([
        expect.stringMatching(/^\.logs\.next: got .*; use a percentage from 0% to 100%, such as 10%$/),
      ]);
    },
  );

  it('refuse another version, with the nearest name', () => {
    expect(problemsOf({ logs: { nxt: '10%' } })).toEqual(['.logs: unknown key "nxt"; did you mean "next"?']);
  });

  it('refuse what is no map', () => {
    expect(problemsOf('10%')).toEqual([': got "10%"; use a map of sidecars, as in {logs: {next: 10%}}']);
    expect(problemsOf({ logs: '10%' })).toEqual([
      '.logs: got "10%"; use a share for the next version, as in {next: 10%}',
    ]);
  });

  it('refuse more than anybody has', () => {
    const many = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`s${index}`, { next: '1%' }]));
    expect(problemsOf(many)).toEqual([': got 101 sidecars; use at most 100']);
  });

  it('tell all problems together', () => {
    expect(problemsOf({ a: { next: 1 }, b: [] })).toHaveLength(2);
  });
});
