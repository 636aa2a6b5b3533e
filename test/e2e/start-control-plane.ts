import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ControlPlaneAccess } from './control-plane.ts';

/** Starts a control plane in a process of its own, which ends with whoever started it. */
export async function startControlPlane(): Promise<{
  readonly access: ControlPlaneAccess;
  readonly stop: () => Promise<void>;
}> {
  const program = fileURLToPath(new URL('run-control-plane.ts', import.meta.url));
  // A process group of its own: Ctrl-C at the terminal ends the tests, and their end ends the control plane in order.
  const keeper = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  const ended = once(keeper, 'exit');
  const stop = async () => {
    keeper.stdin.end();
    await ended;
  };
  const ready = once(createInterface(keeper.stdout), 'line').then(([line]) => JSON.parse(line));
  const access = await Promise.race([ready, ended.then(() => undefined)]);
  if (access === undefined) throw new Error('the control plane did not start, see above');
  return { access, stop };
}
