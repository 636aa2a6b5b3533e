import { runCommand } from './cli/run-command.ts';

const exitCode = await runCommand(process.argv.slice(2));
// Whoever reads may be slow, and what is not written by then would be lost.
await Promise.all(
  [process.stdout, process.stderr].map(stream => new Promise(resolve => stream.write('', resolve))),
);
process.exit(exitCode);
