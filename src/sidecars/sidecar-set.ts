import { suggestion } from '../nearest-name.ts';
import { finish, type Steps } from '../steps.ts';
import type { SidecarDefinition } from './definition.ts';
import { sidecarOfFile, versionOfFile } from './definition-file.ts';
import { type DefinitionProblem, problemOfFile } from './definition-problem.ts';
import { presetsOf } from './parameters/parameter.ts';
import { type DefinitionReading, parseDefinitionInSteps } from './parse-definition.ts';
import { type SortedVersions, sortVersions, type VersionedFile } from './sort-versions.ts';

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

/** What an operator's configuration says of sidecars by their names; `logs.next` is the next version of one. */
export interface SidecarSettings {
  readonly defaults?: SidecarDefaults;
  /** Images by sidecar. They are put in where a container is rendered; here only their names count. */
  readonly images?: Readonly<Record<string, string>>;
  /** Which part of the pods gets the next version, by sidecar; here only their names count. */
  readonly versions?: Readonly<Record<string, unknown>>;
}

/** The sidecars that are in force at one moment. A request works with one set from its start to its end. */
export interface SidecarSet extends SortedVersions {
  readonly files: ReadonlyMap<string, LoadedFile>;
}

/** What is remembered of a file from one reading of the directory to the next. */
export interface LoadedFile extends VersionedFile {
  readonly file: SidecarFile;
}

export const emptySidecarSet: SidecarSet = {
  sidecars: new Map(),
  next: new Map(),
  broken: new Map(),
  brokenNext: new Map(),
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
  const { problems, ...versions } = sortVersions(loaded);
  return {
    ...versions,
    problems: [...problems, ...straySettings(loaded, settings)],
    files: new Map(loaded.map(entry => [entry.file.name, entry])),
  };
}

function* nextFile(
  previous: LoadedFile | undefined,
  file: SidecarFile,
  defaults: SidecarDefaults,
): Steps<LoadedFile> {
  const ownName = sidecarOfFile(file.name);
  const broken = (problems: readonly DefinitionProblem[], claimed?: string): LoadedFile => ({
    file,
    definition: previous?.definition,
    names: claimed === undefined ? [ownName] : [...new Set([claimed, ownName])],
    problems,
  });
  if (file.text === undefined) return broken([problemOfFile(file.name, file.unreadable)]);
  const reading = yield* readDefinition(file.name, file.text);
  yield;
  if (!reading.definition) return broken(reading.problems, reading.name);
  const definition: SidecarDefinition =
    versionOfFile(file.name) === 'next' ? { ...reading.definition, version: 'next' } : reading.definition;
  const adjusted = withDefaults(definition, defaults);
  if (!('name' in adjusted))
    return broken(
      adjusted.map(message => problemOfFile(file.name, message)),
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
    return { name: undefined, problems: [problemOfFile(name, message)], rest: undefined };
  }
}

/** The app's containers are untouched unless their own pod asks for it. */
const annotationOnly: ReadonlySet<string> = new Set(['mount', 'env', 'containers']);

function withDefaults(
  definition: SidecarDefinition,
  bySidecar: SidecarDefaults,
): SidecarDefinition | readonly string[] {
  const parameters = new Map(definition.parameters);
  const messages: string[] = [];
  const key = defaultsKeyOf(definition, bySidecar);
  for (const [name, text] of Object.entries(bySidecar[key] ?? {})) {
    const where = `configuration defaults.${key}.${name}`;
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

/** What the configuration says of a next version counts in the place of what it says of the sidecar. */
function defaultsKeyOf({ name, version }: SidecarDefinition, bySidecar: SidecarDefaults): string {
  const ofNext = `${name}.next`;
  return version === 'next' && Object.hasOwn(bySidecar, ofNext) ? ofNext : name;
}

/**
 * A setting for a sidecar that nobody defines would be silently without effect. One for a next version may wait for it, and
 * may stay for a while when that was promoted.
 */
function straySettings(
  loaded: readonly LoadedFile[],
  { defaults = {}, images = {}, versions = {} }: SidecarSettings,
): readonly DefinitionProblem[] {
  const known = new Set(loaded.flatMap(({ names }) => names));
  const isKnown = (name: string, mayBeNext: boolean) =>
    known.has(name) || (mayBeNext && known.has(name.replace(/\.next$/, '')));
  return Object.entries({ defaults, images, versions }).flatMap(([key, bySidecar]) =>
    Object.keys(bySidecar)
      .filter(name => !isKnown(name, key !== 'versions'))
      .map(name =>
        problemOfFile(
          'configuration',
          `no file defines a sidecar of this name${suggestion(name, known)}`,
          `${key}.${name}`,
        ),
      ),
  );
}
