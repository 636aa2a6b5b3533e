import { oneLine } from '../../shown-text.ts';
import { type DefinitionInForce, nameInForce } from './injector-version.ts';

/** A sidecar, or the next version of one, that two sets of definitions do not give alike, by the hash of each; undefined where one has none of it. */
export interface DefinitionDifference {
  readonly sidecar: string;
  readonly here: string | undefined;
  readonly there: string | undefined;
  /** The images, where the hashes are the same and these are not: another registry. */
  readonly images?: readonly [here: string, there: string];
}

/** What differs between the definitions here and those there, in the order of the names. */
export function compareDefinitions(
  here: readonly DefinitionInForce[],
  there: readonly DefinitionInForce[],
): readonly DefinitionDifference[] {
  const [mine, theirs] = [bySidecar(here), bySidecar(there)];
  const names = [...new Set([...mine.keys(), ...theirs.keys()])].sort();
  return names.flatMap(sidecar => {
    const [a, b] = [mine.get(sidecar), theirs.get(sidecar)];
    const difference = { sidecar, here: a?.hash, there: b?.hash };
    if (a?.hash !== b?.hash) return [difference];
    if (a?.image === b?.image || a?.image === undefined || b?.image === undefined) return [];
    return [{ ...difference, images: [a.image, b.image] as const }];
  });
}

function bySidecar(definitions: readonly DefinitionInForce[]): ReadonlyMap<string, DefinitionInForce> {
  const inForce = definitions.filter(({ hash }) => hash !== undefined);
  return new Map(inForce.map(definition => [nameInForce(definition), definition]));
}

/** What the two sides are called. */
export type Sides = readonly [here: string, there: string];

/** The differences in a line, as many as one can take in; undefined where there are none. */
export function differencesInWords(
  differences: readonly DefinitionDifference[],
  sides: Sides = ['here', 'there'],
): string | undefined {
  if (differences.length === 0) return undefined;
  const told = differences.slice(0, maxTold).map(difference => inWords(difference, sides));
  const more = differences.length - told.length;
  return [...told, ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}

const maxTold = 10;

function inWords({ sidecar, here, there, images }: DefinitionDifference, sides: Sides): string {
  const [mine = 'none', theirs = 'none'] = images ?? [here, there];
  const what = images === undefined ? '' : 'image ';
  const shown = [mine, theirs].map((text, index) => `${oneLine(text, maxText)} ${sides[index]}`);
  return `${oneLine(sidecar, maxName)} (${what}${shown.join(', ')})`;
}

const maxName = 80;
const maxText = 200;
