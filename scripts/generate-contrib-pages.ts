/** docs/contrib.md and docs/contrib/: the sidecars that nobody gets who does not ask for them. */
import { readdirSync, readFileSync } from 'node:fs';
import type { SidecarDefinition } from '../src/sidecars/definition.ts';
import { emptySidecarSet, nextSidecarSet, type SidecarFile } from '../src/sidecars/sidecar-set.ts';
import { annotationTables } from './annotation-tables.ts';

const directory = new URL('../sidecars/contrib/', import.meta.url);

/** The page of the library and one page for each of its sidecars: their path in the project, and their text. */
export function contribPages(notice: string): readonly (readonly [path: string, text: string])[] {
  const { sidecars } = nextSidecarSet(emptySidecarSet, contribFiles());
  const definitions = [...sidecars.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return [
    ['docs/contrib.md', libraryPage(notice, definitions)],
    ...definitions.map(
      definition => [`docs/contrib/${definition.name}.md`, sidecarPage(notice, definition)] as const,
    ),
  ];
}

function contribFiles(): readonly SidecarFile[] {
  return readdirSync(directory).map(name => ({ name, text: readFileSync(new URL(name, directory), 'utf8') }));
}

function libraryPage(notice: string, definitions: readonly SidecarDefinition[]): string {
  const rows = definitions.map(
    ({ name, description }) => `| [${name}](contrib/${name}.md) | ${description.replaceAll('|', '\\|')} |`,
  );
  return `${text('contrib-head.md', notice).trimEnd()}

| sidecar | what it does |
|---|---|
${rows.join('\n')}
`;
}

/** A person writes what the program needs and what is left out; the rest is made from the definition. */
function sidecarPage(notice: string, definition: SidecarDefinition): string {
  const { name, description, modes } = definition;
  const written = text(`contrib/${name}.md`, notice)
    .trimEnd()
    .replace('{annotations}', () => `## Annotations\n\n${annotationTables(definition)}`);
  return `# ${name}

${notice}

${description} Modes: ${modes.join(', ')}. The definition is
[sidecars/contrib/${name}.yaml](../../sidecars/contrib/${name}.yaml), and [contrib.md](../contrib.md) says how to install it.

${written}
`;
}

function text(file: string, notice: string): string {
  return readFileSync(new URL(file, import.meta.url), 'utf8').replace('{notice}', notice);
}
