import { describe, expect, it } from 'vitest';
import { hasNativeSidecars, parseServerVersion } from '../../../src/cluster/server-version.ts';

describe('native sidecars', () => {
  it.each([
    ['1', '28', 'v1.28.15', false],
    ['1', '28+', 'v1.28.15-eks-1', false],
    ['1', '29', 'v1.29.0', true],
    ['1', '29+', 'v1.29.4-gke.1043002', true],
    ['1', '37', 'v1.37.2', true],
    ['2', '0', 'v2.0.0', true],
    ['0', '99', 'v0.99.0', false],
    ['', '', 'unknown', true],
  ])('with server version %s.%s (%s): %s', (major, minor, gitVersion, expected) => {
    const version = parseServerVersion({ major, minor, gitVersion });
    expect(hasNativeSidecars(version)).toBe(expected);
    expect(version.text).toBe(gitVersion);
  });
});
