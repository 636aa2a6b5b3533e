/** What the help and docs/cli.md show, as a person would type it; what needs a cluster is run in test/e2e. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { examplesOf, layOut } from '../cli-examples.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { TestProcess } from './webhook-process.ts';

/** Types an example into a shell in a directory with the files that it names. */
function type(example: string): TestProcess {
  const place = temporaryDirectory();
  layOut(place);
  return new TestProcess('bash', ['-o', 'pipefail', '-c', `exec sidecar-injector ${example}`], {
    cwd: place,
    env: {
      ...process.env,
      HOME: place,
      PATH: `${join(place, 'bin')}:${process.env['PATH']}`,
      // Where nobody listens yet.
      SIDECAR_INJECTOR_LISTEN: '127.0.0.1:0',
      SIDECAR_INJECTOR_STATUS_LISTEN: '127.0.0.1:0',
    },
  });
}

describe('an example of a command, without a cluster', () => {
  it.each(examplesOf('directory'))('does what it says: %s', async (example, { exitCode, prints, goesOn }) => {
    const program = type(example.replace('127.0.0.1:9443', '127.0.0.1:0'));
    if (goesOn) {
      await expect.poll(() => program.stdout + program.stderr, { timeout: 20_000 }).toMatch(prints);
      program.signal('SIGINT');
    }
    expect(await program.exitCode(), program.stderr).toBe(exitCode);
    expect(program.stdout + program.stderr).toMatch(prints);
  });
});
