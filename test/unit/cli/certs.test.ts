import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { certs } from '../../../src/cli/certs.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';
import { capturedOutput } from './captured-output.ts';

const run = (...args: readonly string[]) => capturedOutput(() => certs.run(args));

describe('certs', () => {
  it('makes the files, and uses them again', async () => {
    const dir = join(temporaryDirectory(), 'certs');
    const first = await run('--dir', dir);
    expect(first).toEqual({
      exitCode: 0,
      stdout: expect.stringMatching(
        /^\S+\/certs\/ca\.crt: issued\n\S+\/certs\/tls\.crt: issued, valid until \d{4}-\d\d-\d\dT\S+Z\n$/,
      ),
      stderr: '',
    });
    expect(readdirSync(dir).toSorted()).toEqual(['ca.crt', 'ca.key', 'tls.crt', 'tls.key']);
    const before = readFileSync(join(dir, 'tls.crt'), 'utf8');
    expect(await run('--dir', dir)).toEqual({
      ...first,
      stdout: first.stdout.replaceAll('issued', 'used again'),
    });
    expect(readFileSync(join(dir, 'tls.crt'), 'utf8')).toBe(before);
  });

  it('makes them for this machine and for the Service of deploy/', async () => {
    const dir = temporaryDirectory();
    await run('--dir', dir);
    const certificate = new X509Certificate(readFileSync(join(dir, 'tls.crt')));
    for (const host of ['localhost', 'sidecar-injector.sidecar-injector.svc']) {
      expect(certificate.checkHost(host), host).toBe(host);
    }
    for (const address of ['127.0.0.1', '::1']) expect(certificate.checkIP(address)).toBe(address);
    expect(certificate.subjectAltName?.split(', ')).toEqual([
      'DNS:sidecar-injector.sidecar-injector.svc',
      'DNS:sidecar-injector.sidecar-injector',
      'DNS:sidecar-injector.sidecar-injector.svc.cluster.local',
      'DNS:localhost',
      'IP Address:127.0.0.1',
      'IP Address:0:0:0:0:0:0:0:1',
    ]);
  });

  it('prints the Secret for a cluster, and nothing else', async () => {
    const dir = temporaryDirectory();
    const { exitCode, stdout, stderr } = await run('--dir', dir, '--output', 'secret');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const [cert, key] = ['tls.crt', 'tls.key'].map(name => readFileSync(join(dir, name), 'utf8'));
    expect(parseAllDocuments(stdout).map(document => document.toJS())).toEqual([
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'sidecar-injector-tls', namespace: 'sidecar-injector' },
        type: 'kubernetes.io/tls',
        stringData: { 'tls.crt': cert, 'tls.key': key },
      },
    ]);
    expect(stdout).not.toContain(readFileSync(join(dir, 'ca.key'), 'utf8').split('\n')[1]);
  });

  it('prints the patch of the webhook configuration that trusts that Secret, and nothing else', async () => {
    const dir = temporaryDirectory();
    const secret = parse((await run('--dir', dir, '--output', 'secret')).stdout);
    const { exitCode, stdout, stderr } = await run('--dir', dir, '--output', 'patch');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const patch = JSON.parse(stdout);
    const ca = readFileSync(join(dir, 'ca.crt'), 'utf8');
    expect(patch).toEqual({
      webhooks: [
        'pods.sidecar.io',
        'workloads.sidecar.io',
        'pods-in-namespaces.sidecar.io',
        'workloads-in-namespaces.sidecar.io',
        'namespaces.sidecar.io',
      ].map(name => ({
        name,
        clientConfig: { caBundle: Buffer.from(ca).toString('base64') },
      })),
    });
    const bundle = new X509Certificate(Buffer.from(patch.webhooks[0].clientConfig.caBundle, 'base64'));
    const serving = new X509Certificate(secret.stringData['tls.crt']);
    expect(serving.verify(bundle.publicKey)).toBe(true);
    expect(serving.checkPrivateKey(createPrivateKey(secret.stringData['tls.key']))).toBe(true);
  });

  it.each([
    [['--output', 'toString'], /^sidecar-injector: --output: got "toString"; use files, secret or patch\n/],
    [['--output', 'yaml'], /^sidecar-injector: --output: got "yaml"; use files, secret or patch\n/],
    [['--directory', 'x'], /^sidecar-injector: unknown option '--directory'/],
    [['extra'], /^sidecar-injector: unexpected argument "extra"\n/],
    [['--dir'], /^sidecar-injector: .*--dir/],
  ])('exits with 2 when called wrongly: %j', async (args, complaint) => {
    const { exitCode, stdout, stderr } = await run(...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(complaint);
  });

  it('exits with 1 and says why where the files cannot be written', async () => {
    const dir = join(temporaryDirectory(), 'file');
    writeFileSync(dir, '');
    expect(await run('--dir', dir)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringMatching(/^sidecar-injector: cannot make certificates in ".*\/file": EEXIST.*\n$/),
    });
  });
});
