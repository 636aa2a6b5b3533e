import { type OptionValues, Command as Parser } from '@commander-js/extra-typings';
import { lacksRight, rightsPage } from '../cluster/api-error.ts';
import type { CommandPage, ProgramName } from './command-page.ts';
import { shownHelp } from './help.ts';
import { parseArguments } from './parse-arguments.ts';
import { print, tell } from './print.ts';
import { UsageError } from './usage-error.ts';

export const exitCodes = { ok: 0, failure: 1, usage: 2, findings: 3 } as const;

/** One verb of the program. */
export interface Command extends CommandPage {
  /** A parser of its arguments, for who wants to know its options. */
  readonly parser: () => Parser<unknown[], OptionValues>;
  /** Resolves with the exit code; what is wrong is told on standard error. */
  readonly run: (args: readonly string[], program?: ProgramName) => Promise<number>;
}

/** What a command was called with. */
export interface Call<Operands, Options> {
  readonly operands: Operands;
  readonly options: Options;
  /** All of it as it was written. */
  readonly args: readonly string[];
  readonly program: ProgramName;
}

export interface CommandParts<Operands extends unknown[], Options extends OptionValues> extends CommandPage {
  /** Takes a bare parser and gives it options and arguments. */
  readonly parser: (parser: Parser) => Parser<Operands, Options>;
  /**
   * Does it, and resolves with the exit code.
   *
   * @throws UsageError where it is called wrongly; any other error is a failure.
   */
  readonly run: (call: Call<Operands, Options>) => Promise<number>;
  /** The command reads its arguments by itself, with all their problems at once; the parser only describes them. */
  readonly readsArguments?: boolean;
}

/** Makes a verb of the program from what it says of itself, its options, and what it does. */
export function defineCommand<Operands extends unknown[], Options extends OptionValues>(
  parts: CommandParts<Operands, Options>,
): Command {
  const parser = () => withHabits(parts.parser(new Parser(parts.name)));
  return {
    ...parts,
    parser: parser as unknown as Command['parser'],
    run: (args, program = 'sidecar-injector') =>
      endWell(`${program} ${parts.name}`, args, async () => {
        const read = parser();
        if (asksForHelp(args)) {
          await print(shownHelp(parts, read as unknown as Parser, program));
          return exitCodes.ok;
        }
        if (parts.readsArguments !== true) parseArguments(read, args);
        const operands = read.processedArgs as Operands;
        return parts.run({ operands, options: read.opts() as Options, args, program });
      }),
  };
}

/** What all commands have in common. */
function withHabits<Operands extends unknown[], Options extends OptionValues>(
  parser: Parser<Operands, Options>,
): Parser<Operands, Options> {
  parser.option('--debug', 'tell where in the program a failure came from');
  return parser
    .helpOption('-h, --help', 'show this help')
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
}

function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  const options = end < 0 ? args : args.slice(0, end);
  return options.includes('--help') || options.includes('-h');
}

/** Puts what went wrong into words and an exit code. */
async function endWell(verb: string, args: readonly string[], run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof UsageError) {
      complain([...error.problems, `see "${verb} --help"`]);
      return exitCodes.usage;
    }
    return tellFailure(error, { args });
  }
}

/** Puts a failure into words, with where it happened before each line that does not say so, and returns its exit code. */
export function tellFailure(
  error: unknown,
  { args, where = '' }: { readonly args: readonly string[]; readonly where?: string },
): number {
  const failure = error instanceof Error ? error : new Error(String(error));
  const lines = failure.message.split('\n');
  complain(lines.map(line => (line.startsWith(where) ? line : `${where}${line}`)));
  if (chainOf(failure).some(lacksRight)) complain([`${rightsPage} says which rights the commands take`]);
  if (args.includes('--debug')) tell(failure.stack ?? '');
  return exitCodes.failure;
}

/** An error and what it came from, as far as anybody would follow it. */
function chainOf(error: Error): readonly Error[] {
  const chain = [error];
  for (let { cause } = error; cause instanceof Error && chain.length < 10; { cause } = cause)
    chain.push(cause);
  return chain;
}

/** Tells a person on standard error what is wrong with a call. */
export function complain(problems: readonly string[]): void {
  for (const problem of problems) tell(`sidecar-injector: ${problem}`);
}
