import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { restart } from '../../../../src/cli/running-pods/restart.ts';
import { status } from '../../../../src/cli/running-pods/status.ts';
import { upgrade } from '../../../../src/cli/running-pods/upgrade.ts';
import { temporaryDirectory } from '../../../temporary-directory.ts';
import { definitionText } from '../../sidecars/definition-text.ts';
import { capturedOutput } from '../captured-output.ts';

const commands = { restart, status, upgrade };
type Verb = keyof typeof commands;

const run = (verb: Verb, ...args: readonly string[]) => capturedOutput(() => commands[verb].run(args));

describe('wrong usage of', () => {
  it.each<readonly [verb: Verb, args: readonly string[], complaint: string]>([
    ['status', ['--all'], "unknown option '--all'"],
    ['status', ['web'], 'unexpected argument "web"'],
    [
      'status',
      ['-n', 'shop', '-A'],
      "option '-A, --all-namespaces' cannot be used with option '-n, --namespace <name>'",
    ],
    ['status', ['-o', 'yaml'], '--output: got "yaml"; use table or json'],
    [
      'upgrade',
      ['--namespace=shop', '--all-namespaces'],
      "option '-A, --all-namespaces' cannot be used with option '-n, --namespace <name>'",
    ],
    ['upgrade', ['--max-unavailable', '0'], '--max-unavailable: got "0"; use a whole number from 1 to 9999'],
    ['upgrade', ['--max-unavailable', '101%'], '--max-unavailable: got "101%"; use a whole number'],
    ['upgrade', ['--parallel', '0'], '--parallel: got "0"; use a whole number from 1 to 9999'],
    ['upgrade', ['--waves', '1,,5%'], '--waves: got "1,,5%"; use at most 100 numbers or percentages'],
    ['upgrade', ['--bake', 'soon'], '--bake: got "soon"; use a duration such as 90s or 10m'],
    [
      'upgrade',
      ['--rollback', '--sidecars', 'x'],
      '--sidecars: a rollback asks no definitions; leave it out',
    ],
    ['upgrade', ['--timeout', '30'], '--timeout: got "30"; use a duration such as 90s or 5m'],
    ['restart', [], '--sidecar: name the sidecar that is to be restarted'],
    ['restart', ['--sidecar', 'a', '--sidecars', 'x'], "unknown option '--sidecars'"],
    ['restart', ['--sidecar', 'a', '--older-than', '3d'], '--older-than: got "3d"; use a duration'],
    ['upgrade', ['--timeout', '0s'], '--timeout: got "0s"; use a duration such as 90s or 5m'],
  ])('%s %j is told, and nothing is done', async (verb, args, complaint) => {
    const { exitCode, stdout, stderr } = await run(verb, ...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(`sidecar-injector: ${complaint}`);
  });

  it('several flags is told at once', async () => {
    const { stderr } = await run('upgrade', '--timeout=soon', '--max-unavailable=all', '-A', '-n', 'x');
    expect(stderr.trim().split('\n')).toHaveLength(4);
  });
});

describe.each<Verb>(['status', 'upgrade'])('%s fails', verb => {
  function directoryWith(text: string): string {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'a.yaml'), text);
    return directory;
  }
  const fine = () => directoryWith(definitionText('container: {image: "a:1"}'));

  it.each<readonly [why: string, args: () => readonly string[], complaint: RegExp]>([
    [
      'without definitions',
      () => ['--sidecars', '/nowhere'],
      /^sidecar-injector: cannot read the definitions in "\/nowhere"/,
    ],
    [
      'with a definition that cannot be used',
      () => ['--sidecars', directoryWith('kind: Sidecar')],
      /^sidecar-injector: a\.yaml:1:1: /,
    ],
    [
      'with a configuration that cannot be used',
      () => ['--config', '/nowhere.yaml'],
      /^sidecar-injector: configuration file "\/nowhere\.yaml": ENOENT/,
    ],
    [
      'without a kubeconfig',
      () => ['--sidecars', fine(), '--kubeconfig', '/nowhere'],
      /^sidecar-injector: kubeconfig "\/nowhere": ENOENT/,
    ],
  ])('%s', async (_why, args, complaint) => {
    const { exitCode, stdout, stderr } = await run(verb, ...args());
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(complaint);
  });
});
