/**
 * Runs a control plane until its standard input ends, which it does when whoever started it is gone, however that
 * came about. So nothing is left over when a run of the tests is interrupted or killed.
 *
 *   node test/e2e/run-control-plane.ts     for a look at it by hand; Ctrl-C or Ctrl-D ends it
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ControlPlane } from './control-plane.ts';
import { findControlPlaneAssets } from './control-plane-assets.ts';

const assets = findControlPlaneAssets();
if ('missing' in assets) throw new Error(assets.missing);

const stopAsked = new Promise<void>(resolve => {
  process.stdin.once('end', resolve).once('close', resolve).resume();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
});

const directory = await mkdtemp(join(tmpdir(), 'sidecar-injector-e2e-'));
const controlPlane = new ControlPlane(assets, directory);
try {
  const started = controlPlane.start();
  // The problem is told below; here it must only not be told twice.
  started.catch(() => undefined);
  await Promise.race([
    started,
    stopAsked.then(() => Promise.reject(new Error('stopped before it was ready'))),
  ]);
  process.stdout.write(`${JSON.stringify(controlPlane.access)}\n`);
  await stopAsked;
} catch (error) {
  process.exitCode = 1;
  // Whoever reads this may be gone.
  process.stderr.once('error', () => undefined);
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
}
await controlPlane.stop();
await endProcesses(controlPlane.access.processDirectory);
await rm(directory, { recursive: true, force: true, maxRetries: 5 });
process.exit();

async function endProcesses(processDirectory: string): Promise<void> {
  for (const pid of await readdir(processDirectory).catch(() => [])) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
}
