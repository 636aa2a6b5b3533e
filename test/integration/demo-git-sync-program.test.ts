import { describe, expect, it } from 'vitest';
import { findGitSync } from '../../demo/git-sync-program.ts';
import { gitSyncImage } from '../cluster/image-probe.ts';

describe('the git-sync of this machine', () => {
  it('is the one that GIT_SYNC_BIN names', () => {
    expect(findGitSync(gitSyncImage, { GIT_SYNC_BIN: process.execPath })).toEqual({
      program: process.execPath,
    });
  });

  it('is told how to get, in the version of the image, where there is none', () => {
    const found = findGitSync('registry.k8s.io/git-sync/git-sync:v4.7.1', {
      GIT_SYNC_BIN: '/nowhere/git-sync',
    });
    const { missing } = found as { missing: string };
    expect(missing).toContain('GIT_SYNC_BIN=/nowhere/git-sync names no program');
    expect(missing).toContain(
      'git clone --depth 1 --branch v4.7.1 https://github.com/kubernetes/git-sync.git ',
    );
    expect(missing).toContain('docker create --name git-sync registry.k8s.io/git-sync/git-sync:v4.7.1\n');
  });

  it('is only to be named, where the image has no version', () => {
    expect(findGitSync('mirror.example/git-sync', { GIT_SYNC_BIN: '/nowhere/git-sync' })).toEqual({
      missing: expect.stringContaining('Let GIT_SYNC_BIN name the git-sync of mirror.example/git-sync.'),
    });
  });
});
