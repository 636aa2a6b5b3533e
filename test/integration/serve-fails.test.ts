import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { temporaryDirectory } from '../temporary-directory.ts';
import { makeLocalCertificates } from './local-certificates.ts';
import { startProgram } from './webhook-process.ts';

let certs: Awaited<ReturnType<typeof makeLocalCertificates>>;
beforeAll(async () => {
  certs = await makeLocalCertificates();
});
afterAll(() => certs.remove());

const free = ['--listen=127.0.0.1:0', '--status-listen=127.0.0.1:0'];

/** How a start ends that cannot succeed. */
async function failedStart(flags: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const program = startProgram(['serve', ...free, '--certs', certs.path, ...flags], env);
  const exitCode = await program.exitCode();
  return { exitCode, stdout: program.stdout, stderr: program.stderr };
}

/** A port of this machine that somebody else has. */
async function portInUse(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

describe('a start that cannot succeed', () => {
  it.each(['--listen', '--status-listen'])(
    'says that the port of %s is in use, and how to take another',
    async flag => {
      const port = await portInUse();
      expect(await failedStart([`${flag}=127.0.0.1:${port}`, '--log-format=json'])).toMatchObject({
        exitCode: 1,
        stderr: `sidecar-injector: 127.0.0.1:${port} is in use; choose another address with ${flag}\n`,
      });
    },
  );

  it('says which of both flags is wrong where they have the same port', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    expect(
      await failedStart([`--listen=127.0.0.1:${port}`, `--status-listen=127.0.0.1:${port}`]),
    ).toMatchObject({
      exitCode: 1,
      stderr: `sidecar-injector: 127.0.0.1:${port} is in use; choose another address with --status-listen\n`,
    });
  });

  it('says that the directory of definitions is missing', async () => {
    const missing = join(temporaryDirectory(), 'missing');
    expect(await failedStart(['--sidecars', missing])).toMatchObject({
      exitCode: 1,
      stderr: `sidecar-injector: cannot read the definitions in "${missing}" (--sidecars): ENOENT: no such file or directory, opendir '${missing}'\n`,
    });
  });

  it.runIf(process.platform === 'linux')('says that the directory of --certs cannot be made', async () => {
    const { exitCode, stderr } = await failedStart(['--certs', '/proc/certs/deep']);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr:
        'sidecar-injector: cannot get a certificate (--tls local): cannot keep it in "/proc/certs/deep" (--certs): ENOENT: no such file or directory, mkdir \'/proc/certs\'\n',
    });
  });

  it('says that the certificate is missing', async () => {
    const missing = join(temporaryDirectory(), 'tls.crt');
    const { exitCode, stderr } = await failedStart([
      '--tls=files',
      `--tls-cert-file=${missing}`,
      `--tls-key-file=${missing}`,
    ]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: `sidecar-injector: cannot get a certificate (--tls files): ENOENT: no such file or directory, stat '${missing}'\n`,
    });
  });

  it('says that the certificate cannot be used', async () => {
    const file = join(temporaryDirectory(), 'tls.pem');
    writeFileSync(file, 'nothing');
    const { exitCode, stderr } = await failedStart([
      '--tls=files',
      `--tls-cert-file=${file}`,
      `--tls-key-file=${file}`,
    ]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: `sidecar-injector: cannot get a certificate (--tls files): ${file} with ${file}: the certificate cannot be read\n`,
    });
  });

  it('says what it needs for managed certificates', async () => {
    const { exitCode, stderr } = await failedStart(['--tls=managed'], { KUBERNETES_SERVICE_HOST: '' });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr:
        'sidecar-injector: cannot get a certificate (--tls managed): the Kubernetes API is needed; run it in a pod that mounts its token, or name a kubeconfig with --kubeconfig\n',
    });
  });

  it.each([
    ['is missing', undefined, /: ENOENT: /],
    ['has no context', '{"apiVersion": "v1", "kind": "Config"}', /: no current context with a cluster; use /],
    ['is no YAML', '{', /: /],
  ])('says that the kubeconfig %s', async (_what, text, problem) => {
    const file = join(temporaryDirectory(), 'kubeconfig');
    if (text !== undefined) writeFileSync(file, text);
    const { exitCode, stderr } = await failedStart(['--tls=managed', `--kubeconfig=${file}`]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`sidecar-injector: cannot use the Kubernetes API: kubeconfig "${file}"`);
    expect(stderr).toMatch(problem);
  });

  it('says everything that is wrong with flags, environment and file, and exits with 2', async () => {
    const file = join(temporaryDirectory(), 'config.yaml');
    writeFileSync(file, 'startafter: []\n');
    const { exitCode, stdout, stderr } = await failedStart([`--config=${file}`, '--listn=x'], {
      SIDECAR_INJECTOR_LOG_LEVEL: 'loud',
      SIDECAR_INJECTOR_LOG_FROMAT: 'json',
      SIDECAR_INJECTOR_SERVICE_HOST: '10.0.0.1',
      SIDECAR_INJECTOR_PORT: 'tcp://10.0.0.1:443',
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr.split('\n').toSorted()).toEqual(
      [
        'sidecar-injector: unknown flag --listn; did you mean "listen"?',
        'sidecar-injector: variable SIDECAR_INJECTOR_LOG_LEVEL: got "loud"; use one of trace, debug, info, warn, error, fatal, silent',
        'sidecar-injector: variable SIDECAR_INJECTOR_LOG_FROMAT: sets nothing; did you mean "SIDECAR_INJECTOR_LOG_FORMAT"?',
        `sidecar-injector: ${file}: unknown key "startafter"; did you mean "startAfter"?`,
        'sidecar-injector: see "sidecar-injector serve --help"',
        '',
      ].toSorted(),
    );
  });

  it('names variables that begin like ours and resemble none', async () => {
    const missing = join(temporaryDirectory(), 'missing');
    const { stdout } = await failedStart(['--log-format=json', '--sidecars', missing], {
      SIDECAR_INJECTOR_SOMETHING_ELSE: 'x',
    });
    expect(JSON.parse(stdout.split('\n', 1)[0] ?? '')).toMatchObject({
      level: 'warn',
      variables: expect.arrayContaining(['SIDECAR_INJECTOR_SOMETHING_ELSE']),
    });
  });

  it('never shows a stack', async () => {
    const file = join(temporaryDirectory(), 'file');
    writeFileSync(file, '');
    for (const [flags, problem] of [
      [['--sidecars', file], `cannot read the definitions in "${file}" (--sidecars)`],
      [['--certs', file], 'cannot get a certificate (--tls local)'],
    ] as const) {
      const { exitCode, stderr } = await failedStart(flags);
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/^sidecar-injector: [^\n]*\n$/);
      expect(stderr).toContain(`: ${problem}: `);
    }
  });
});
