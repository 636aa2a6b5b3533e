import { describe, expect, it } from 'vitest';
import { nearestName, suggestion } from '../../src/nearest-name.ts';

const known = ['git-sync', 'logs', 'metrics', 'known-hosts'];

describe('the nearest name', () => {
  it.each([
    ['gitsync', 'git-sync'],
    ['git-snyc', 'git-sync'],
    ['GIT-SYNC', 'git-sync'],
    ['logs', 'logs'],
    ['log', 'logs'],
    ['knownHosts', 'known-hosts'],
    ['knwn-hsts', 'known-hosts'],
  ])('of %s is %s', (name, nearest) => {
    expect(nearestName(name, known)).toBe(nearest);
  });

  it.each(['envoy', 'x', '', 'git', 'metrics-of-the-app'])('is none of those for %j', name => {
    expect(nearestName(name, known)).toBeUndefined();
  });

  it('may differ in a third of a long name, and in two letters of a short one', () => {
    expect(nearestName('abcdefghxxxx', ['abcdefghijkl'])).toBe('abcdefghijkl');
    expect(nearestName('abcdefgxxxxx', ['abcdefghijkl'])).toBeUndefined();
    expect(nearestName('lgo', ['log'])).toBe('log');
    expect(nearestName('xyz', ['log'])).toBeUndefined();
  });

  it('is the one that differs least', () => {
    expect(nearestName('memory-limt', ['memory', 'memory-limit'])).toBe('memory-limit');
  });

  it('is not looked for where a name is longer than Kubernetes allows, on either side', () => {
    const name = (length: number) => 'n'.repeat(length);
    expect(nearestName(name(63), [name(62)])).toBe(name(62));
    expect(nearestName(name(64), [name(63)])).toBeUndefined();
    expect(nearestName(name(63), [name(64), name(60)])).toBe(name(60));
  });

  it('is looked for among the first 500 that can be meant', () => {
    const others = (count: number) => Array.from({ length: count }, (_, index) => `x${index}`);
    const long = 'n'.repeat(64);
    expect(nearestName('lgos', [long, ...others(499), 'logs'])).toBe('logs');
    expect(nearestName('lgos', [...others(500), 'logs'])).toBeUndefined();
  });

  it('is none where nothing is known', () => {
    expect(nearestName('logs', [])).toBeUndefined();
  });

  it('is looked for in whatever can be walked through', () => {
    expect(nearestName('lgos', new Map([['logs', 1]]).keys())).toBe('logs');
  });
});

describe('a suggestion', () => {
  it('is the end of a message', () => {
    expect(`no sidecar "lgos"${suggestion('lgos', known)}`).toBe('no sidecar "lgos"; did you mean "logs"?');
  });

  it('is nothing where no name is near', () => {
    expect(suggestion('envoy', known)).toBe('');
  });
});
