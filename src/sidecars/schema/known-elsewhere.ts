import type { Shape } from '../shape.ts';
import { specShape } from './definition-shape.ts';

/** Where in a definition a key belongs that stands where nobody knows it, such as `spec.container`. */
export function knownElsewhere(key: string): string | undefined {
  if (commonWords.has(key)) return undefined;
  return places.find(place => fieldsAt(place).has(key))?.join('.');
}

/** They stand in many places, so that nobody can say which one is meant. */
const commonWords: ReadonlySet<string> = new Set(['default', 'name', 'type', 'value', 'when']);

const places = [
  ['spec'],
  ['spec', 'container'],
  ['spec', 'container', 'securityContext'],
  ['spec', 'container', 'resources'],
] as const;

function fieldsAt([, ...keys]: readonly string[]): ReadonlySet<string> {
  let shape: Shape | undefined = specShape;
  for (const key of keys) {
    const fields: Readonly<Record<string, Shape>> = shape?.kind === 'object' ? shape.fields : {};
    const field: Shape | undefined = fields[key];
    shape = field?.kind === 'template' ? field.of : field;
  }
  return new Set(shape?.kind === 'object' ? Object.keys(shape.fields) : []);
}
