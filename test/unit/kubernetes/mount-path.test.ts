import { describe, expect, it } from 'vitest';
import { isAtOrBelow, normalPath, withoutTrailingSlash } from '../../../src/kubernetes/mount-path.ts';

describe('a path', () => {
  it.each([
    ['/var/log', '/var/log', true],
    ['/var/log', '/var/log/', true],
    ['/var/log/app', '/var/log', true],
    ['/var/log/app', '/var/log/', true],
    ['/var/log', '/', true],
    ['/var/logs', '/var/log', false],
    ['/var', '/var/log', false],
    ['', '/var', false],
  ])('%s is at or below %s: %s', (path, directory, expected) => {
    expect(isAtOrBelow(path, directory)).toBe(expected);
  });

  it.each([
    ['/site', '/site'],
    ['site', '/site'],
    ['/site//a/', '/site/a'],
    ['/site/./a/../b', '/site/b'],
    ['/../site', '/site'],
    ['/', '/'],
    ['', '/'],
  ])('%s is %s for the container runtime', (path, expected) => {
    expect(normalPath(path)).toBe(expected);
  });

  it.each([
    ['/site', '/site'],
    ['/site/', '/site'],
    ['/site//', '/site'],
    ['/', ''],
    ['', ''],
    ['//a//b', '//a//b'],
    [`${'/'.repeat(300_000)}x`, `${'/'.repeat(300_000)}x`],
    [`x${'/'.repeat(300_000)}`, 'x'],
  ])('%s is %s without the slash at its end', (path, expected) => {
    expect(withoutTrailingSlash(path)).toBe(expected);
  });
});
