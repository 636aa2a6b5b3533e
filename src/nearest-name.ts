import { closestMatch } from 'leven';

/** The known name that a misspelt one most likely means; undefined where none is near. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  const maxDistance = Math.max(2, Math.floor(name.length / 3));
  return closestMatch(name.toLowerCase(), [...known], { maxDistance });
}

/** The end of a message that names the nearest known name; empty where none is near. */
export function suggestion(name: string, known: Iterable<string>): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? '' : `; did you mean "${nearest}"?`;
}
