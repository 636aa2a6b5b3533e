import type { ProgramName } from './command-page.ts';
import { commands } from './commands.ts';

/** What the program says of itself: what it is for, examples, then each command with a few words. */
export function overview(program: ProgramName): string {
  const width = Math.max(...[...commands.keys()].map(name => name.length));
  const lines = [...commands].map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return `${[
    'Adds sidecars to annotated pods: as an admission webhook, and from the command line.',
    '',
    'Examples:',
    ...overviewExamples.map(
      ([args, meaning]) => `  ${`${program} ${args}`.padEnd(program.length + 32)}  ${meaning}`,
    ),
    '',
    `Usage: ${program} <command> [options]`,
    '',
    'Commands:',
    ...lines,
    '',
    `"${program} <command> --help" tells more.`,
  ].join('\n')}\n`;
}

/** What most people come for. */
export const overviewExamples = [
  ['inject -f web.yaml', 'puts the sidecars into a manifest that its annotations ask for'],
  ['explain deployment/web -n shop', 'says why its pods have a sidecar, or have none'],
  ['check', 'says whether the injector in the cluster is well'],
  ['audit -A', 'finds what is bare, outdated, or will be refused'],
] as const;
