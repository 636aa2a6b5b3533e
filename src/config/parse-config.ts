import { parseArgs } from 'node:util';
import { composeYaml } from '../compose-yaml.ts';
import { suggestion } from '../nearest-name.ts';
import { oneLine } from '../shown-text.ts';
import type { Config } from './config.ts';
import { findContradictions } from './contradictions.ts';
import { flagOf, type Option, options, variableOf } from './options.ts';

/** The places that settings come from. */
export interface ConfigSources {
  /** Arguments after the verb, as in `['--listen', '127.0.0.1:8443']`. */
  readonly flags: readonly string[];
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The configuration file, where one is named: its text, or why it cannot be read. */
  readonly file?: ConfigFile | undefined;
}

export type ConfigFile =
  | { readonly path: string; readonly text: string }
  | { readonly path: string; readonly text?: never; readonly unreadable: string };

/** The settings, or everything that is wrong with them. */
export type ConfigReading =
  | { readonly config: Config }
  | { readonly config?: never; readonly problems: readonly string[] };

/** Puts the settings together; a flag wins over a variable, a variable over the file, the file over the default. */
export function parseConfig({ flags, variables, file }: ConfigSources): ConfigReading {
  const problems: string[] = [];
  const given = [readFlags(flags, problems), readVariables(variables), readFile(file, problems)];
  const config: Record<string, unknown> = {};
  for (const key of Object.keys(options)) {
    const option: Option<unknown> = options[key as keyof Config];
    const found = given.map(source => source.get(key)).find(setting => setting !== undefined);
    const reading = found ? option.read(found.value) : { value: option.default };
    if ('use' in reading)
      problems.push(`${found?.where}: got ${JSON.stringify(found?.value)}; use ${reading.use}`);
    else if ('problems' in reading)
      problems.push(...reading.problems.map(problem => `${found?.where}${problem}`));
    else config[key] = reading.value;
  }
  problems.push(...findContradictions(config));
  return problems.length > 0
    ? { problems: shown(problems) }
    : { config: Object.freeze(config) as unknown as Config };
}

/** All of them where a person wrote them, and the first ones where there are more than anybody reads. */
function shown(problems: readonly string[]): readonly string[] {
  const first = problems.slice(0, maxProblems).map(problem => oneLine(problem, maxProblemLength));
  return first.length < problems.length ? [...first, `and ${problems.length - first.length} more`] : first;
}

const maxProblems = 30;
const maxProblemLength = 1000;

/** The path that `--config` or its variable names; empty where it is given without one. */
export function configFilePath({ flags, variables }: ConfigSources): string | undefined {
  const named = readFlags(flags, []).get('config')?.value ?? variables[variableOf('config')];
  return named === undefined ? undefined : String(named);
}

/** A value as it was given, and where. */
interface Setting {
  readonly where: string;
  readonly value: unknown;
}

type Settings = ReadonlyMap<string, Setting>;

const flagKeys: ReadonlyMap<string, string> = new Map(
  [
    'config',
    ...Object.keys(options).filter(key => options[key as keyof Config].placeholder !== undefined),
  ].map(key => [flagOf(key), key]),
);

function readFlags(flags: readonly string[], problems: string[]): Settings {
  const settings = new Map<string, Setting>();
  const { tokens } = parseArgs({
    args: [...flags],
    options: Object.fromEntries([...flagKeys.keys()].map(flag => [flag, { type: 'string' }])),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  // A flag with one dash comes as one token for each of its letters.
  const isFirst = ({ index }: Token, position: number) => tokens[position - 1]?.index !== index;
  for (const token of tokens.filter(isFirst)) readToken(token, flags, settings, problems);
  return settings;
}

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number];
type OptionToken = Extract<Token, { kind: 'option' }>;

function readToken(
  token: Token,
  flags: readonly string[],
  settings: Map<string, Setting>,
  problems: string[],
): void {
  if (token.kind === 'positional') problems.push(`unexpected argument "${token.value}"`);
  if (token.kind !== 'option') return;
  const written = flags[token.index]?.split('=', 1)[0] ?? token.rawName;
  const name = written.replace(/^-+/, '');
  const key = written.startsWith('--') ? flagKeys.get(name) : undefined;
  if (key === undefined) problems.push(`unknown flag ${written}${suggestion(name, flagKeys.keys())}`);
  else if (isMissing(token)) problems.push(`flag ${written}: a value is missing`);
  else settings.set(key, { where: `flag ${written}`, value: token.value });
}

/** What looks like the next flag is no value: whoever means it writes `--flag=--value`. */
function isMissing({ value, inlineValue }: OptionToken): boolean {
  return value === undefined || (!inlineValue && value.startsWith('--'));
}

/** Other variables with our prefix are not ours: Kubernetes sets some for the Service of the same name. */
function readVariables(variables: ConfigSources['variables']): Settings {
  return new Map(
    [...flagKeys.values()].flatMap(key => {
      const name = variableOf(key);
      const value = variables[name];
      return value === undefined ? [] : [[key, { where: `variable ${name}`, value }] as const];
    }),
  );
}

function readFile(file: ConfigSources['file'], problems: string[]): Settings {
  if (file === undefined) return new Map();
  if (file.text === undefined) {
    problems.push(`configuration file ${file.path}: ${file.unreadable}`);
    return new Map();
  }
  const content = readYaml(file, problems);
  if (content === undefined) return new Map();
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    problems.push(`${file.path}: expected a map of settings`);
    return new Map();
  }
  const settings = new Map<string, Setting>();
  for (const [key, value] of Object.entries(content)) {
    if (Object.hasOwn(options, key)) settings.set(key, { where: `${file.path}: ${key}`, value });
    else problems.push(`${file.path}: unknown key "${key}"${suggestion(key, Object.keys(options))}`);
  }
  return settings;
}

/** What the file says, an empty map where it says nothing; undefined where that cannot be read. */
function readYaml({ path, text }: ConfigFile & { readonly text: string }, problems: string[]): unknown {
  const { documents, problems: found, lines } = composeYaml(text);
  for (const { offset, message } of found) {
    const { line, col } = lines.linePos(offset);
    problems.push(`${path}: ${message} at line ${line}, column ${col}`);
  }
  if (documents.length > 1) problems.push(`${path}: a second document; write one`);
  if (found.length > 0 || documents.length > 1) return undefined;
  try {
    return documents[0]?.toJS() ?? {};
  } catch (error) {
    problems.push(`${path}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
