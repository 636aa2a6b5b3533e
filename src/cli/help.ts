import type { Command as Parser } from '@commander-js/extra-typings';
import type { CommandPage, HelpSection, ProgramName } from './command-page.ts';

/** The help of a command: what it does, examples, then all that it takes. */
export function shownHelp(page: CommandPage, parser: Parser, program: ProgramName): string {
  const paragraphs = page.description.split('\n\n').map(text => wrapped(text.replaceAll('\n', ' '), 0));
  const examples = page.examples.map(([args, meaning]) => [`${program} ${args}`, meaning] as const);
  const texts = [
    ...paragraphs,
    section({ title: 'Examples', entries: examples }),
    `Usage: ${program} ${page.name} ${parser.usage()}`,
    ...sectionsOf(page, parser).map(section),
  ];
  return `${texts.filter(text => text !== '').join('\n\n')}\n`;
}

/** All that a command takes, and how it ends. */
export function sectionsOf(page: CommandPage, parser: Parser): readonly HelpSection[] {
  const help = parser.createHelp();
  const options = help.visibleOptions(parser).map(option => {
    const term = help.optionTerm(option);
    return [option.short === undefined ? `    ${term}` : term, help.optionDescription(option)] as const;
  });
  const operands = help
    .visibleArguments(parser)
    .map(operand => [help.argumentTerm(operand), help.argumentDescription(operand)] as const);
  return [
    { title: 'Arguments', entries: operands },
    { title: 'Options', entries: options },
    ...(page.sections ?? []),
    { title: 'Exit codes', entries: exitsOf(page) },
  ];
}

/** Each exit code of a command with what it means. */
export function exitsOf({
  exits: { ok, failure, findings },
}: CommandPage): readonly (readonly [string, string])[] {
  return [
    ['0', ok],
    ['1', failure],
    ['2', 'wrong usage'],
    ...(findings === undefined ? [] : [['3', findings] as const]),
  ];
}

/** Terms in a column, each with its description beside it, or below it where the terms are long. */
function section({ title, entries }: HelpSection): string {
  if (entries.length === 0) return '';
  const longest = Math.max(...entries.map(([term]) => term.length));
  const lines = entries.map(([term, description]) =>
    longest > maxTermWidth
      ? `  ${term}\n          ${wrapped(description, 10)}`
      : `  ${term.padEnd(longest)}  ${wrapped(description, longest + 4)}`,
  );
  return [`${title}:`, ...lines].join('\n');
}

const maxTermWidth = 40;
const width = 110;

/** Breaks a text at spaces; lines after the first are indented. */
function wrapped(text: string, indentation: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length + indentation > width && line !== '') {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line].join(`\n${' '.repeat(indentation)}`);
}
