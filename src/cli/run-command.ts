import { nearestName } from '../nearest-name.ts';
import { exitCodes } from './command.ts';
import type { ProgramName } from './command-page.ts';
import { commands } from './commands.ts';
import { overview } from './overview.ts';
import { print, tell } from './print.ts';

/** Runs the command that the first argument names; resolves with the exit code. */
export async function runCommand(
  [verb, ...args]: readonly string[],
  program: ProgramName = 'sidecar-injector',
): Promise<number> {
  if (verb === undefined) {
    tell(`${overview(program)}\nsidecar-injector: a command is missing`);
    return exitCodes.usage;
  }
  if (isHelp(verb)) return explain(args, program);
  if (verb === '__complete') {
    await (await import('./plugin/complete.ts')).complete(args, commands);
    return exitCodes.ok;
  }
  // What most programs understand, and nobody has to look up.
  if (verb === '--version') return runCommand(['version', '--client', ...args], program);
  const entry = commands.get(verb);
  if (entry === undefined) return complainOf(verb, program);
  return (await entry.load()).run(args, program);
}

function isHelp(verb: string): boolean {
  return ['help', '--help', '-h'].includes(verb);
}

/** `help`, or `help COMMAND`. */
async function explain([verb]: readonly string[], program: ProgramName): Promise<number> {
  const entry = commands.get(verb ?? '');
  if (entry !== undefined) return (await entry.load()).run(['--help'], program);
  if (verb !== undefined) return complainOf(verb, program);
  await print(overview(program));
  return exitCodes.ok;
}

function complainOf(verb: string, program: ProgramName): number {
  const nearest = nearestName(verb, commands.keys());
  tell(`sidecar-injector: no command "${verb}"${nearest ? `; did you mean "${nearest}"?` : ''}`);
  tell(`sidecar-injector: see "${program} --help"`);
  return exitCodes.usage;
}
