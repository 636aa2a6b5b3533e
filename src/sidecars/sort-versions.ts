import type { SidecarDefinition } from './definition.ts';
import { type DefinitionVersion, versionOfFile } from './definition-file.ts';
import { type DefinitionProblem, problemOfFile } from './definition-problem.ts';

/** A file that was read. */
export interface VersionedFile {
  readonly file: { readonly name: string };
  /** What it said when it was last right. */
  readonly definition: SidecarDefinition | undefined;
  /** The names whose pods are refused while it never was right: the claimed one and the file's own. */
  readonly names: readonly string[];
  readonly problems: readonly DefinitionProblem[];
}

/** Files sorted by what they are to pods. */
export interface SortedVersions {
  readonly sidecars: ReadonlyMap<string, SidecarDefinition>;
  /** Their next versions, which only pods get that ask for them or that the operator chooses. */
  readonly next: ReadonlyMap<string, SidecarDefinition>;
  /** Sidecars that have a file which never was right, each with what is wrong. */
  readonly broken: ReadonlyMap<string, string>;
  /** The same of their next versions. */
  readonly brokenNext: ReadonlyMap<string, string>;
  /** Everything that is wrong now, with the files whose last good text is still in force. */
  readonly problems: readonly DefinitionProblem[];
}

/**
 * Sorts files, which come in the order of their names, into sidecars and next versions of them. What is wrong with a next
 * version changes nothing for pods that do not ask for it, and one that stands alone is there for those that do.
 */
export function sortVersions(loaded: readonly VersionedFile[]): SortedVersions {
  const [current, next] = [new Map<string, Found>(), new Map<string, Found>()];
  const brokenNext = new Map<string, string>();
  const problems: DefinitionProblem[] = [];
  for (const { file, definition, problems: own } of loaded) {
    problems.push(...own);
    if (definition === undefined) continue;
    const { name } = definition;
    const found = versionOfFile(file.name) === 'next' ? next : current;
    const first = found.get(name)?.file;
    if (first === undefined) found.set(name, { file: file.name, definition });
    else problems.push(problemOfFile(file.name, `"${name}" is defined in ${first} too, which has it`));
  }
  for (const [name, { file, definition }] of next) {
    const owner = [next.get(name), current.get(name)].find(one => hasOwnVersion(one?.definition));
    if (owner === undefined) continue;
    const problem = problemOfFile(file, ownVersion(owner.file, definition));
    problems.push(problem);
    next.delete(name);
    brokenNext.set(name, inShort([problem]));
  }
  const broken = brokenAmong(loaded, 'current', current);
  return {
    sidecars: definitionsOf(current),
    next: definitionsOf(next),
    broken: new Map([...standingAlone(loaded, current), ...broken]),
    brokenNext: new Map([...brokenNext, ...brokenAmong(loaded, 'next', next)]),
    problems,
  };
}

interface Found {
  readonly file: string;
  readonly definition: SidecarDefinition;
}

function definitionsOf(found: ReadonlyMap<string, Found>): ReadonlyMap<string, SidecarDefinition> {
  return new Map([...found].map(([name, { definition }]) => [name, definition]));
}

/** The annotation that says which version a pod gets would set that parameter too. */
function hasOwnVersion(definition: SidecarDefinition | undefined): boolean {
  return definition?.parameters.has('version') === true;
}

function ownVersion(file: string, { name }: SidecarDefinition): string {
  return `${file} has a parameter "version", so sidecar.io/${name}.version cannot say which version a pod gets; give it another name there`;
}

function brokenAmong(
  loaded: readonly VersionedFile[],
  version: DefinitionVersion,
  good: ReadonlyMap<string, Found>,
): ReadonlyMap<string, string> {
  const broken = loaded.filter(
    ({ file, definition }) => definition === undefined && versionOfFile(file.name) === version,
  );
  const entries = broken.flatMap(({ names, problems }) =>
    names.map(name => [name, inShort(problems)] as const),
  );
  return new Map(entries.filter(([name]) => !good.has(name)));
}

/** What has a next version alone is nothing to pods that do not ask for it. */
function standingAlone(
  loaded: readonly VersionedFile[],
  current: ReadonlyMap<string, Found>,
): readonly (readonly [name: string, problem: string])[] {
  return loaded
    .filter(({ file }) => versionOfFile(file.name) === 'next')
    .flatMap(({ file, names }) =>
      names
        .filter(name => !current.has(name))
        .map(name => [name, `only ${file.name} defines it, for pods that ask for its next version`] as const),
    );
}

function inShort([first, ...others]: readonly DefinitionProblem[]): string {
  if (first === undefined) return '';
  const { file, line, path, message } = first;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return `${file}:${line}: ${path === '' ? '' : `${path}: `}${message}${more}`;
}
