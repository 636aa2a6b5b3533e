import { isObject, type Json, type JsonObject } from '../../kubernetes/json.ts';
import type { ObjectShape, Shape } from '../shape.ts';
import { isChoice, parseConditions, shapeBelow, takesJson } from '../template/template.ts';
import type { KeyPath } from '../yaml-source.ts';
import { type Alternative, entriesOf } from './alternatives.ts';
import { type Circumstances, withAll, withoutAll } from './circumstances.ts';

/** An object of a type of the Kubernetes API. */
export interface ObjectPlace extends Alternative<JsonObject> {
  readonly shape: ObjectShape;
  readonly type: string;
  readonly isInList: boolean;
}

/** A text, and what its field takes. */
export interface TextPlace extends Alternative<string> {
  readonly shape: Shape;
  /** It is an entry of a list itself, and repeated for each value of a list parameter that it names. */
  readonly isEntry: boolean;
  /** The parameter that `${each}` stands for. */
  readonly each: string | undefined;
}

/** All objects and all texts that a template can render to, each with its place and with what must be so. */
export interface Places {
  readonly objects: readonly ObjectPlace[];
  readonly texts: readonly TextPlace[];
}

export function placesIn(value: Json, shape: Shape): Places {
  const found = { objects: [], texts: [] };
  collect({ value, path: ['spec'], when: [], shape, ...outside }, found);
  return found;
}

interface Walk {
  readonly value: Json;
  readonly path: KeyPath;
  readonly when: Circumstances;
  readonly shape: Shape;
  readonly isTemplate: boolean;
  readonly isInList: boolean;
  readonly isEntry: boolean;
  readonly each: string | undefined;
}

const outside = { isTemplate: false, isInList: false, isEntry: false, each: undefined };

interface Found {
  readonly objects: ObjectPlace[];
  readonly texts: TextPlace[];
}

function collect(walk: Walk, found: Found): void {
  const { value, path, when, shape, isEntry, each } = walk;
  if (shape.kind === 'template') return collect({ ...walk, shape: shape.of, isTemplate: true }, found);
  if (Array.isArray(value)) return collectList(walk, found);
  if (isObject(value)) return collectObject(walk, value, found);
  if (typeof value === 'string' && walk.isTemplate) {
    found.texts.push({ value, path, when, shape, isEntry, each });
  }
}

function collectObject(walk: Walk, value: JsonObject, found: Found): void {
  const { path, when, shape, isTemplate, isInList } = walk;
  if (isTemplate && isChoice(value)) return collectChoice(walk, value, found);
  if (isTemplate && takesJson(shape) && 'json' in value) return;
  if (shape.kind !== 'object' && shape.kind !== 'map') return;
  if (shape.kind === 'object' && shape.type !== undefined) {
    found.objects.push({ value, path, when, shape, type: shape.type, isInList });
  }
  for (const [key, entry] of Object.entries(value)) {
    const field = { value: entry, path: [...path, key], shape: shapeBelow(shape, key), isEntry: false };
    collect({ ...walk, ...field }, found);
  }
}

function collectChoice(walk: Walk, choice: JsonObject, found: Found): void {
  const conditions = parseConditions(choice['when']);
  const { value, else: otherwise } = choice;
  const { path, when } = walk;
  if (value !== undefined)
    collect({ ...walk, value, path: [...path, 'value'], when: withAll(when, conditions) }, found);
  if (otherwise !== undefined)
    collect(
      { ...walk, value: otherwise, path: [...path, 'else'], when: withoutAll(when, conditions) },
      found,
    );
}

function collectList(walk: Walk, found: Found): void {
  const { shape } = walk;
  if (shape.kind !== 'list') return;
  const of = shape.of.kind === 'template' ? shape.of.of : shape.of;
  const isTemplate = walk.isTemplate || shape.of.kind === 'template';
  for (const { value, path, when, each = walk.each } of entriesOf(walk)) {
    collect({ value, path, when, shape: of, isTemplate, isInList: true, isEntry: true, each }, found);
  }
}
