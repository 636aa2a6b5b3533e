import { describe, expect, it } from 'vitest';
import { runCommand } from '../../../src/cli/run-command.ts';
import { capturedOutput } from './captured-output.ts';

const run = (...args: readonly string[]) => capturedOutput(() => runCommand(args));

/** What the program says of itself: each command with a few words. */
const overview = expect.stringMatching(
  /^usage: sidecar-injector <command> \[options\]\n\n {2}serve +\S.*\n {2}validate +\S.*\n {2}render +\S.*\n {2}certs +\S.*\n {2}status +\S.*\n {2}upgrade +\S.*\n\nsidecar-injector <command> --help tells more\.\n$/,
);

function afterComplaint(stderr: string): string {
  return stderr.slice(stderr.indexOf('\n\n') + 2);
}

describe('the program', () => {
  it.each(['help', '--help', '-h'])('explains itself: %s', async verb => {
    expect(await run(verb)).toEqual({ exitCode: 0, stdout: overview, stderr: '' });
  });

  it('wants a command', async () => {
    const { exitCode, stdout, stderr } = await run();
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr.split('\n\n', 1)).toEqual(['a command is missing']);
    expect(afterComplaint(stderr)).toEqual(overview);
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
    expect(stderr.split('\n\n', 1)).toEqual([complaint]);
    expect(afterComplaint(stderr)).toEqual(overview);
  });

  it.each([
    ['serve', '--help'],
    ['serve', '-h'],
    ['serve', '--listen', 'nonsense', '--help'],
    ['validate', '--help'],
    ['certs', '--dir', 'x', '-h'],
    ['status', '--output', 'yaml', '--help'],
    ['upgrade', '--all-namespaces', '--help'],
  ])('explains a command without running it: %s %s', async (...args) => {
    const { exitCode, stdout, stderr } = await run(...args);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^usage: sidecar-injector ${args[0]}`));
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
