import { describe, expect, it } from 'vitest';
import { shownStatus } from '../../../src/running-pods/shown-status.ts';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('what the kubelet says', () => {
  it.each([
    'failed to resolve reference "registry.k8s.io/git-sync/git-sync:v99.0.0": not found',
    `failed to pull "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app@${digest}"`,
    'Head "https://registry.k8s.io/v2/git-sync/git-sync/manifests/v99.0.0": dial tcp: lookup registry.k8s.io: no such host',
    'Back-off pulling image "localhost:5000/git-sync:3f2a9c1d7b60e4855f1b0a9c8d7e6f5a4b3c2d1e"',
    'dial tcp [2001:db8::1]:443: connect: connection refused',
  ])('is shown as it is: %s', text => {
    expect(shownStatus(text)).toBe(text);
  });

  it.each([
    [
      'Get "https://user:hunter2@registry.example.com/v2/": EOF',
      'Get "https://***@registry.example.com/v2/": EOF',
    ],
    [
      'Get "https://auth.example.com/token?account=a&client_secret=hunter2": 401',
      'Get "https://auth.example.com/token?***": 401',
    ],
    ['pull from user:hunter2@registry.example.com/app', 'pull from ***@registry.example.com/app'],
    ['refused: Authorization: Bearer hunter2', 'refused: Authorization: Bearer ***'],
    ['login failed, password: hunter2', 'login failed, password: ***'],
    ['cannot use ghp_0123456789abcdefghij', 'cannot use ***'],
    ['cannot use SESSION_TOKEN=hunter2', 'cannot use ***'],
  ])('is shown without credentials: %s', (text, shown) => {
    expect(shownStatus(text)).toBe(shown);
  });

  it('is one line of a bounded length', () => {
    const shown = shownStatus(`failed:\n\u001b[31m${'word '.repeat(100_000)}`);
    expect(shown).toMatch(/^failed:\ufffd\ufffd\[31mword /);
    expect(shown).toHaveLength(600);
  });
});
