/** What people expect of any command line: https://clig.dev */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { Command } from '../../src/cli/command.ts';
import { commands } from '../../src/cli/commands.ts';
import { runCommand } from '../../src/cli/run-command.ts';
import { layOut } from '../cli-examples.ts';
import { isInstalled } from '../installed.ts';
import { capturedOutput } from '../unit/cli/captured-output.ts';
import { makeBundle } from './bundle.ts';
import { kubeconfigFile, startFakeApiServer } from './fake-api-server.ts';
import { issueTestCertificates, type TestCertificates } from './in-process-webhook.ts';
import { projectRoot } from './webhook-process.ts';

const all: readonly Command[] = await Promise.all([...commands.values()].map(({ load }) => load()));
const names = all.map(({ name }) => name);
const directory = mkdtempSync(join(tmpdir(), 'sidecar-injector-habits-'));
let bundle: ReturnType<typeof makeBundle>;
let certificates: TestCertificates;

beforeAll(async () => {
  bundle = makeBundle();
  certificates = await issueTestCertificates();
  layOut(directory);
});
afterAll(() => {
  bundle.remove();
  rmSync(directory, { recursive: true });
});

const plainEnvironment = { PATH: process.env['PATH'], HOME: directory, KUBECONFIG: '/no/such/kubeconfig' };

/** Runs the program with nothing on standard input. */
function run(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bundle.program, ...args], {
    cwd: directory,
    encoding: 'utf8',
    input: '',
    env: { ...plainEnvironment, ...env },
  });
  return { status, stdout, stderr };
}

/** The same within this process, which takes less time. */
async function runHere(args: readonly string[]) {
  const { exitCode: status, stdout, stderr } = await capturedOutput(() => runCommand(args));
  return { status, stdout, stderr };
}

/** Runs the program in a terminal at which nobody types, or somebody types this once something is printed. */
async function inTerminal(
  args: string,
  {
    env = {},
    types,
    program = bundle.program,
  }: { env?: NodeJS.ProcessEnv; types?: string; program?: string } = {},
) {
  const command = `${process.execPath} ${program} ${args}`;
  const terminal = spawn('script', ['-qec', command, '/dev/null'], {
    cwd: directory,
    env: { ...plainEnvironment, TERM: 'xterm-256color', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let shown = '';
  let hasTyped = false;
  terminal.stdin.on('error', () => undefined); // It may have ended already.
  terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    if (types !== undefined && !hasTyped) terminal.stdin.write(types);
    hasTyped = true;
  });
  const [status] = await once(terminal, 'exit');
  return { status, shown };
}

/** A colour, a weight, or the end of one. */
const colour = `${String.fromCharCode(27)}[`;

describe('help', () => {
  it('is shown by a bare call, on standard error, with examples first', () => {
    const { status, stdout, stderr } = run([]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toBe(`${run(['--help']).stdout}\nsidecar-injector: a command is missing\n`);
    expect(stderr).toMatch(/^Adds [\s\S]*\nExamples:\n[\s\S]*\nUsage: [\s\S]*\nCommands:\n/);
  });

  it.each(names)('of a command begins with examples, and is the same in each way to ask: %s', async name => {
    const help = await runHere(['help', name]);
    expect(help).toMatchObject({ status: 0, stderr: '' });
    expect(help.stdout).toMatch(
      /^[\s\S]*\n\nExamples:\n[\s\S]*\n\nUsage: [\s\S]*\n\nOptions:\n[\s\S]*\n\nExit codes:\n/,
    );
    for (const flag of ['-h', '--help']) expect(await runHere([name, flag])).toEqual(help);
  });

  it('fits a terminal of 120 columns', async () => {
    for (const name of names) {
      const wide = run(['help', name])
        .stdout.split('\n')
        .filter(line => line.length > 120);
      // An example or a term is never broken.
      expect(wide.filter(line => !line.startsWith('  '))).toEqual([]);
    }
  });
});

describe.skipIf(!isInstalled('script'))('a terminal (skipped where there is no script)', () => {
  it.each(names.filter(name => name !== 'serve'))('is not kept waiting for input: %s', async name => {
    const { status, shown } = await inTerminal(name);
    expect(status, shown).not.toBeNull();
    expect(shown).not.toBe('');
  });

  it.each(['inject', 'uninject'])('without a file shows help: %s', async name => {
    expect(await inTerminal(name)).toEqual({
      status: 2,
      shown: expect.stringMatching(/Examples:[\s\S]*a manifest is missing/),
    });
  });

  it.each(['validate', 'inject -f web.yaml', 'render sidecars/git-sync.yaml', 'help status', 'validate no'])(
    'shows no colours: %s',
    async args => {
      expect((await inTerminal(args)).shown).not.toContain(colour);
    },
  );

  const serve = 'serve --listen 127.0.0.1:0 --status-listen 127.0.0.1:0';

  it('shows the log of serve in colours, unless it cannot or somebody minds', async () => {
    expect((await inTerminal(serve, { types: '\u0003' })).shown).toContain(colour);
    for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) {
      const { shown } = await inTerminal(serve, { env, types: '\u0003' });
      // Control-C may come before it listens.
      expect(shown).toContain('definitions loaded');
      expect(shown).not.toContain(colour);
    }
  });

  it('ends a command at once by Control-C, with 130', async () => {
    // An API server that takes a call and never answers.
    const port = await startFakeApiServer(certificates, () => undefined);
    const kubeconfig = kubeconfigFile(certificates, port, { context: 'dev', namespace: 'shop', token: 'a' });
    const child = spawn(process.execPath, [bundle.program, 'status', '--kubeconfig', kubeconfig], {
      cwd: directory,
      env: plainEnvironment,
    });
    await once(child, 'spawn');
    // Late enough for the program to wait, and nothing depends on it.
    const ended = once(child, 'exit');
    setTimeout(() => child.kill('SIGINT'), 500);
    expect(await ended).toEqual([null, 'SIGINT']);
    const { status, shown } = await inTerminal(
      `status --kubeconfig ${kubeconfig} & sleep 0.5; kill -INT $!; wait $!`,
    );
    expect({ status, shown }).toEqual({ status: 130, shown: '' });
  });
});

describe.skipIf(!isInstalled('script'))('a plugin of kubectl in a terminal', () => {
  it('shows help that says how it was called', async () => {
    const plugin = join(directory, 'kubectl-sidecar_injector');
    symlinkSync(bundle.program, plugin);
    const { shown } = await inTerminal('inject', { program: plugin });
    expect(shown).toContain('  kubectl sidecar-injector inject -f web.yaml');
    expect(shown).not.toMatch(/(?<!kubectl )sidecar-injector inject/);
  });
});

describe('what was asked for, and all else', () => {
  it('go to standard output and to standard error', () => {
    const { status, stdout, stderr } = run(['inject', '-f', 'web.yaml']);
    expect(status).toBe(0);
    expect(parseAllDocuments(stdout).map(document => document.get('kind'))).toEqual(['Deployment']);
    expect(stderr).toMatch(/^deployment\/web injected: git-sync/);
  });

  it.each(names)(
    'are told apart where a command is called wrongly, with 2 and nothing done: %s',
    async name => {
      const { status, stdout, stderr } = await runHere([name, '--no-such-option']);
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toMatch(/^(?:sidecar-injector: .*\n)+$/);
      expect(stderr).toContain(`see "sidecar-injector ${name} --help"`);
    },
  );
});

describe('the exit code', () => {
  it.each([
    [0, ['validate']],
    [0, ['inject', '-f', 'web.yaml']],
    [1, ['validate', 'no-such-directory']],
    [1, ['status']],
    [1, ['render', 'no-such-file.yaml']],
    [2, ['validate', '--output', 'xml']],
    [2, ['frobnicate']],
    [3, ['inject', '-f', 'web.yaml', '--check']],
    [3, ['validate', 'drafts/logs.yaml']],
  ])('is %i: %j', (code, args) => {
    expect(run(args).status).toBe(code);
  });
});

/** Calls that print JSON without a cluster; the others are tried in the end-to-end suite. */
const inJson: Readonly<Record<string, readonly string[]>> = {
  inject: ['-f', 'web.yaml'],
  uninject: ['-f', 'web.yaml'],
  explain: ['-f', 'docs/examples/pod.yaml'],
  validate: [],
  render: ['sidecars/git-sync.yaml'],
  version: ['--client'],
};
const withCluster = ['status', 'check', 'audit', 'upgrade', 'restart'];

describe('JSON', () => {
  const offering = all.filter(command => {
    const option = command.parser().options.find(({ long }) => long === '--output');
    return option?.argChoices?.includes('json');
  });

  it.each(offering.map(({ name }) => name))('is one document, and all of standard output: %s', name => {
    const args = inJson[name];
    if (args === undefined) return expect(withCluster).toContain(name);
    const { stdout } = run([name, ...args, '--output', 'json']);
    expect(JSON.parse(stdout)).toBeInstanceOf(Object);
    return expect(stdout).toMatch(/\n {2}\S[\s\S]*\n$/);
  });
});

describe('a mistake in spelling', () => {
  it.each(names)('of a command is told with the right one: %s', async name => {
    const misspelt = `${name.slice(0, 2)}${name.slice(3)}`;
    expect((await runHere([misspelt])).stderr).toContain(`no command "${misspelt}"; did you mean "${name}"?`);
  });

  const options = all.flatMap(({ name, parser }) => {
    const [longest = ''] = parser()
      .options.map(({ long = '' }) => long)
      .toSorted((one, other) => other.length - one.length);
    return [[name, longest] as const];
  });

  it.each(options)('of an option is told with the right one: %s %s', async (name, option) => {
    const misspelt = `${option.slice(0, 4)}${option.slice(5)}`;
    expect((await runHere([name, misspelt])).stderr).toMatch(
      new RegExp(`${misspelt}'?; did you mean "?${option.replace(/^--/, '(?:--)?')}"?\\?`),
    );
  });
});

describe('a command that changes something', () => {
  it('in a cluster can be tried, and asks the API server for nothing but to read', async () => {
    const methods = new Set<string>();
    const port = await startFakeApiServer(certificates, ({ method = '', url = '' }, response) => {
      methods.add(method);
      const isVersion = url.endsWith('/proxy/version');
      response.end(isVersion ? '{"version": "1.0.0", "definitions": []}' : '{"items": []}');
    });
    const kubeconfig = kubeconfigFile(certificates, port, { context: 'dev', namespace: 'shop', token: 'a' });
    const args = [bundle.program, 'upgrade', '--dry-run', '--kubeconfig', kubeconfig];
    const child = spawn(process.execPath, args, { cwd: directory, env: plainEnvironment });
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect([...methods]).toEqual(['GET']);
  });

  it.each([[[]], [['--check']], [['--output', 'diff']]])(
    'in files leaves them as they are unless told: inject %j',
    args => {
      const before = readFileSync(join(directory, 'k8s/web.yaml'), 'utf8');
      run(['inject', '-f', 'k8s/', ...args]);
      expect(readFileSync(join(directory, 'k8s/web.yaml'), 'utf8')).toBe(before);
    },
  );
});

describe('a secret', () => {
  /** Paths of files that hold one, and names of other things. */
  const harmless = ['--tls-key-file'];

  it.each(names)('is never the value of an option, where others on the machine could read it: %s', name => {
    const options = all.find(command => command.name === name)?.parser().options ?? [];
    const suspicious = options.filter(({ long = '' }) =>
      /pass(?:word|phrase)|token|secret|credential|auth|key/.test(long),
    );
    expect(suspicious.map(({ long }) => long).filter(long => !harmless.includes(long ?? ''))).toEqual([]);
  });
});

describe('the version', () => {
  it.each([['version', '--client'], ['--version']])('is told: %s', (...args) => {
    const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
    expect(run(args)).toEqual({
      status: 0,
      stdout: `client: ${version} (Node.js ${process.version})\n`,
      stderr: '',
    });
  });
});

describe('a failure', () => {
  const args = ['render', 'broken.yaml'];
  const failing = ['status', '--kubeconfig', join(directory, 'broken.yaml')];
  beforeAll(() =>
    writeFileSync(join(directory, 'broken.yaml'), 'users:\n- user: {token: abcdef}\nclusters: ['),
  );

  it('is told in words, without a stack', () => {
    for (const call of [args, failing]) {
      const { status, stdout, stderr } = run(call);
      expect(status).toBe(1);
      expect(stdout + stderr).not.toMatch(/^ +at /m);
    }
  });

  it('of a kubeconfig shows none of its lines, which may hold a token', () => {
    const { stderr } = run(failing);
    expect(stderr).toMatch(/^sidecar-injector: kubeconfig .*broken\.yaml.*\n$/);
    expect(stderr).not.toContain('abcdef');
  });

  it('tells with --debug where in the program it came from', () => {
    expect(run([...failing, '--debug']).stderr).toMatch(/^ +at .*sidecar-injector\.mjs:/m);
  });
});
