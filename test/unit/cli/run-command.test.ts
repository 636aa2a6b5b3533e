import { describe, expect, it } from 'vitest';
import { runCommand } from '../../../src/cli/run-command.ts';
import { capturedOutput } from './captured-output.ts';

const run = (...args: readonly string[]) => capturedOutput(() => runCommand(args));

/** What the program says of itself: examples, then each command with a few words. */
const overview = expect.stringMatching(
  /^Adds sidecars .*\n\nExamples:\n(?: {2}sidecar-injector \S.*\n)+\nUsage: sidecar-injector <command> \[options\]\n\nCommands:\n(?: {2}[a-z]+ +\S.*\n)+\n"sidecar-injector <command> --help" tells more\.\n$/,
);

describe('the program', () => {
  it.each(['help', '--help', '-h'])('explains itself: %s', async verb => {
    expect(await run(verb)).toEqual({ exitCode: 0, stdout: overview, stderr: '' });
  });

  it('wants a command, and explains itself', async () => {
    const { exitCode, stdout, stderr } = await run();
    const complaint = '\nsidecar-injector: a command is missing\n';
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr.slice(0, -complaint.length)).toEqual(overview);
    expect(stderr.endsWith(complaint)).toBe(true);
  });

  it.each([
    ['serv', 'no command "serv"; did you mean "serve"?'],
    ['valdate', 'no command "valdate"; did you mean "validate"?'],
    ['cert', 'no command "cert"; did you mean "certs"?'],
    ['stauts', 'no command "stauts"; did you mean "status"?'],
    ['upgrad', 'no command "upgrad"; did you mean "upgrade"?'],
    ['Serve', 'no command "Serve"; did you mean "serve"?'],
    ['frobnicate', 'no command "frobnicate"'],
    ['--listen', 'no command "--listen"'],
    ['toString', 'no command "toString"'],
  ])('does not know %s, and names the nearest command', async (verb, complaint) => {
    const { exitCode, stdout, stderr } = await run(verb, '--help');
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toBe(`sidecar-injector: ${complaint}\nsidecar-injector: see "sidecar-injector --help"\n`);
  });

  it.each([
    ['serve', '--help'],
    ['serve', '-h'],
    ['serve', '--listen', 'nonsense', '--help'],
    ['validate', '--help'],
    ['certs', '--dir', 'x', '-h'],
    ['status', '--output', 'yaml', '--help'],
    ['upgrade', '--all-namespaces', '--help'],
    ['help', 'validate'],
  ])('explains a command without running it: %s %s', async (...args) => {
    const { exitCode, stdout, stderr } = await run(...args);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain(`\nUsage: sidecar-injector ${args.find(name => name !== 'help')} [options]`);
    expect(stdout.endsWith('\n')).toBe(true);
  });
});

describe('serve', () => {
  it('tells everything that is wrong with its settings and how to get help, and does not start', async () => {
    const { exitCode, stdout, stderr } = await run('serve', '--listn', '--drain-seconds=soon', '--tls=files');
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr.split('\n').toSorted()).toEqual(
      [
        'sidecar-injector: unknown flag --listn; did you mean "listen"?',
        'sidecar-injector: flag --drain-seconds: got "soon"; use whole seconds from 0 to 3600',
        'sidecar-injector: --tls files needs --tls-cert-file',
        'sidecar-injector: --tls files needs --tls-key-file',
        'sidecar-injector: see "sidecar-injector serve --help"',
        '',
      ].toSorted(),
    );
  });
});
