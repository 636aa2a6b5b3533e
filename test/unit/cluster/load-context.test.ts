import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadContext } from '../../../src/cluster/kubeconfig.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';

/** A kubeconfig with the contexts dev and prod, of which one is current. */
function kubeconfigFile(current: string): string {
  const file = join(temporaryDirectory(), 'config');
  const names = ['dev', 'prod'];
  const content = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: names.map(name => ({ name, cluster: { server: `https://${name}.example.com` } })),
    users: [{ name: 'me', user: { token: 'secret' } }],
    contexts: names.map(name => ({ name, context: { cluster: name, user: 'me', namespace: `ns-${name}` } })),
    'current-context': current,
  };
  writeFileSync(file, JSON.stringify(content));
  return file;
}

afterEach(() => vi.unstubAllEnvs());

describe('the context', () => {
  it('is the current one', async () => {
    const { name, access } = loadContext({ file: kubeconfigFile('dev'), context: undefined });
    expect({ name, server: access.server, namespace: access.namespace }).toEqual({
      name: 'dev',
      server: 'https://dev.example.com',
      namespace: 'ns-dev',
    });
    expect((await access.requestOptions()).headers).toMatchObject({ Authorization: 'Bearer secret' });
  });

  it('is the one that is named', () => {
    const { name, access } = loadContext({ file: kubeconfigFile('dev'), context: 'prod' });
    expect([name, access.server]).toEqual(['prod', 'https://prod.example.com']);
  });

  it('is looked for in KUBECONFIG where no file is named', () => {
    vi.stubEnv('KUBECONFIG', kubeconfigFile('prod'));
    expect(loadContext({ file: undefined, context: undefined }).name).toBe('prod');
  });

  it('has to be there', () => {
    const file = kubeconfigFile('dev');
    expect(() => loadContext({ file, context: 'staging' })).toThrow(
      `kubeconfig "${file}": no context "staging"; known: dev, prod`,
    );
  });

  it('has to be current where none is named', () => {
    expect(() => loadContext({ file: kubeconfigFile('gone'), context: undefined })).toThrow(
      'no current context with a cluster; use kubectl config use-context',
    );
  });

  it('is never one that nobody has written', () => {
    vi.stubEnv('KUBECONFIG', '');
    vi.stubEnv('HOME', temporaryDirectory());
    expect(() => loadContext({ file: undefined, context: undefined })).toThrow(
      'there is no kubeconfig; name one with --kubeconfig or KUBECONFIG',
    );
  });

  it('needs a file that can be read', () => {
    expect(() => loadContext({ file: '/nowhere/config', context: undefined })).toThrow(
      /^kubeconfig "\/nowhere\/config": ENOENT/,
    );
  });
});
