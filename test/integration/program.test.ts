import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { oldNode } from '../old-node.ts';
import { projectRoot, startProgram } from './webhook-process.ts';

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
