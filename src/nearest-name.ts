import { closestMatch } from 'leven';

/** The known name that a misspelt one most likely means; undefined where none is near. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  if (name.length > maxLength) return undefined;
  const maxDistance = Math.max(2, Math.floor(name.length / 3));
  const nearest = closestMatch(name.toLowerCase(), comparable(known), { maxDistance });
  return nearest === undefined || isAccident(name.toLowerCase(), nearest) ? undefined : nearest;
}

/** Of a short word two other letters make another word, but for two that changed places. */
function isAccident(name: string, nearest: string): boolean {
  const isShort = name.length <= 4 && nearest.length <= 4;
  return (
    isShort && !closestMatch(name, [nearest], { maxDistance: 1 }) && lettersOf(name) !== lettersOf(nearest)
  );
}

function lettersOf(word: string): string {
  return [...word].toSorted().join('');
}

/** The end of a message that names the nearest known name; empty where none is near. */
export function suggestion(name: string, known: Iterable<string>): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? '' : `; did you mean "${nearest}"?`;
}

/** What is longer is no name of a container, sidecar or parameter: comparing two takes the product of their lengths. */
const maxLength = 63;

/** More names than a person chooses from. */
const maxNames = 500;

function comparable(known: Iterable<string>): readonly string[] {
  const names: string[] = [];
  for (const name of known) {
    if (name.length <= maxLength) names.push(name);
    if (names.length === maxNames) break;
  }
  return names;
}
