import { describe, expect, it } from 'vitest';
import { isRequestKey, parseRequestKey } from '../../../../src/injection/request/annotation-keys.ts';

describe('an annotation key', () => {
  it.each([
    ['sidecar.io/logs', { sidecar: 'logs', instance: undefined, parameter: undefined }],
    ['sidecar.io/git-sync', { sidecar: 'git-sync', instance: undefined, parameter: undefined }],
    ['sidecar.io/git-sync.ref', { sidecar: 'git-sync', instance: undefined, parameter: 'ref' }],
    [
      'sidecar.io/git-sync.known-hosts',
      { sidecar: 'git-sync', instance: undefined, parameter: 'known-hosts' },
    ],
    ['sidecar.io/git-sync_docs', { sidecar: 'git-sync', instance: 'docs', parameter: undefined }],
    ['sidecar.io/git-sync_api-docs.ref', { sidecar: 'git-sync', instance: 'api-docs', parameter: 'ref' }],
    ['sidecar.io/4_2.0', { sidecar: '4', instance: '2', parameter: '0' }],
    ['sidecar.io/constructor', { sidecar: 'constructor', instance: undefined, parameter: undefined }],
  ])('%s asks for something', (key, parts) => {
    expect(parseRequestKey(key)).toEqual({ ...parts, isWellFormed: true });
  });

  it.each([
    ['sidecar.io/Git-Sync', 'Git-Sync'],
    ['sidecar.io/git-sync_', 'git-sync'],
    ['sidecar.io/git-sync_Docs.ref', 'git-sync'],
    ['sidecar.io/git-sync_a_b', 'git-sync'],
    ['sidecar.io/git-sync.', 'git-sync'],
    ['sidecar.io/git-sync.ref.x', 'git-sync'],
    ['sidecar.io/git-sync.-ref', 'git-sync'],
    ['sidecar.io/git-sync.ref_docs', 'git-sync'],
    ['sidecar.io/-git', '-git'],
    ['sidecar.io/git-', 'git-'],
    ['sidecar.io/', ''],
    ['sidecar.io/git sync', 'git sync'],
    ['sidecar.io/git-sync\n', 'git-sync\n'],
    ['sidecar.io/__proto__', ''],
  ])('%j breaks the grammar', (key, sidecar) => {
    expect(parseRequestKey(key)).toMatchObject({ sidecar, isWellFormed: false });
  });

  it.each([
    'sidecar.io/inject',
    'sidecar.io/status',
    'sidecar.io/propagated',
    'sidecar.istio.io/inject',
    'example.com/sidecar.io/git-sync',
    'sidecar.io',
    'Sidecar.io/git-sync',
    '',
  ])('%j asks for nothing', key => {
    expect(parseRequestKey(key)).toBeUndefined();
    expect(isRequestKey(key)).toBe(false);
  });

  it('is ours where it only begins like one with a meaning of its own', () => {
    expect(parseRequestKey('sidecar.io/status.x')).toMatchObject({ sidecar: 'status', parameter: 'x' });
    expect(isRequestKey('sidecar.io/injected')).toBe(true);
  });
});
