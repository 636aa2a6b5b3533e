/** docs/cli.md: every command, by what it says of itself. */
import { readFileSync } from 'node:fs';
import type { Command as Parser } from '@commander-js/extra-typings';
import type { Command } from '../src/cli/command.ts';
import type { HelpSection } from '../src/cli/command-page.ts';
import { commands } from '../src/cli/commands.ts';
import { sectionsOf } from '../src/cli/help.ts';

/** The page, with the notice at its top. */
export async function cliPage(notice: string): Promise<string> {
  const all = await Promise.all([...commands.values()].map(({ load }) => load()));
  const head = readFileSync(new URL('cli-head.md', import.meta.url), 'utf8')
    .replace('{notice}', () => notice)
    .replace('{commands}', () => commandTable())
    .replace('{exits}', () => exitTable(all));
  return `${head}${all.map(commandSection).join('')}`;
}

function commandTable(): string {
  return table(
    ['command', ''],
    [...commands].map(([name, { summary }]) => [`[${name}](#${name})`, summary]),
  );
}

function exitTable(all: readonly Command[]): string {
  return table(
    ['command', '0', '1', '3'],
    all.map(({ name, exits: { ok, failure, findings = '' } }) => [name, ok, failure, findings]),
  );
}

function commandSection(command: Command): string {
  const parser = command.parser() as unknown as Parser;
  const { name, description, examples } = command;
  const sections = sectionsOf(command, parser).filter(({ title }) => title !== 'Exit codes');
  return [
    '',
    `## ${name}`,
    '',
    ...description.split('\n\n').flatMap(paragraph => [paragraph.replaceAll('\n', ' '), '']),
    '```text',
    `sidecar-injector ${name} ${parser.usage()}`,
    '```',
    '',
    'For example:',
    '',
    '```sh',
    examples.map(([args, meaning]) => `# ${meaning}\nsidecar-injector ${args}`).join('\n\n'),
    '```',
    '',
    ...sections.filter(({ entries }) => entries.length > 0).flatMap(section => [sectionTable(section), '']),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}

function sectionTable({ title, entries }: HelpSection): string {
  return table(
    [title.toLowerCase(), ''],
    entries.map(([term, text]) => [`\`${term.trim()}\``, text]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cellText).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

function cellText(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
