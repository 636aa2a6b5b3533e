/** What `npm pack` makes, installed into an empty directory with nothing else at hand, as people would have it. */
import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { krewManifest } from '../../scripts/krew-manifest.ts';
import { examplesOf, layOut } from '../cli-examples.ts';
import { makeLocalCertificates } from '../integration/local-certificates.ts';
import { annotatedPod, reviewOf } from '../integration/reviews.ts';
import { call } from '../integration/webhook-client.ts';
import { projectRoot, WebhookProcess } from '../integration/webhook-process.ts';
import { oldNode } from '../old-node.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

const directory = mkdtempSync(join(tmpdir(), 'sidecar-injector-package-'));
const home = join(directory, 'home');
const installed = join(home, 'node_modules/sidecar-injector');
let installing: ReturnType<typeof npm>;
let certs: Awaited<ReturnType<typeof makeLocalCertificates>>;

function npm(args: readonly string[], cwd: string) {
  return spawnSync('npm', args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, npm_config_loglevel: 'warn' },
  });
}

beforeAll(async () => {
  const packed = npm(['pack', '--pack-destination', directory], projectRoot);
  expect(packed.status, packed.stderr).toBe(0);
  const [tarball = ''] = readdirSync(directory).filter(file => file.endsWith('.tgz'));
  mkdirSync(home);
  writeFileSync(join(home, 'package.json'), '{}');
  // No cache and no network: all that it needs has to be in it.
  const offline = ['--offline', '--cache', join(directory, 'cache')];
  installing = npm(['install', ...offline, join(directory, tarball)], home);
  certs = await makeLocalCertificates();
});
afterAll(() => {
  rmSync(directory, { recursive: true });
  certs.remove();
});

const files = () => readdirSync(installed, { recursive: true, encoding: 'utf8' });

describe('the package', () => {
  it('is installed without a network and without a warning', () => {
    expect(installing).toMatchObject({ status: 0, stderr: '' });
    expect(readdirSync(join(home, 'node_modules')).filter(name => !name.startsWith('.'))).toEqual([
      'sidecar-injector',
    ]);
  });

  it('has the bundle, the page, the definitions and the licence', () => {
    expect(files()).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'README.md',
        'dist/playground.html',
        'dist/sidecar-injector.mjs',
        'dist/sidecar-injector.mjs.LEGAL.txt',
        'docs/examples/review.json',
        'sidecars/git-sync.yaml',
        'sidecars/contrib/envoy.yaml',
      ]),
    );
  });

  it('has no TypeScript, which Node.js does not run below node_modules', () => {
    expect(files().filter(file => file.endsWith('.ts'))).toEqual([]);
  });

  it('depends on nothing: what the program needs is in the bundle', () => {
    const { dependencies, optionalDependencies, peerDependencies } = JSON.parse(
      readFileSync(join(installed, 'package.json'), 'utf8'),
    );
    expect({ dependencies, optionalDependencies, peerDependencies }).toEqual({});
  });
});

describe('the plugin that krew installs', () => {
  it('is in the archive where its manifest says, and runs under the name that kubectl looks for', () => {
    const manifest = parse(
      krewManifest({ archive: Buffer.from(''), uri: 'https://example.com', homepage: 'https://example.com' }),
    );
    const [{ files, bin }] = manifest.spec.platforms;
    // As krew does it: unpacked, moved as the manifest says, and linked under the name that kubectl looks for.
    const store = join(directory, 'krew');
    const links = join(directory, 'links');
    for (const made of [store, links]) mkdirSync(made);
    const tarball = readdirSync(directory).find(file => file.endsWith('.tgz')) ?? '';
    expect(spawnSync('tar', ['-xzf', join(directory, tarball), '-C', store]).status).toBe(0);
    expect(files).toEqual([{ from: 'package/*', to: '.' }]);
    symlinkSync(join(store, 'package', bin), join(links, 'kubectl-sidecar_injector'));
    const { status, stdout } = spawnSync(join(links, 'kubectl-sidecar_injector'), ['validate', '-h'], {
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringContaining('Usage: kubectl sidecar-injector validate'),
    });
  });
});

const old = oldNode();
const runtimes: readonly (readonly [name: string, node: string])[] = [
  ['the Node.js of the project', process.execPath],
  ...(old === undefined ? [] : [['an older Node.js', old] as const]),
];

describe.each(runtimes)('the installed program on %s', (_name, node) => {
  const run = (command: string, ...args: readonly string[]) =>
    spawnSync(join(home, 'node_modules/.bin', command), args, {
      cwd: installed,
      encoding: 'utf8',
      env: { ...process.env, PATH: `${dirname(node)}:/usr/bin:/bin` },
    });

  it('tells what it can do', () => {
    expect(run('sidecar-injector', '--help')).toMatchObject({
      status: 0,
      stderr: '',
      stdout: expect.stringContaining('Usage: sidecar-injector <command>'),
    });
  });

  it('knows when it is called as a plugin of kubectl', () => {
    expect(run('kubectl-sidecar_injector', '--help').stdout).toContain('Usage: kubectl sidecar-injector ');
  });

  it('checks the definitions that came with it', () => {
    expect(run('sidecar-injector', 'validate')).toMatchObject({ status: 0, stderr: '' });
  });

  it('renders one of them', () => {
    const { status, stdout } = run('sidecar-injector', 'render', 'sidecars/git-sync.yaml');
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringContaining('restartPolicy: Always'),
    });
  });

  it('makes certificates, and makes them once', () => {
    const dir = mkdtempSync(join(directory, 'certs-'));
    const made = [1, 2].map(() => run('sidecar-injector', 'certs', '--dir', dir));
    expect(made.map(({ status }) => status)).toEqual([0, 0]);
    expect(made.map(({ stdout }) => /tls\.crt: (issued|used again)/.exec(stdout)?.[1])).toEqual([
      'issued',
      'used again',
    ]);
  });

  it('reads a kubeconfig and asks the cluster that it names', () => {
    const kubeconfig = join(directory, 'kubeconfig');
    const cluster = { server: 'https://127.0.0.1:1' };
    writeFileSync(
      kubeconfig,
      JSON.stringify({
        ...{ apiVersion: 'v1', kind: 'Config', users: [], 'current-context': 'nowhere' },
        clusters: [{ name: 'a', cluster }],
        contexts: [{ name: 'nowhere', context: { cluster: 'a', user: '' } }],
      }),
    );
    const { status, stderr } = run('sidecar-injector', 'status', '--kubeconfig', kubeconfig);
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('127.0.0.1:1') });
  });

  it.each(examplesOf('directory').filter(([, { goesOn }]) => !goesOn))(
    'does what an example says: %s',
    (example, { exitCode, prints }) => {
      const place = temporaryDirectory();
      layOut(place, [node, join(installed, 'bin/sidecar-injector.js')]);
      const { status, stdout, stderr } = spawnSync('bash', ['-c', `sidecar-injector ${example}`], {
        ...{ cwd: place, encoding: 'utf8' },
        env: { ...process.env, HOME: place, PATH: `${join(place, 'bin')}:${process.env['PATH']}` },
      });
      expect(status, stderr).toBe(exitCode);
      expect(stdout + stderr).toMatch(prints);
    },
  );

  it('answers an admission review as the sources do', async () => {
    const body = reviewOf(annotatedPod);
    const program = join(installed, 'bin/sidecar-injector.js');
    const [ours, theirs] = await Promise.all([
      WebhookProcess.start(certs.path),
      WebhookProcess.startProgram([node, program], certs.path),
    ]);
    const answers = await Promise.all([ours, theirs].map(webhook => call(webhook, { body })));
    expect(answers[1]).toMatchObject({ status: 200, text: answers[0]?.text });
  });

  it('serves the page that came with it', async () => {
    const program = join(installed, 'bin/sidecar-injector.js');
    const webhook = await WebhookProcess.startProgram([node, program], certs.path);
    expect(await webhook.status('/')).toMatchObject({
      status: 200,
      text: expect.stringContaining('"isLive":true'),
    });
  });
});
