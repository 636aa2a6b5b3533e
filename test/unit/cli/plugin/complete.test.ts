import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commands } from '../../../../src/cli/commands.ts';
import { runCommand } from '../../../../src/cli/run-command.ts';
import { temporaryDirectory } from '../../../temporary-directory.ts';
import { capturedOutput } from '../captured-output.ts';

/** The values that are offered for the last word, and the number for the shell. */
async function offered(...words: readonly string[]) {
  const { exitCode, stdout, stderr } = await capturedOutput(() => runCommand(['__complete', ...words]));
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const lines = stdout.trimEnd().split('\n');
  const values = lines.slice(0, -1).map(line => line.split('\t')[0] ?? '');
  return { values, directive: Number(lines.at(-1)?.slice(1)) };
}

const only = (...values: readonly string[]) => ({ values, directive: 4 });

describe('completion', () => {
  it('offers every command, each with a few words', async () => {
    const { stdout } = await capturedOutput(() => runCommand(['__complete', '']));
    const lines = stdout.split('\n');
    for (const [name, { summary }] of commands) expect(lines).toContain(`${name}\t${summary}`);
    expect(lines.at(-2)).toBe(':4');
  });

  it.each([
    ['commands', ['stat'], only('status')],
    ['commands to explain', ['help', 'rend'], only('render')],
    ['nothing for a command that is not there', ['frobnicate', ''], only()],
    ['long options', ['certs', '--di'], only('--dir')],
    ['forms of output', ['validate', '--output', ''], only('text', 'json')],
    ['forms of output after the short option', ['validate', '-o', 'j'], only('json')],
    ['forms of output in one word', ['validate', '--output=j'], only('--output=json')],
    ['shells', ['completion', ''], only('bash', 'zsh', 'fish')],
    ['nothing after the only argument', ['completion', 'bash', ''], only()],
    ['sidecars', ['upgrade', '--sidecar', 'git'], only('git-sync')],
    ['modes', ['render', '--mode', 'n'], only('native')],
    ['kinds, which names follow', ['explain', 'd'], { values: ['deployment/', 'daemonset/'], directive: 6 }],
    ['files', ['render', ''], { values: [], directive: 0 }],
    ['files, as many as there may be', ['validate', 'a.yaml', 'b'], { values: [], directive: 0 }],
    ['files after the end of options', ['validate', '--', '-'], { values: [], directive: 0 }],
    ['the values that a setting names', ['serve', '--tls', 'm'], only('managed')],
    ['directories of settings', ['serve', '--certs='], { values: [], directive: 16 }],
    ['directories', ['certs', '--dir', ''], { values: [], directive: 16 }],
    ['nothing where a value can be anything', ['upgrade', '--timeout', ''], only()],
  ])('offers %s', async (_what, words, expected) => {
    expect(await offered(...words)).toEqual(expected);
  });

  it('offers an option once, unless it may be repeated', async () => {
    expect((await offered('render', 'a.yaml', '--mode', 'native', '--mo')).values).toEqual([]);
    expect((await offered('render', 'a.yaml', '--set', 'a=b', '--se')).values).toEqual(['--set']);
  });

  it('offers the sidecars of another directory', async () => {
    const directory = join(temporaryDirectory(), 'own');
    mkdirSync(directory);
    const definition = {
      ...{ apiVersion: 'sidecar.io/v1', kind: 'Sidecar', metadata: { name: 'cache' } },
      spec: { description: 'A cache.', container: { image: 'example.com/cache:1' } },
    };
    writeFileSync(join(directory, 'cache.yaml'), JSON.stringify(definition));
    expect(await offered('upgrade', '--sidecars', directory, '--sidecar', '')).toEqual(only('cache'));
  });

  it('offers the contexts of a kubeconfig', async () => {
    const file = join(temporaryDirectory(), 'kubeconfig');
    const contexts = ['staging', 'production'].map(name => ({ name, context: { cluster: 'a', user: 'b' } }));
    writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'Config', contexts }));
    expect(await offered('status', '--kubeconfig', file, '--context', '')).toEqual(
      only('staging', 'production'),
    );
  });

  it('says nothing of what goes wrong', async () => {
    expect(await offered('status', '--kubeconfig', '/no/such/file', '--context', '')).toEqual({
      values: [],
      directive: 5,
    });
  });
});
