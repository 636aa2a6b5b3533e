/** One object for all positions of the switches, with marks where they differ. */
import { isDeepStrictEqual } from 'node:util';
import { isObject, type Json, type JsonObject } from '../../src/kubernetes/json.ts';
import { linesMark, valueMark } from './marks.ts';

/** What a switch makes of a value. */
export interface Change {
  readonly condition: string;
  readonly off: Json;
  readonly on: Json;
}

/**
 * Puts the changes into the value that there is without any of them.
 *
 * @throws Error where two switches change the same value, or a list other than at its end.
 */
export function switched(value: Json, changes: readonly Change[]): Json {
  const real = changes.filter(({ on, off }) => !isDeepStrictEqual(on, off));
  if (real.length === 0) return value;
  if (isList(value)) return switchedList(value, real);
  if (isObject(value)) return switchedMap(value, real);
  const [change, ...others] = real;
  if (change === undefined || others.length > 0) throw overlap(real);
  return valueMark(
    `{{ if ${change.condition} }}${scalar(change.on)}{{ else }}${scalar(change.off)}{{ end }}`,
  );
}

function switchedList(value: readonly Json[], changes: readonly Change[]): readonly Json[] {
  const lists = changes.map(change => {
    const { on, off } = change;
    if (!isList(on) || !isList(off) || on.length < off.length || off.length !== value.length)
      throw overlap([change]);
    return { condition: change.condition, on, off };
  });
  return [
    ...value.map((item, index) =>
      switched(
        item,
        lists.map(list => atPlace(list, index)),
      ),
    ),
    ...lists.flatMap(({ condition, on, off }) => conditional(condition, on.slice(off.length))),
  ];
}

function conditional(condition: string, items: readonly Json[]): readonly Json[] {
  return items.length === 0 ? [] : [linesMark(`{{- if ${condition} }}`), ...items, linesMark('{{- end }}')];
}

function atPlace({ condition, on, off }: ListChange, index: number): Change {
  return { condition, on: on[index] as Json, off: off[index] as Json };
}

interface ListChange {
  readonly condition: string;
  readonly on: readonly Json[];
  readonly off: readonly Json[];
}

function switchedMap(value: JsonObject, changes: readonly Change[]): JsonObject {
  const maps = changes.map(change => {
    if (!isObject(change.on) || !isObject(change.off)) throw overlap([change]);
    return { condition: change.condition, on: change.on, off: change.off };
  });
  const keys = new Set([...Object.keys(value), ...maps.flatMap(({ on }) => Object.keys(on))]);
  return Object.fromEntries([...keys].flatMap(key => switchedKey(key, value[key], maps)));
}

interface MapChange {
  readonly condition: string;
  readonly on: JsonObject;
  readonly off: JsonObject;
}

function switchedKey(key: string, value: Json | undefined, changes: readonly MapChange[]): [string, Json][] {
  const comingOrGoing = changes.filter(({ on, off }) => key in on !== key in off);
  if (comingOrGoing.length === 0) {
    const here = changes.filter(({ on }) => key in on);
    return [
      [
        key,
        switched(
          value as Json,
          here.map(({ condition, on, off }) => ({ condition, on: on[key] as Json, off: off[key] as Json })),
        ),
      ],
    ];
  }
  const [change] = comingOrGoing;
  if (change === undefined || comingOrGoing.length > 1) throw overlap(comingOrGoing);
  const comes = key in change.on;
  const begin = `{{- if ${comes ? change.condition : `not (${change.condition})`} }}`;
  return [
    [`${linesMark(begin)} ${key}`, null],
    [key, (comes ? change.on[key] : value) as Json],
    [`${linesMark('{{- end }}')} ${key}`, null],
  ];
}

function overlap(changes: readonly { readonly condition: string }[]): Error {
  return new Error(
    `what these switches change does not go together: ${changes.map(({ condition }) => condition).join('; ')}`,
  );
}

function scalar(value: Json): string {
  if (typeof value === 'object') throw new Error(`no text, number or boolean: ${JSON.stringify(value)}`);
  return JSON.stringify(value);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
