import { isObject, type Json } from '../../kubernetes/json.ts';
import type { Shape } from '../shape.ts';
import type { KeyPath } from '../yaml-source.ts';
import { isChoice, isEach, shapeBelow } from './template.ts';

/** A value of a document, and where it stands. */
export interface Place {
  readonly value: Json;
  readonly shape: Shape;
  readonly path: KeyPath;
  /** Whether `${…}` and choices mean something here. */
  readonly isTemplate: boolean;
  /** The parameter for each value of which this is made. */
  readonly each: string | undefined;
}

/** Where a value stands. */
type Surroundings = Pick<Place, 'isTemplate' | 'each'>;

const outside: Surroundings = { isTemplate: false, each: undefined };

/** A value and everything below it, each with its shape and its path. */
export function placesIn(value: Json, outer: Shape, path: KeyPath, around = outside): readonly Place[] {
  const isTemplate = around.isTemplate || outer.kind === 'template';
  const shape = outer.kind === 'template' ? outer.of : outer;
  const surroundings = { isTemplate, each: around.each };
  const below = (entry: Json, entryShape: Shape, key: string | number, each = around.each) =>
    placesIn(entry, entryShape, [...path, key], { isTemplate, each });
  const here: Place = { value, shape, path, ...surroundings };
  if (Array.isArray(value)) {
    const of = shape.kind === 'list' ? shape.of : shape;
    return [here, ...value.flatMap((entry: Json, index) => below(entry, of, index))];
  }
  if (!isObject(value)) return [here];
  if (isTemplate && isEach(value))
    return [here, ...below(value['value'] ?? null, shape, 'value', around.each ?? String(value['each']))];
  const isChoiceHere = isTemplate && isChoice(value);
  const entries = Object.entries(value).filter(([key]) => !isChoiceHere || key !== 'when');
  return [
    here,
    ...entries.flatMap(([key, entry]) => below(entry, isChoiceHere ? shape : shapeBelow(shape, key), key)),
  ];
}
