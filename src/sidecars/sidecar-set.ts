import { suggestion } from '../nearest-name.ts';
import { finish, type Steps } from '../steps.ts';
import type { SidecarDefinition } from './definition.ts';
import { type DefinitionProblem, shownProblem } from './definition-problem.ts';
import { presetsOf } from './parameters/parameter.ts';
import { type DefinitionReading, parseDefinitionInSteps } from './parse-definition.ts';

/** A file as it lies in the directory: its text, or why it cannot be read. */
export type SidecarFile =
  | { readonly name: string; readonly text: string }
  | { readonly name: string; readonly text?: never; readonly unreadable: string };

/** Whether a file says the same, or cannot be read for the same reason. */
export function isSameFile(a: SidecarFile, b: SidecarFile | undefined): boolean {
  return b !== undefined && a.name === b.name && a.text === b.text && reasonOf(a) === reasonOf(b);
}

function reasonOf(file: SidecarFile): string | undefined {
  return file.text === undefined ? file.unreadable : undefined;
}

/** An operator's defaults: values as an annotation would write them, by sidecar and parameter. */
export type SidecarDefaults = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What an operator's configuration says of sidecars by their names. */
export interface SidecarSettings {
  readonly defaults?: SidecarDefaults;
  /** Images by sidecar. They are put in where a container is rendered; here only their names count. */
  readonly images?: Readonly<Record<string, string>>;
}

/** The sidecars that are in force at one moment. A request works with one set from its start to its end. */
export interface SidecarSet {
  readonly sidecars: ReadonlyMap<string, SidecarDefinition>;
  /** Sidecars that have a file but no good version of it yet, each with what is wrong. */
  readonly broken: ReadonlyMap<string, string>;
  /** Everything that is wrong now, with the files whose last good version is still in force. */
  readonly problems: readonly DefinitionProblem[];
  readonly files: ReadonlyMap<string, LoadedFile>;
}

/** What is remembered of a file from one reading of the directory to the next. */
export interface LoadedFile {
  readonly file: SidecarFile;
  /** The last good version. */
  readonly definition: SidecarDefinition | undefined;
  /** The names whose pods are refused while there is no good version: the claimed one and the file's own. */
  readonly names: readonly string[];
  readonly problems: readonly DefinitionProblem[];
}

export const emptySidecarSet: SidecarSet = {
  sidecars: new Map(),
  broken: new Map(),
  problems: [],
  files: new Map(),
};

/**
 * The set that follows another one when the directory holds these files: a file that became bad keeps its last good
 * version, a file that is gone takes its sidecar with it. Where two files define one sidecar the first by name has it.
 */
export function nextSidecarSet(
  previous: SidecarSet,
  files: readonly SidecarFile[],
  settings: SidecarSettings = {},
): SidecarSet {
  return finish(loadSidecarFiles(previous, files, settings));
}

/** Makes the next set in steps. A file that is as it was is not read anew. */
export function* loadSidecarFiles(
  previous: SidecarSet,
  files: readonly SidecarFile[],
  settings: SidecarSettings = {},
): Steps<SidecarSet> {
  const loaded: LoadedFile[] = [];
  for (const file of files.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const before = previous.files.get(file.name);
    const isKnown = before !== undefined && isSameFile(file, before.file);
    loaded.push(isKnown ? before : yield* nextFile(before, file, settings.defaults ?? {}));
    yield;
  }
  return setOf(loaded, settings);
}

function setOf(loaded: readonly LoadedFile[], settings: SidecarSettings): SidecarSet {
  const sidecars = new Map<string, SidecarDefinition>();
  const problems: DefinitionProblem[] = [];
  const fileOf = new Map<string, string>();
  for (const { file, definition, problems: own } of loaded) {
    problems.push(...own);
    if (definition === undefined) continue;
    const { name } = definition;
    const first = fileOf.get(name);
    if (first === undefined) {
      fileOf.set(name, file.name);
      sidecars.set(name, definition);
    } else problems.push(problemOf(file.name, `"${name}" is defined in ${first} too, which has it`));
  }
  return {
    sidecars,
    broken: brokenNames(loaded, sidecars),
    problems: [...problems, ...straySettings(loaded, settings)],
    files: new Map(loaded.map(entry => [entry.file.name, entry])),
  };
}

function* nextFile(
  previous: LoadedFile | undefined,
  file: SidecarFile,
  defaults: SidecarDefaults,
): Steps<LoadedFile> {
  const ownName = file.name.replace(/\.ya?ml$/, '');
  const broken = (problems: readonly DefinitionProblem[], claimed?: string): LoadedFile => ({
    file,
    definition: previous?.definition,
    names: claimed === undefined ? [ownName] : [...new Set([claimed, ownName])],
    problems,
  });
  if (file.text === undefined) return broken([problemOf(file.name, file.unreadable)]);
  const reading = yield* readDefinition(file.name, file.text);
  yield;
  if (!reading.definition) return broken(reading.problems, reading.name);
  const { definition } = reading;
  const adjusted = withDefaults(definition, defaults[definition.name] ?? {});
  if (!('name' in adjusted))
    return broken(
      adjusted.map(message => problemOf(file.name, message)),
      definition.name,
    );
  return { file, definition: adjusted, names: [definition.name], problems: [] };
}

/** Whatever is wrong with one file, the others stay in force. */
function* readDefinition(name: string, text: string): Steps<DefinitionReading> {
  try {
    return yield* parseDefinitionInSteps(name, text);
  } catch (error) {
    const message = `cannot be checked, which is a fault of the injector: ${error instanceof Error ? error.message : error}`;
    return { name: undefined, problems: [problemOf(name, message)], rest: undefined };
  }
}

/** A problem of a file as a whole, or at a key of the configuration. */
function problemOf(file: string, message: string, path = ''): DefinitionProblem {
  return shownProblem({ file, line: 1, column: 1, path, message });
}

/** The app's containers are untouched unless their own pod asks for it. */
const annotationOnly: ReadonlySet<string> = new Set(['mount', 'env', 'containers']);

function withDefaults(
  definition: SidecarDefinition,
  defaults: Readonly<Record<string, string>>,
): SidecarDefinition | readonly string[] {
  const parameters = new Map(definition.parameters);
  const messages: string[] = [];
  for (const [name, text] of Object.entries(defaults)) {
    const where = `configuration defaults.${definition.name}.${name}`;
    if (annotationOnly.has(name) && parameters.get(name)?.isCommon !== false) {
      messages.push(`${where}: only an annotation may change the app's containers`);
      continue;
    }
    const parameter = parameters.get(name);
    const reading = parameter?.read(text);
    if (parameter === undefined || reading === undefined) {
      messages.push(`${where}: no such parameter${suggestion(name, parameters.keys())}`);
    } else if (!reading.value) {
      messages.push(`${where}: got "${text}"; use ${reading.use}`);
    } else {
      parameters.set(name, { ...parameter, defaultValue: reading.value });
    }
  }
  return messages.length > 0 ? messages : { ...definition, parameters, presets: presetsOf(parameters) };
}

function brokenNames(
  loaded: readonly LoadedFile[],
  sidecars: ReadonlyMap<string, SidecarDefinition>,
): ReadonlyMap<string, string> {
  const broken = loaded.filter(({ definition }) => definition === undefined);
  const entries = broken.flatMap(({ names, problems }) =>
    names.map(name => [name, inShort(problems)] as const),
  );
  return new Map(entries.filter(([name]) => !sidecars.has(name)));
}

function inShort([first, ...others]: readonly DefinitionProblem[]): string {
  if (first === undefined) return '';
  const { file, line, path, message } = first;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return `${file}:${line}: ${path === '' ? '' : `${path}: `}${message}${more}`;
}

/** A setting for a sidecar that nobody defines would be silently without effect. */
function straySettings(
  loaded: readonly LoadedFile[],
  { defaults = {}, images = {} }: SidecarSettings,
): readonly DefinitionProblem[] {
  const known = new Set(loaded.flatMap(({ names }) => names));
  return Object.entries({ defaults, images }).flatMap(([key, bySidecar]) =>
    Object.keys(bySidecar)
      .filter(name => !known.has(name))
      .map(name =>
        problemOf(
          'configuration',
          `no file defines a sidecar of this name${suggestion(name, known)}`,
          `${key}.${name}`,
        ),
      ),
  );
}
