/** Completion as people meet it: a shell with a terminal, and kubectl. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isInstalled } from '../installed.ts';
import { projectRoot } from './webhook-process.ts';

const directory = mkdtempSync(join(tmpdir(), 'sidecar-injector-completion-'));
const bin = join(directory, 'bin');
const env = { ...process.env, HOME: directory, TERM: 'xterm', PATH: `${bin}:${process.env['PATH']}` };

beforeAll(() => {
  mkdirSync(bin);
  mkdirSync(join(directory, 'drafts'));
  writeFileSync(join(directory, 'drafted.yaml'), '');
  // Completes as the program does; called otherwise it shows the words that the shell has made of the line.
  const program = join(bin, 'sidecar-injector');
  const real = `"${process.execPath}" "${join(projectRoot, 'bin/sidecar-injector.js')}" "$@"`;
  const script = `#!/bin/sh\ncase $1 in __complete|completion) exec ${real} ;; esac\nprintf '<%s>' "$@"; echo\n`;
  writeFileSync(program, script);
  chmodSync(program, 0o755);
});

afterAll(() => rmSync(directory, { recursive: true }));

/** Types a line, tabs and all, at a shell in a terminal, and tells the words that it came to. */
function typed(shell: string, setUp: string, line: string): string | undefined {
  const { stdout } = spawnSync('script', ['-qec', shell, '/dev/null'], {
    ...{ cwd: directory, env, encoding: 'utf8' },
    input: `${setUp}\n${line}\nexit\n`,
  });
  return /^\r?((?:<[^>\r\n]*>)+)\r?$/m.exec(stripVTControlCharacters(stdout))?.[1];
}

const shells = [
  ['bash', 'bash --norc --noprofile -i', 'source <(sidecar-injector completion bash)'],
  [
    'zsh',
    'zsh -f -i',
    'autoload -U compinit; compinit -u -D; PS1="> "; unsetopt prompt_sp; source <(sidecar-injector completion zsh)',
  ],
] as const;

describe.each(shells)('%s', (name, shell, setUp) => {
  const isMissing = !(isInstalled(name) && isInstalled('script'));

  it.skipIf(isMissing).each([
    ['a command', 'vali\t', '<validate>'],
    ['a value in a word of its own', 'certs --output sec\t', '<certs><--output><secret>'],
    ['a value behind =', 'validate --output=j\t', '<validate><--output=json>'],
    ['a value behind = with nothing typed of it', 'certs --output=f\t x', '<certs><--output=files><x>'],
    ['a file', 'render drafte\t', '<render><drafted.yaml>'],
    ['a directory and no file', 'certs --dir dra\t', '<certs><--dir><drafts/>'],
    ['nothing where there is nothing to offer', 'upgrade --timeout dra\t', '<upgrade><--timeout><dra>'],
  ])('completes %s', (_what, line, words) => {
    expect(typed(shell, setUp, `sidecar-injector ${line}`)?.replace('<drafts>', '<drafts/>')).toBe(words);
  });
});

describe('fish', () => {
  it.skipIf(!isInstalled('fish')).each([
    ['a command', 'stat', ['status\tlists the sidecars of running pods: injected, outdated, bare']],
    ['a value in a word of its own', 'certs --output s', ['secret']],
    ['a value behind =', 'validate --output=', ['--output=text', '--output=json']],
    ['a file', 'render drafted', ['drafted.yaml']],
    ['a directory', 'certs --dir draf', ['drafts/']],
    ['nothing where there is nothing to offer', 'upgrade --timeout dra', []],
  ])('completes %s', (_what, line, expected) => {
    const script = `sidecar-injector completion fish | source; complete -C 'sidecar-injector ${line}'`;
    const { stdout } = spawnSync('fish', ['--no-config', '-c', script], {
      cwd: directory,
      env,
      encoding: 'utf8',
    });
    const lines = stdout.split('\n').filter(text => text !== '');
    expect(lines.map(text => text.replace(/\tDirectory$/, ''))).toEqual(expected);
  });
});

describe.skipIf(!isInstalled('kubectl'))('kubectl (skipped where it is not installed)', () => {
  const plugins = join(directory, 'plugins');
  const kubectl = (...args: readonly string[]) =>
    spawnSync('kubectl', args, {
      ...{ cwd: projectRoot, encoding: 'utf8' },
      env: { ...process.env, PATH: `${plugins}:${process.env['PATH']}` },
    });

  beforeAll(() => {
    mkdirSync(plugins);
    symlinkSync(join(projectRoot, 'bin/kubectl-plugin.js'), join(plugins, 'kubectl-sidecar_injector'));
    symlinkSync(
      join(projectRoot, 'bin/kubectl-complete.js'),
      join(plugins, 'kubectl_complete-sidecar_injector'),
    );
  });

  it('lists the plugin, and finds nothing to warn of', () => {
    const { status, stdout, stderr } = kubectl('plugin', 'list', '--name-only');
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringContaining('kubectl-sidecar_injector'),
    });
    expect(stderr).not.toContain('sidecar_injector');
  });

  it('runs it, and it says how it is called', () => {
    const overview = kubectl('sidecar-injector', '-h');
    expect(overview).toMatchObject({ status: 0, stderr: '' });
    expect(overview.stdout).toContain('\nUsage: kubectl sidecar-injector <command> [options]\n');
    expect(overview.stdout).not.toMatch(/(?<!kubectl )sidecar-injector [a-z]/);
    const help = kubectl('sidecar-injector', 'help', 'render');
    expect(help.stdout).toContain('\n  kubectl sidecar-injector render sidecars/git-sync.yaml');
  });

  it('gets its exit code and what it says of a mistake', () => {
    expect(kubectl('sidecar-injector', 'valdate')).toMatchObject({
      status: 2,
      stderr:
        'sidecar-injector: no command "valdate"; did you mean "validate"?\nsidecar-injector: see "kubectl sidecar-injector --help"\n',
    });
  });

  it.each([
    ['commands', ['val'], 'validate\tchecks definitions\n:4\n'],
    ['values', ['validate', '--output', ''], 'text\njson\n:4\n'],
    ['values behind =', ['certs', '--output=s'], '--output=secret\n:4\n'],
  ])('completes %s', (_what, words, expected) => {
    expect(kubectl('__complete', 'sidecar-injector', ...words)).toMatchObject({
      status: 0,
      stdout: expected,
    });
  });
});
