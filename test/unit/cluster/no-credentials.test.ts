import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ApiClient } from '../../../src/cluster/api-client.ts';
import { loadKubeconfig } from '../../../src/cluster/kubeconfig.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';

/** A kubeconfig whose user gets credentials from a program, which is a script of these lines where any are given. */
function kubeconfigWith(exec: Readonly<Record<string, unknown>>, script?: string): string {
  const directory = temporaryDirectory();
  const program = join(directory, 'plugin');
  if (script !== undefined) {
    writeFileSync(program, `#!/bin/sh\n${script}\n`);
    chmodSync(program, 0o755);
  }
  const file = join(directory, 'config');
  const content = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
    users: [{ name: 'ada', user: { exec: script === undefined ? exec : { command: program, ...exec } } }],
    contexts: [{ name: 'here', context: { cluster: 'c', user: 'ada' } }],
    'current-context': 'here',
  };
  writeFileSync(file, JSON.stringify(content));
  return file;
}

/** What a call says, without the path of the test's directory. */
async function problemOf(file: string): Promise<string> {
  const client = new ApiClient(loadKubeconfig(file), () => new Date());
  const problem = await client.request({ method: 'GET', path: '/version' }).catch(String);
  return String(problem).replaceAll(join(file, '..'), 'DIR');
}

const begin = 'ApiError: GET /version: kubeconfig "DIR/config": user "ada": ';

describe('a program that is to give credentials', () => {
  it('is named where it is not there, with what to do', async () => {
    expect(await problemOf(kubeconfigWith({ command: 'no-such-plugin' }))).toBe(
      `${begin}the program "no-such-plugin", which gives the credentials, is not there; install it, or put its directory on PATH`,
    );
    expect(await problemOf(kubeconfigWith({ command: '/nowhere/plugin' }))).toBe(
      `${begin}the program "/nowhere/plugin", which gives the credentials, is not there; install it there`,
    );
  });

  it('is named with the hint of the kubeconfig', async () => {
    const exec = { command: 'no-such-plugin', installHint: 'Get it at\nexample.com' };
    expect(await problemOf(kubeconfigWith(exec))).toMatch(/ on PATH; Get it at.example\.com$/);
  });

  it('is missing in the kubeconfig', async () => {
    expect(await problemOf(kubeconfigWith({}))).toBe(`${begin}exec: a command is missing`);
  });

  it('is named with what it says where it fails', async () => {
    const script = 'printf "\\nUnable to log in.\\n  Try again.\\n" >&2; exit 1';
    expect(await problemOf(kubeconfigWith({}, script))).toBe(
      `${begin}the program "DIR/plugin" gives no credentials: Unable to log in. Try again.`,
    );
    expect(await problemOf(kubeconfigWith({}, 'exit 1'))).toMatch(/: it fails without a word$/);
  });

  it.each([
    ['no JSON', 'echo "token-of-ada"'],
    ['something else', 'echo "{}"'],
    ['nothing', 'true'],
  ])('is named where it prints %s, and what it prints is not', async (_what, script) => {
    expect(await problemOf(kubeconfigWith({}, script))).toBe(
      `${begin}the program "DIR/plugin" gives no credentials: it prints no ExecCredential`,
    );
  });

  it('may not be one that cannot be run', async () => {
    const file = kubeconfigWith({}, 'true');
    chmodSync(join(file, '..', 'plugin'), 0o644);
    expect(await problemOf(file)).toMatch(/the program "DIR\/plugin", .*, may not be run$/);
  });
});
