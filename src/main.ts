import { basename } from 'node:path';
import { runCommand } from './cli/run-command.ts';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader that has gone, as `head` does, wants no more.
  if (error.code === 'EPIPE') process.exit(0);
  const message = `sidecar-injector: cannot write to standard output: ${error.message}\n`;
  // What has been told before may still be on its way, to a reader that is slow.
  process.stderr.write(message, () => process.exit(1));
});
process.stderr.on('error', () => undefined);

// kubectl finds a plugin by the name of its file, in which `_` stands for `-`.
const isPlugin = basename(process.argv[1] ?? '').startsWith('kubectl-');
const exitCode = await runCommand(
  process.argv.slice(2),
  isPlugin ? 'kubectl sidecar-injector' : 'sidecar-injector',
);
// Whoever reads may be slow, and what is not written by then would be lost.
await Promise.all(
  [process.stdout, process.stderr].map(stream => new Promise(resolve => stream.write('', resolve))),
);
process.exit(exitCode);
