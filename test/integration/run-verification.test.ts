/** A command of the user, run in a real shell. */
import { describe, expect, it } from 'vitest';
import { verificationBy } from '../../src/cli/fleet/run-verification.ts';

const counts = { wave: 2, waves: 3, moved: 40, waiting: 60, left: 1 };
const run = (command: string, timeoutMs = 10_000) => verificationBy(command, timeoutMs).run(counts);

describe('the command of --verify', () => {
  it('has the counts of the run in its environment, beside that of the program', async () => {
    const names = '$SIDECAR_WAVE $SIDECAR_WAVES $SIDECAR_MOVED $SIDECAR_WAITING $SIDECAR_LEFT';
    expect(await run(`echo "${names}"; test -n "$PATH"`)).toEqual({ exitCode: 0, output: '2 3 40 60 1\n' });
  });

  it('is told with its exit code and what it says, on both outputs', async () => {
    expect(await run('echo a; echo b >&2; exit 7')).toEqual({ exitCode: 7, output: 'a\nb\n' });
  });

  it('that does not exist fails as shells say it', async () => {
    expect(await run('no-such-command-anywhere')).toMatchObject({ exitCode: 127 });
  });

  it('is ended with all that it has started where it takes too long', async () => {
    const { exitCode, output } = await run('echo begun; sleep 60 & sleep 60; wait', 300);
    expect([exitCode, output]).toEqual([137, 'it was ended after 0.3 s\nbegun\n']);
  });

  it('is not kept whole where it says too much, and does not wait for a reader', async () => {
    const { exitCode, output } = await run('head -c 1000000 /dev/zero | tr "\\0" a');
    expect([exitCode, output.length]).toEqual([0, 16 * 1024]);
  });

  it('gets no input', async () => {
    expect(await run('cat; echo end')).toEqual({ exitCode: 0, output: 'end\n' });
  });
});
