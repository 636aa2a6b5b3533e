/** docs/architecture.md: the map for newcomers, with pictures that are drawn from the imports of src/. */
import { readFileSync } from 'node:fs';
import { folderOf, type Import, roomOf, sourceImports } from './source-imports.ts';

export function architecturePage(notice: string): string {
  const page = readFileSync(new URL('architecture.md', import.meta.url), 'utf8');
  return page
    .replace('{notice}', notice)
    .replace('{rooms}', () => flowchart(arrowsBetween(sourceImports, roomOf)))
    .replace('{folders}', () => flowchart(roomsWithFolders.flatMap(arrowsInside)));
}

/** Where folders build on each other. */
const roomsWithFolders = ['injection', 'sidecars'] as const;

interface Arrow {
  readonly from: string;
  readonly to: string;
  /** Nothing but types is imported. */
  readonly isType: boolean;
}

function arrowsInside(room: string): readonly Arrow[] {
  return arrowsBetween(sourceImports, path => {
    const folder = roomOf(path) === room ? folderOf(path) : undefined;
    return folder && `${room}/${folder}`;
  });
}

/**
 * One arrow for all imports between two places. One that others imply is left out; what imports values is implied only
 * where all of them do.
 */
function arrowsBetween(
  imports: readonly Import[],
  placeOf: (path: string) => string | undefined,
): readonly Arrow[] {
  const found = new Map<string, Map<string, boolean>>();
  for (const { file, imported, isType } of imports) {
    const [from, to] = [placeOf(file), imported && placeOf(imported)];
    if (from === undefined || to === undefined || from === to) continue;
    const targets = found.get(from) ?? new Map<string, boolean>();
    targets.set(to, (targets.get(to) ?? true) && isType);
    found.set(from, targets);
  }
  const targets = (from: string, isType: boolean) =>
    [...(found.get(from) ?? [])].filter(([, isTypeToo]) => isType || !isTypeToo).map(([to]) => to);
  const isImplied = ({ from, to, isType }: Arrow) => {
    const reached = new Set(targets(from, isType).filter(next => next !== to && next !== from));
    // A set goes on with what is added to it meanwhile, and ends where places form a circle.
    for (const place of reached)
      for (const next of targets(place, isType)) if (next !== from) reached.add(next);
    return reached.has(to);
  };
  return [...found]
    .flatMap(([from, targets]) => [...targets].map(([to, isType]): Arrow => ({ from, to, isType })))
    .filter(arrow => !isImplied(arrow))
    .toSorted((a, b) => (`${a.from} ${a.to}` < `${b.from} ${b.to}` ? -1 : 1));
}

/** https://mermaid.js.org/syntax/flowchart.html */
function flowchart(arrows: readonly Arrow[]): string {
  const lines = arrows.map(
    ({ from, to, isType }) => `  ${node(from)} ${isType ? '-.->' : '-->'} ${node(to)}`,
  );
  return ['```mermaid', 'flowchart TB', ...lines, '```'].join('\n');
}

/** Slashes and hyphens are for the text of a node, not for its name. */
function node(place: string): string {
  return `${place.replaceAll(/\W/g, '_')}["${place}"]`;
}
