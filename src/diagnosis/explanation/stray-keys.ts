/**
 * Keys that somebody meant for us and that nobody reads: at another place than annotations, on labels, or with another
 * prefix. The API server takes most of them without a word.
 */
import { annotationPrefix, injectAnnotation } from '../../injection/request/annotation-keys.ts';
import { shownKey, shownName } from '../../injection/shown-value.ts';
import { isObject, type Json, type JsonObject } from '../../kubernetes/json.ts';
import { nearestName } from '../../nearest-name.ts';
import type { Told } from './explanation.ts';
import { kindOf, shownPath } from './object-role.ts';

/** Where in an object annotations are read, and of which sidecars. */
export interface ReadPlaces {
  /** Paths of objects with metadata: empty for the object itself, `spec.template`. */
  readonly metadata: readonly (readonly string[])[];
  /** Where to write it instead. */
  readonly advice: string;
  readonly sidecars: readonly string[];
}

/** Finds the keys of an object that look as if they were ours and are without effect. */
export function strayKeys(object: JsonObject, places: ReadPlaces): readonly Told[] {
  const read = new Set(places.metadata.map(path => pathText([...path, 'metadata', 'annotations'])));
  const found: Told[] = [];
  const open: Visit[] = [{ path: [], value: object }];
  for (let next = open.pop(); next !== undefined && found.length < maxFound; next = open.pop()) {
    const { path, value } = next;
    const isRead = read.has(pathText(path));
    const strays = isObject(value) ? straysOf(object, { path, value }, { ...places, isRead }) : [];
    for (const stray of strays) found.push(stray);
    if (path.length < maxDepth) for (const visit of below(path, value)) open.push(visit);
  }
  return found.slice(0, maxFound);
}

/** Nobody reads more of them. */
const maxFound = 20;
const maxDepth = 30;

interface Visit {
  readonly path: readonly string[];
  readonly value: Json;
}

/** What controllers write is no place where a user looks for anything. */
function below(path: readonly string[], value: Json): readonly Visit[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value)
    .filter(([key]) => !(path.length === 0 && key === 'status') && key !== 'managedFields')
    .toReversed()
    .map(([key, next]) => ({ path: [...path, key], value: next as Json }));
}

function pathText(path: readonly string[]): string {
  return path.join('\n');
}

function straysOf(
  object: JsonObject,
  { path, value }: { readonly path: readonly string[]; readonly value: JsonObject },
  places: ReadPlaces & { readonly isRead: boolean },
): readonly Told[] {
  return Object.keys(value).flatMap(key => {
    if (!key.startsWith(annotationPrefix))
      return isNamesMap(path) ? misspelt(key, path, places.sidecars) : [];
    if (places.isRead || isOfNamespace(object, path, key)) return [];
    return [misplaced(object, path, key, places)];
  });
}

/** Whether the keys of a map are names of annotations or labels. */
function isNamesMap(path: readonly string[]): boolean {
  const last = path.at(-1);
  return last === 'annotations' || last === 'labels';
}

/** The one label that means something. */
function isOfNamespace(object: JsonObject, path: readonly string[], key: string): boolean {
  return (
    kindOf(object).kind === 'Namespace' && key === injectAnnotation && path.join('.') === 'metadata.labels'
  );
}

function misplaced(object: JsonObject, path: readonly string[], key: string, { advice }: ReadPlaces): Told {
  const isLabel = /^(?:labels|matchLabels)$/.test(path.at(-1) ?? '');
  const what = isLabel ? 'is a label, and only annotations are read' : 'is read by nobody there';
  return {
    code: isLabel ? 'label-instead-of-annotation' : 'annotation-misplaced',
    where: shownKey(key),
    message: `${shownKey(key)} in ${shownName(shownPath(path))} of the ${shownName(kindOf(object).kind)} ${what}`,
    advice,
  };
}

/** Another prefix, in capital letters or nearly ours, or none at all, before the name of a sidecar. */
function misspelt(key: string, path: readonly string[], sidecars: readonly string[]): readonly Told[] {
  const slash = key.indexOf('/');
  const [prefix, name] = [key.slice(0, Math.max(slash, 0)), key.slice(slash + 1)];
  const sidecar = name.split(/[._]/, 1)[0] ?? '';
  const isMeant =
    slash < 0
      ? sidecars.includes(sidecar) && path.at(-1) === 'annotations'
      : nearestName(prefix, [domain]) !== undefined &&
        nearestName(sidecar, [...sidecars, 'inject']) !== undefined;
  if (!isMeant) return [];
  return [
    {
      code: prefix.toLowerCase() === domain ? 'annotation-wrong-case' : 'annotation-misspelt',
      where: shownKey(key),
      message: `${shownKey(key)} in ${shownName(shownPath(path))} is not read: the prefix is ${annotationPrefix}, in small letters`,
      advice: `write ${shownKey(`${annotationPrefix}${name}`)}`,
    },
  ];
}

const domain = annotationPrefix.slice(0, -1);
