import { join } from 'node:path';
import { BackgroundProgram } from '../test/e2e/background-program.ts';
import type { Terminal } from './transcript.ts';

/** A port of a pod on this machine. */
export interface Forwarding {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly stop: () => Promise<unknown>;
}

/**
 * Runs `kubectl port-forward` to a port of a pod, on a port of loopback that is free.
 *
 * @throws Error with what kubectl says, where the port is not there within thirty seconds.
 */
export async function forwardPort(
  { env, signal }: Terminal,
  { target, port, directory }: { target: string; port: number; directory: string },
): Promise<Forwarding> {
  const args = ['port-forward', '--address=127.0.0.1', target, `:${port}`];
  process.stdout.write(`$ kubectl ${args.join(' ')} &\n`);
  const program = new BackgroundProgram({
    name: 'kubectl port-forward',
    file: 'kubectl',
    args,
    logFile: join(directory, 'port-forward.log'),
    env,
  });
  program.start();
  const stop = () => program.stop();
  try {
    const local = () => (signal.aborted ? '' : /from 127\.0\.0\.1:(\d+)/.exec(program.log)?.[1]);
    const localPort = await program.waitFor('port', async () => local(), timeoutMs);
    signal.throwIfAborted();
    process.stdout.write(program.log);
    return { url: `http://127.0.0.1:${localPort}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const timeoutMs = 30_000;
