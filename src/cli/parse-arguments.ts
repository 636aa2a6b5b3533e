import { CommanderError, type OptionValues, type Command as Parser } from '@commander-js/extra-typings';
import { oneLine } from '../shown-text.ts';
import { UsageError } from './usage-error.ts';

/**
 * Parses arguments strictly; values of several options that cannot be used are told together.
 *
 * @throws UsageError
 */
export function parseArguments<Operands extends unknown[], Options extends OptionValues>(
  parser: Parser<Operands, Options>,
  args: readonly string[],
): void {
  const problems: string[] = [];
  for (const option of parser.options) {
    const { parseArg: read } = option;
    if (read === undefined) continue;
    option.parseArg = <T>(value: string, previous: T) => {
      try {
        return read(value, previous);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        problems.push(...error.problems);
        return previous;
      }
    };
  }
  try {
    parser.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    problems.push(inOneLine(error, parser.args[parser.registeredArguments.length]));
  }
  if (problems.length > 0) throw new UsageError(...problems);
}

/** As our own problems are told. */
function inOneLine({ code, message }: CommanderError, excess: string | undefined): string {
  if (code === 'commander.excessArguments') return `unexpected argument "${oneLine(excess ?? '', 80)}"`;
  return message
    .replace(/^error: /, '')
    .replace(/\n\(Did you mean (.*)\?\)$/, '; did you mean $1?')
    .replaceAll('\n', ' ');
}
