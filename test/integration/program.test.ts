import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot, startProgram } from './webhook-process.ts';

/** A Node of the machine that is too old, beside the one that the project brings. */
function oldNode(): string | undefined {
  const directories = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter(path => !path.includes('node_modules'));
  return directories
    .map(directory => join(directory, 'node'))
    .find(node => {
      const { status, stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
      return status === 0 && Number(/^v(\d+)/.exec(stdout)?.[1]) < 24;
    });
}

const old = oldNode();

describe.skipIf(old === undefined)('an old Node (skipped where none is on the PATH)', () => {
  it('says in one line what is missing', () => {
    const bin = join(projectRoot, 'bin', 'sidecar-injector.js');
    const { status, stdout, stderr } = spawnSync(old ?? '', [bin, 'serve'], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(
      /^sidecar-injector needs Node\.js 24, this is v\d+\.\d+\.\d+; start it with npx or npm start, which bring their own\n$/,
    );
  });
});

describe('the program', () => {
  it.each([
    [['validate'], 0],
    [[], 2],
    [['validate', 'no-such-directory'], 1],
  ])('exits as its commands say: %j with %s', async (args, exitCode) => {
    expect(await startProgram(args).exitCode()).toBe(exitCode);
  });
});
