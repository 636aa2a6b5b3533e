import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { inject } from '../../../../src/cli/manifests/inject.ts';
import { uninject } from '../../../../src/cli/manifests/uninject.ts';
import { temporaryDirectory } from '../../../temporary-directory.ts';
import { capturedOutput } from '../captured-output.ts';

const commands = { inject, uninject };
type Verb = keyof typeof commands;

const run = (verb: Verb, ...args: readonly string[]) => capturedOutput(() => commands[verb].run(args));

const asking = '{sidecar.io/git-sync: "https://github.com/org/site.git", sidecar.io/git-sync.mount: /site}';

/** A Deployment that asks for a sidecar, or for nothing. */
const deployment = (name: string, annotation = asking) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name} # its name
  annotations: ${annotation}
spec:
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: app
          image: 'nginx:1.29'
`;

const service = 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\n';
const plain = (name: string) => deployment(name, '{example.com/a: b}');
const refused = (name: string) => deployment(name, '{sidecar.io/git-snyc: x}');

/** Files by name in a directory of their own. */
function filesOf(files: Readonly<Record<string, string>>): string {
  const directory = temporaryDirectory();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(directory, name, '..'), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  return directory;
}

/** Pipes a text into what is run next. */
function pipeIn(text: string, isTerminal = false): void {
  const stream = Object.assign(Readable.from([Buffer.from(text)]), { isTTY: isTerminal });
  const spy = vi.spyOn(process, 'stdin', 'get').mockReturnValue(stream as unknown as typeof process.stdin);
  onTestFinished(() => spy.mockRestore());
}

describe('manifests', () => {
  it('come back with their sidecars, and byte for byte as they were when these are taken out', async () => {
    const text = `${service}---\n${deployment('web')}`;
    const directory = filesOf({ 'web.yaml': text });
    const { exitCode, stdout, stderr } = await run('inject', '-f', join(directory, 'web.yaml'));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: 'deployment/web injected: git-sync\n' });
    expect(stdout).toContain('name: web # its name');
    expect(stdout).toContain('- name: git-sync');
    writeFileSync(join(directory, 'web.yaml'), stdout);
    const back = await run('uninject', '-f', join(directory, 'web.yaml'));
    expect(back).toEqual({ exitCode: 0, stdout: text, stderr: 'deployment/web uninjected: git-sync\n' });
  });

  it.each([
    ['- as a file', ['-f', '-']],
    ['- as an argument', ['-']],
    ['nothing, where something is piped in', []],
  ])('are read from standard input: %s', async (_what, args) => {
    pipeIn(deployment('web'));
    const { exitCode, stdout, stderr } = await run('inject', ...args);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: 'deployment/web injected: git-sync\n' });
    expect(stdout).toContain('- name: git-sync');
  });

  it('that nobody names in a terminal are explained instead of waited for', async () => {
    pipeIn('', true);
    const { exitCode, stdout, stderr } = await run('inject');
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('Examples:');
    expect(stderr).toContain('sidecar-injector: a manifest is missing; name one with -f, or pipe one in\n');
  });

  it('that make no pods pass byte for byte, and without a line', async () => {
    const text = '# only\r\napiVersion: v1\r\nkind: ConfigMap\r\ndata: {a: 0644}';
    const directory = filesOf({ 'a.yaml': text });
    for (const verb of ['inject', 'uninject'] as const)
      expect(await run(verb, '-f', directory)).toEqual({ exitCode: 0, stdout: text, stderr: '' });
  });

  it('are told of one by one, with warnings and with why they stay', async () => {
    const http = '{sidecar.io/git-sync: "http://git.example.com/site.git"}';
    const directory = filesOf({
      'a.yaml': [
        plain('plain'),
        deployment('left', '{sidecar.io/inject: "false"}'),
        deployment('http', http),
      ].join('---\n'),
    });
    const { exitCode, stderr } = await run('inject', '-f', directory);
    expect(exitCode).toBe(0);
    expect(stderr.split('\n').slice(0, 3)).toEqual([
      'deployment/plain skipped: not-requested',
      'deployment/left skipped: opted-out',
      'deployment/http injected: git-sync',
    ]);
    expect(stderr).toMatch(/^deployment\/http warning: .* \(unencrypted-url\)$/m);
  });

  it('with an object that is refused are not printed at all, and the others are', async () => {
    const directory = filesOf({
      'a.yaml': `${deployment('a')}---\n${refused('b')}`,
      'c.yaml': deployment('c'),
    });
    const { exitCode, stdout, stderr } = await run('inject', '-f', directory);
    expect(exitCode).toBe(1);
    expect(stdout).not.toMatch(/name: [ab] #/);
    expect(stdout).toContain('name: c #');
    expect(stderr).toContain(
      'deployment/b refused: annotation sidecar.io/git-snyc: no sidecar "git-snyc"; did you mean "git-sync"?',
    );
    expect(stderr).toMatch(/ \(unknown-sidecar\)$/m);
  });

  it('that are what no object of Kubernetes is are refused', async () => {
    const directory = filesOf({
      'a.yaml': `apiVersion: v1\nkind: Pod\nmetadata: {annotations: ${asking}}\n`,
    });
    const { exitCode, stdout, stderr } = await run('inject', '-f', directory);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toBe('pod/ refused: Pod.spec: expected an object, got nothing (malformed-object)\n');
  });

  it('that ask for nothing need not be whole, as patches for kustomize', async () => {
    const text = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 3}\n';
    const directory = filesOf({ 'patch.yaml': text });
    expect(await run('inject', '-f', directory)).toEqual({
      exitCode: 0,
      stdout: text,
      stderr: 'deployment/web skipped: not-requested\n',
    });
    expect((await run('uninject', '-f', directory)).stderr).toBe('deployment/web skipped: not-injected\n');
  });
});

describe('definitions', () => {
  it('are those that come with the program where a repository has none of its own', async () => {
    const directory = filesOf({ 'a.yaml': deployment('web') });
    const home = process.cwd();
    process.chdir(directory);
    onTestFinished(() => process.chdir(home));
    expect((await run('inject', '-f', 'a.yaml')).stderr).toBe('deployment/web injected: git-sync\n');
    const named = await run('inject', '-f', 'a.yaml', '--sidecars', 'sidecars');
    expect(named.exitCode).toBe(1);
    expect(named.stderr).toMatch(
      /^sidecar-injector: cannot read the definitions in "sidecars" \(--sidecars\)/,
    );
  });
});

describe('several files', () => {
  it('are one stream of documents, JSON among them as it is', async () => {
    const json = '{"apiVersion": "v1", "kind": "Service",\n "metadata": {"name": "web"}}';
    const directory = filesOf({
      'a.json': json,
      'b.yaml': service.trimEnd(),
      'c/d.yml': `---\n${service}`,
      'e.yaml': '',
    });
    const { stdout } = await run('inject', '-f', directory);
    expect(stdout).toBe(`---\n${json}\n---\n${service.trimEnd()}\n---\n${service}`);
  });

  it('are found below a directory by their endings, but not in directories of tools', async () => {
    const directory = filesOf({
      'a.yaml': plain('a'),
      'below/deeper/b.json': '{}',
      'c.txt': plain('c'),
      '.git/d.yaml': plain('d'),
      'node_modules/e.yaml': plain('e'),
    });
    const { stdout, stderr } = await run('inject', '-f', directory, join(directory, 'a.yaml'));
    expect(stderr).toBe('deployment/a skipped: not-requested\n');
    expect(stdout).toBe(`${plain('a')}---\n{}`);
  });

  it('that cannot be read are told, and the others go on', async () => {
    const directory = filesOf({ 'a.yaml': 'a: [', 'b.yaml': deployment('b') });
    writeFileSync(join(directory, 'c.yaml'), Buffer.from([0x61, 0xff, 0x62]));
    writeFileSync(join(directory, 'd.yaml'), 'a\0b');
    const { exitCode, stdout, stderr } = await run('inject', '-f', directory);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('name: b #');
    expect(stderr).toMatch(/^\S+a\.yaml:1: .+$/m);
    for (const name of ['c', 'd'])
      expect(stderr).toContain(`sidecar-injector: "${directory}/${name}.yaml" is no text in UTF-8`);
  });

  it.each([
    ['/nowhere', 'sidecar-injector: cannot read "/nowhere": there is no such file or directory\n'],
    ['empty', /^sidecar-injector: no manifests in ".*"; they are files that end in \.yaml, \.yml, \.json\n$/],
  ])('that are not there are told: %s', async (path, complaint) => {
    const { exitCode, stdout, stderr } = await run(
      'inject',
      '-f',
      path === 'empty' ? temporaryDirectory() : path,
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toEqual(typeof complaint === 'string' ? complaint : expect.stringMatching(complaint));
  });
});

describe('--write', () => {
  it('edits what changes in place, keeps its mode, and leaves the rest alone', async () => {
    const directory = filesOf({ 'a.yaml': deployment('a'), 'b.yaml': plain('b'), 'c.yaml': refused('c') });
    const path = (name: string) => join(directory, `${name}.yaml`);
    chmodSync(path('a'), 0o640);
    const before = statSync(path('b'), { bigint: true });
    const { exitCode, stdout } = await run('inject', '-f', directory, '--write');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(readFileSync(path('a'), 'utf8')).toContain('- name: git-sync');
    expect(statSync(path('a')).mode & 0o777).toBe(0o640);
    expect(statSync(path('b'), { bigint: true }).ino).toBe(before.ino);
    expect(readFileSync(path('c'), 'utf8')).toBe(refused('c'));
    expect(readdirSync(directory)).toEqual(['a.yaml', 'b.yaml', 'c.yaml']);
    await run('uninject', '-f', path('a'), '--write');
    expect(readFileSync(path('a'), 'utf8')).toBe(deployment('a'));
  });

  it('follows a link to the file that it leads to', async () => {
    const directory = filesOf({ 'base/web.yaml': deployment('web') });
    symlinkSync('base/web.yaml', join(directory, 'link.yaml'));
    expect((await run('inject', '-f', join(directory, 'link.yaml'), '--write')).exitCode).toBe(0);
    expect(lstatSync(join(directory, 'link.yaml')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(directory, 'base/web.yaml'), 'utf8')).toContain('- name: git-sync');
  });

  it.each([
    [['-f', '-', '--write'], '--write: standard input is no file that could be edited; name one with -f'],
    [['-f', 'a', '--write', '--check'], "option '--write' cannot be used with option '--check'"],
    [
      ['-f', 'a', '--write', '-o', 'diff'],
      "option '--write' cannot be used with option '-o, --output <form>'",
    ],
  ])('is no use as in %j', async (args, complaint) => {
    const { exitCode, stderr } = await run('inject', ...args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(complaint);
  });
});

describe('--check', () => {
  it('names the files that would change, and exits with 3 where there are any', async () => {
    const directory = filesOf({ 'a.yaml': deployment('a'), 'b.yaml': plain('b') });
    const asked = await run('inject', '-f', directory, '--check');
    expect([asked.exitCode, asked.stdout]).toEqual([3, `${directory}/a.yaml\n`]);
    const json = await run('inject', '-f', directory, '--check', '-o', 'json');
    expect([json.exitCode, JSON.parse(json.stdout)]).toEqual([3, { changed: [`${directory}/a.yaml`] }]);
    expect(readFileSync(join(directory, 'a.yaml'), 'utf8')).toBe(deployment('a'));
    await run('inject', '-f', directory, '--write');
    const again = await run('inject', '-f', directory, '--check');
    expect([again.exitCode, again.stdout]).toEqual([0, '']);
  });

  it('exits with 1 where an object is refused', async () => {
    const directory = filesOf({ 'a.yaml': deployment('a'), 'b.yaml': refused('b') });
    expect((await run('inject', '-f', directory, '--check')).exitCode).toBe(1);
  });
});

describe('--annotate', () => {
  it('asks for a sidecar first, in pods and workloads and in nothing else', async () => {
    const pod = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n    - name: app\n';
    const directory = filesOf({ 'a.yaml': `${service}---\n${pod}---\n${plain('web')}` });
    const { exitCode, stdout, stderr } = await run(
      ...([
        'inject',
        '-f',
        directory,
        '--annotate',
        'sidecar.io/git-sync=https://github.com/org/site.git',
      ] as const),
      ...['--annotate', 'sidecar.io/git-sync.mount=/site'],
    );
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: 'pod/web injected: git-sync\ndeployment/web injected: git-sync\n',
    });
    expect(stdout.startsWith(`${service}---\n`)).toBe(true);
    expect(stdout.match(/mountPath: "?\/site/g)).toHaveLength(2);
  });

  it.each([
    ['git-sync', 'got "git-sync"; use KEY=VALUE, as in sidecar.io/NAME=VALUE'],
    [
      'git-sync=x',
      'git-sync is none of the injector\'s annotations, which begin with sidecar.io/; did you mean "sidecar.io/git-sync"?',
    ],
    ['team=x', "team is none of the injector's annotations, which begin with sidecar.io/"],
    [
      'sidecar.io/git-snyc=x',
      'sidecar.io/git-snyc names no sidecar that has a definition; did you mean "git-sync"?',
    ],
    [
      'sidecar.io/injekt=false',
      'sidecar.io/injekt names no sidecar that has a definition; did you mean "inject"?',
    ],
    [
      'sidecar.io/git-sync.perid=5m',
      'sidecar.io/git-sync.perid is no parameter of git-sync; did you mean "sidecar.io/git-sync.period"?',
    ],
    [
      'sidecar.io/git-sync.repo=x',
      'sidecar.io/git-sync.repo is set by the value of sidecar.io/git-sync itself',
    ],
    [
      'sidecar.io/git-sync_.ref=x',
      'sidecar.io/git-sync_.ref is no key; use sidecar.io/git-sync[_<instance>][.<parameter>]',
    ],
    ['sidecar.io/status={}', 'sidecar.io/status is written by the injector alone'],
  ])('is refused with the nearest name: %s', async (setting, complaint) => {
    const directory = filesOf({ 'a.yaml': plain('web') });
    const { exitCode, stdout, stderr } = await run('inject', '-f', directory, '--annotate', setting);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr.split('\n')[0]).toBe(`sidecar-injector: --annotate: ${complaint}`);
  });

  it('tells several mistakes at once, and one key twice', async () => {
    const args = ['a=b', 'sidecar.io/git-sync=x', 'sidecar.io/git-sync=y'].flatMap(text => [
      '--annotate',
      text,
    ]);
    const { stderr } = await run('inject', '-f', 'web.yaml', ...args);
    expect(stderr).toContain('--annotate: a is none');
    expect(stderr).toContain('--annotate: sidecar.io/git-sync is given twice');
  });

  it('has a wrong value refused by the engine, with each object', async () => {
    const directory = filesOf({ 'a.yaml': plain('web') });
    const { exitCode, stderr } = await run(
      'inject',
      '-f',
      directory,
      '--annotate',
      'sidecar.io/git-sync=ext::x',
    );
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^deployment\/web refused: .*\(invalid-value\)$/m);
  });

  it('knows what others use the prefix for where the operator lets them', async () => {
    const directory = filesOf({ 'a.yaml': plain('web'), 'config.txt': 'unknownSidecars: warn\n' });
    const config = join(directory, 'config.txt');
    const { exitCode, stderr } = await run(
      ...(['inject', '-f', directory, '--config', config, '--annotate', 'sidecar.io/envoy=true'] as const),
    );
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/\(unknown-sidecar\)$/m);
  });
});

describe('--annotations-only', () => {
  it('writes what the webhook needs, and no containers', async () => {
    const directory = filesOf({ 'a.yaml': deployment('web') });
    const { stdout, stderr } = await run('inject', '-f', directory, '--annotations-only');
    expect(stderr).toContain('deployment/web annotated: git-sync\n');
    expect(stderr).toContain(
      "deployment/web warning: web's pods will get git-sync, content at /site/current (pods-change)\n",
    );
    expect(stdout).toContain('sidecar.io/propagated');
    expect(stdout).not.toContain('image: registry');
    pipeIn(stdout);
    const back = await run('uninject');
    expect(back).toEqual({
      exitCode: 0,
      stdout: deployment('web'),
      stderr: 'deployment/web uninjected: annotations\n',
    });
  });
});

describe('--output', () => {
  it('json is one object that kubectl takes', async () => {
    const directory = filesOf({ 'a.yaml': deployment('web') });
    const one = JSON.parse((await run('inject', '-f', directory, '-o', 'json')).stdout);
    expect(one).toMatchObject({
      kind: 'Deployment',
      spec: { template: { spec: { volumes: [{ name: 'git-sync' }, {}] } } },
    });
    writeFileSync(join(directory, 'b.yaml'), `${service}---\nplain: text\n`);
    const two = JSON.parse((await run('inject', '-f', directory, '-o', 'json')).stdout);
    expect(two).toMatchObject({
      apiVersion: 'v1',
      kind: 'List',
      items: [{ kind: 'Deployment' }, { kind: 'Service' }],
    });
  });

  it('patch tells what becomes of each object, with its operations', async () => {
    const directory = filesOf({ 'a.yaml': `${service}---\n${deployment('web')}`, 'b.yaml': refused('b') });
    const { exitCode, stdout } = await run('inject', '-f', directory, '-o', 'patch');
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      objects: [
        {
          file: `${directory}/a.yaml`,
          line: 5,
          kind: 'Deployment',
          name: 'web',
          outcome: 'injected',
          sidecars: ['git-sync'],
          operations: [
            { op: 'add', path: '/metadata/annotations/sidecar.io~1propagated' },
            { op: 'add', path: '/spec/template/metadata/annotations' },
            { op: 'add', path: '/spec/template/spec/volumes' },
            { op: 'add', path: '/spec/template/spec/initContainers' },
            { op: 'add', path: '/spec/template/spec/containers/0/volumeMounts' },
            {},
            {},
          ],
          refusals: [],
          warnings: [],
        },
        { name: 'b', outcome: 'refused', operations: [], refusals: [{ code: 'unknown-sidecar' }] },
      ],
    });
  });

  it('diff shows what would change', async () => {
    const directory = filesOf({ 'a.yaml': deployment('web'), 'b.yaml': service });
    const { stdout } = await run('inject', '-f', directory, '-o', 'diff', '--annotations-only');
    expect(stdout).toContain(`--- a${directory}/a.yaml\n+++ b${directory}/a.yaml\n@@ -2,10 +2,10 @@\n`);
    expect(stdout).toMatch(/^\+ {2}annotations: .*"sidecar\.io\/propagated": /m);
    expect(stdout).not.toContain('b.yaml\n+++');
  });

  it.each<Verb>(['inject', 'uninject'])('%s knows no other', async verb => {
    const { exitCode, stderr } = await run(verb, '-f', 'a', '-o', 'yml');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--output: got "yml"; use yaml, json, patch or diff');
  });
});
