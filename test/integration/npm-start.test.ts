import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../temporary-directory.ts';
import { projectRoot, TestProcess } from './webhook-process.ts';

function isInstalled(command: string): boolean {
  return spawnSync(command, ['--version']).status === 0;
}

const missing = ['npm', 'curl'].filter(command => !isInstalled(command));

/** The call that the start prints, with its continued lines joined. */
function printedCurl(output: string): string | undefined {
  return /^ *(curl .*?[^\\])\n/ms.exec(output)?.[1];
}

describe.skipIf(missing.length > 0)('npm start (skipped where npm or curl is missing)', () => {
  it('is the real webhook, and prints a curl that proves it', async () => {
    const flags = [
      '--listen',
      '127.0.0.1:0',
      '--status-listen',
      '127.0.0.1:0',
      '--certs',
      temporaryDirectory(),
    ];
    const npm = new TestProcess('npm', ['start', '--', ...flags]);
    await expect
      .poll(() => printedCurl(npm.stdout) ?? npm.stderr, { timeout: 30_000, interval: 50 })
      .toMatch(/^curl /);
    const [, address] = /admission reviews +(https:\/\/127\.0\.0\.1:\d+\/mutate)\n/.exec(npm.stdout) ?? [];
    const [, status] = /health and metrics +(http:\/\/127\.0\.0\.1:\d+\/readyz) /.exec(npm.stdout) ?? [];
    const command = printedCurl(npm.stdout) ?? '';
    expect(command.endsWith(` ${address}`)).toBe(true);
    expect(command).not.toContain('--insecure');

    const {
      stdout,
      stderr,
      status: exitCode,
    } = spawnSync('sh', ['-c', command], { cwd: projectRoot, encoding: 'utf8' });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const { uid, allowed, patch } = JSON.parse(stdout).response;
    expect({ uid, allowed }).toEqual({ uid: '705ab4f5-6393-11e8-b7cc-42010a800002', allowed: true });
    const operations = JSON.parse(Buffer.from(patch, 'base64').toString('utf8'));
    expect(operations.map(({ op }: { op: string }) => op)).toEqual(operations.map(() => 'add'));
    expect(JSON.stringify(operations)).toContain('registry.k8s.io/git-sync/git-sync:');

    const ready = spawnSync('curl', ['--silent', status ?? ''], { encoding: 'utf8' });
    expect(ready.stdout).toMatch(/\nready\n$/);
    // What a person sees of the decision is one line.
    await expect.poll(() => npm.stdout.match(/pod injected/g)?.length, { timeout: 5000 }).toBe(1);
  });
});
