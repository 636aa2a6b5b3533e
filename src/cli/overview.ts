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
    ...examples.map(([args, meaning]) => `  ${`${program} ${args}`.padEnd(program.length + 36)}  ${meaning}`),
    '',
    `Usage: ${program} <command> [options]`,
    '',
    'Commands:',
    ...lines,
    '',
    `"${program} <command> --help" tells more.`,
  ].join('\n')}\n`;
}

const examples = [
  ['status --all-namespaces', 'what sidecars run, and which are outdated'],
  ['validate sidecars', 'whether definitions are right'],
  ['render sidecars/git-sync.yaml', 'what a definition puts into a pod'],
] as const;
