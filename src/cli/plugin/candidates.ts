import type { Argument, Option } from '@commander-js/extra-typings';
import type { Command } from '../command.ts';

type Parser = ReturnType<Command['parser']>;

/** What can stand where a command line is being typed. */
export interface Candidates {
  readonly values: readonly Candidate[];
  readonly directive: number;
}

export type Candidate = readonly [value: string, description?: string];

/**
 * What a shell is to do with candidates. The numbers are those of cobra, which kubectl speaks with its plugins:
 * https://github.com/spf13/cobra/blob/main/site/content/completions/_index.md
 */
export const directives = { files: 0, error: 1, noSpace: 2, noFiles: 4, directories: 16 } as const;

export const nothing: Candidates = { values: [], directive: directives.noFiles };

/** The commands of the program, each with a few words. */
export type CommandList = ReadonlyMap<
  string,
  { readonly summary: string; readonly load: () => Promise<Command> }
>;

/** Options that have been typed already, by their long names, with the last value of each. */
export type TypedOptions = ReadonlyMap<string, string>;

/** Knows the values of options and arguments. */
export type ValueSource = (what: Argument | Option, typed: TypedOptions) => Promise<Candidates>;

/** What can stand in the place of the last word, which may be empty; the words before it are complete. */
export async function candidatesFor(
  words: readonly string[],
  commands: CommandList,
  valuesOf: ValueSource,
): Promise<Candidates> {
  const [verb, ...rest] = words;
  if (verb === undefined || rest.length === 0) return beginningWith(verb ?? '', ofCommands(commands, true));
  const last = rest.at(-1) ?? '';
  if (verb === 'help') return rest.length === 1 ? beginningWith(last, ofCommands(commands, false)) : nothing;
  const command = await commands.get(verb)?.load();
  if (command === undefined) return nothing;
  return beginningWith(last, await inCommand(command.parser(), rest.slice(0, -1), last, valuesOf));
}

function ofCommands(commands: CommandList, withHelp: boolean): Candidates {
  const help: readonly Candidate[] = withHelp ? [['help', 'explains a command']] : [];
  const values = [...commands].map(([name, { summary }]) => [name, summary] as const);
  return { values: [...values, ...help], directive: directives.noFiles };
}

async function inCommand(
  parser: Parser,
  before: readonly string[],
  last: string,
  valuesOf: ValueSource,
): Promise<Candidates> {
  const { typed, operands, awaiting, isOver } = readTyped(parser, before);
  if (awaiting !== undefined) return valuesOf(awaiting, typed);
  if (isOver || !last.startsWith('-')) {
    const operand = operandAt(parser, operands);
    return operand === undefined ? nothing : valuesOf(operand, typed);
  }
  const [flag = '', ...value] = last.split('=');
  if (value.length === 0) return { values: optionNames(parser, typed), directive: directives.noFiles };
  const option = optionOf(parser, flag);
  return option === undefined ? nothing : prefixed(`${flag}=`, await valuesOf(option, typed));
}

interface Typed {
  readonly typed: Map<string, string>;
  /** How many arguments have been typed that belong to no option. */
  readonly operands: number;
  /** The option whose value comes next. */
  readonly awaiting: Option | undefined;
}

/** After `--` nothing is an option. */
function readTyped(parser: Parser, words: readonly string[]): Typed & { readonly isOver: boolean } {
  const end = words.indexOf('--');
  const nothingYet: Typed = { typed: new Map(), operands: 0, awaiting: undefined };
  const read = (end < 0 ? words : words.slice(0, end)).reduce(
    (sofar, word) => withWord(parser, sofar, word),
    nothingYet,
  );
  if (end < 0) return { ...read, isOver: false };
  return { ...read, operands: read.operands + words.length - end - 1, awaiting: undefined, isOver: true };
}

function withWord(parser: Parser, { typed, operands, awaiting }: Typed, word: string): Typed {
  if (awaiting !== undefined) {
    typed.set(awaiting.long ?? '', word);
    return { typed, operands, awaiting: undefined };
  }
  const [flag = '', ...value] = word.split('=');
  const option = optionOf(parser, flag);
  if (option === undefined) {
    return { typed, operands: word.startsWith('-') ? operands : operands + 1, awaiting: undefined };
  }
  typed.set(option.long ?? '', value.join('='));
  return { typed, operands, awaiting: option.required && value.length === 0 ? option : undefined };
}

function optionOf(parser: Parser, flag: string): Option | undefined {
  return parser.options.find(({ long, short }) => flag !== '' && (flag === long || flag === short));
}

function operandAt({ registeredArguments }: Parser, index: number): Argument | undefined {
  const last = registeredArguments.at(-1);
  return registeredArguments[index] ?? (last?.variadic ? last : undefined);
}

/** The long ones, without those that have been given and may be given once. */
function optionNames(parser: Parser, typed: TypedOptions): readonly Candidate[] {
  const options = parser.createHelp().visibleOptions(parser);
  return options
    .filter(({ long, description }) => !typed.has(long ?? '') || description.endsWith('(repeatable)'))
    .map(({ long, description }) => [long ?? '', description] as const);
}

function prefixed(prefix: string, { values, directive }: Candidates): Candidates {
  return { values: values.map(([value, ...rest]) => [`${prefix}${value}`, ...rest]), directive };
}

function beginningWith(start: string, { values, directive }: Candidates): Candidates {
  return { values: values.filter(([value]) => value.startsWith(start)), directive };
}
