/** The grammar of the small language that README.md beside this file tells. */
import { isObject, type Json, type JsonObject } from '../../kubernetes/json.ts';
import type { Shape } from '../shape.ts';

/** A value that is rendered once for each instance of a sidecar. */
export type Template =
  /** Rendered as it is: nothing below it names a parameter. */
  | { readonly kind: 'literal'; readonly value: Json }
  /** Always a text. `isExpanded`: the kubelet replaces `$(NAME)` in it, so inserted values are escaped. */
  | { readonly kind: 'text'; readonly parts: readonly TextPart[]; readonly isExpanded: boolean }
  /** Exactly one parameter where Kubernetes wants a number or a boolean: the value keeps its type. */
  | ({ readonly kind: 'typed' } & ParameterPart)
  | ChoiceTemplate
  /** A text: the JSON of what is below, with all that the kubelet would replace escaped. */
  | { readonly kind: 'json'; readonly value: Template }
  | { readonly kind: 'list'; readonly entries: readonly Template[] }
  /** In place of an entry of a list: all of these entries, or none where one of them names a parameter without a value. */
  | { readonly kind: 'entries'; readonly entries: readonly Template[] }
  | EachTemplate
  | { readonly kind: 'map'; readonly entries: readonly (readonly [key: string, value: Template])[] };

export type TextPart = string | ParameterPart;

/** `${timeout}`, or with `isInSeconds` `${timeout.seconds}`: a duration for programs that take a bare number. */
export interface ParameterPart {
  readonly parameter: string;
  readonly isInSeconds?: true;
}

const inSeconds = '.seconds';

/** `${name}` names no parameter but the instance. */
export const instanceName = 'name';

/** `${each}` in an entry that is made for each value of a list, `${each.value}` for a map. */
export const eachValue = 'each';
export const eachOfMap = 'each.value';
export const eachName = 'each.name';
export const eachIndex = 'each.index';

export interface ChoiceTemplate {
  readonly kind: 'choice';
  readonly when: readonly Condition[];
  readonly value: Template;
  readonly otherwise: Template | undefined;
}

/** In place of an entry of a list: one for each value of a list or a map. */
export interface EachTemplate {
  readonly kind: 'each';
  /** The parameter whose values they are. */
  readonly parameter: string;
  readonly when: readonly Condition[];
  readonly value: Template;
}

/** Something about a value or about the run that must hold, or must not: `secret`, `repo.ssh`, `!run.once`. */
export interface Condition {
  /** The parameter, or `run`. */
  readonly subject: string;
  /** What must be so of it; undefined asks only whether the parameter has a value. */
  readonly fact: string | undefined;
  readonly isNegated: boolean;
}

/** Reads a value as a template, after it was checked against the same shape. */
export function parseTemplate(value: Json, shape: Shape): Template {
  if (shape.kind === 'template') return parseTemplate(value, shape.of);
  if (typeof value === 'string') return parseText(value, shape);
  if (Array.isArray(value)) return parseList(value, shape);
  if (!isObject(value)) return { kind: 'literal', value };
  if (isChoice(value)) return parseChoice(value, shape);
  if (takesJson(shape) && 'json' in value) {
    return { kind: 'json', value: parseTemplate(value['json'] ?? null, { kind: 'any' }) };
  }
  const entries = Object.entries(value).map(
    ([key, entry]) => [key, parseTemplate(entry, shapeBelow(shape, key))] as const,
  );
  if (!entries.every(([, entry]) => entry.kind === 'literal')) return { kind: 'map', entries };
  return {
    kind: 'literal',
    value: Object.fromEntries(entries.map(([key, entry]) => [key, literalOf(entry)])),
  };
}

/** True for `{when, value, else}`. */
export function isChoice(value: JsonObject): boolean {
  return 'when' in value && !isEach(value);
}

/** True for `{each, value}` and `{each, when, value}`. The JSON of a program may well have a key `each` of its own. */
export function isEach(value: JsonObject): value is JsonObject & { readonly each: string } {
  const isWhole = typeof value['each'] === 'string' && 'value' in value;
  return isWhole && Object.keys(value).every(key => eachKeys.has(key));
}

const eachKeys: ReadonlySet<string> = new Set(['each', 'when', 'value']);

/** Whether a list may stand in place of an entry, whose entries then stand there: where no entry is a list itself. */
export function takesEntries(shape: Shape): boolean {
  if (shape.kind === 'template') return takesEntries(shape.of);
  return shape.kind !== 'any' && shape.kind !== 'list';
}

/** Whether `{json}` may stand in place of a text: where the kubelet expands it, as in args and environment values. */
export function takesJson(shape: Shape): boolean {
  return shape.kind === 'text' && shape.isExpanded === true;
}

/** Reads conditions: one text or a list of them. */
export function parseConditions(value: Json | undefined): readonly Condition[] {
  return (Array.isArray(value) ? value : [value]).map(text => parseCondition(String(text)));
}

/** Reads one condition: a parameter, or a fact of one, with `!` for not. */
export function parseCondition(text: string): Condition {
  const isNegated = text.startsWith('!');
  const [subject = '', fact] = text.slice(isNegated ? 1 : 0).split('.');
  return { subject, fact, isNegated };
}

/** The condition that holds where this one does not. */
export function opposite(condition: Condition): Condition {
  return { ...condition, isNegated: !condition.isNegated };
}

/** Splits a text at its `${…}`; `$${` is a plain `${`. */
export function textParts(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let plain = '';
  let end = 0;
  for (const { start, close } of bracesOf(text)) {
    plain += text.slice(end, start);
    end = close + 1;
    if (text[start + 1] === '$') {
      plain += '${';
      continue;
    }
    if (plain !== '') parts.push(plain);
    plain = '';
    parts.push(parameterPart(text.slice(start + 2, close)));
  }
  plain += text.slice(end);
  return plain === '' && parts.length > 0 ? parts : [...parts, plain];
}

function parameterPart(name: string): ParameterPart {
  return name.endsWith(inSeconds)
    ? { parameter: name.slice(0, -inSeconds.length), isInSeconds: true }
    : { parameter: name };
}

/** The names of the parameters in a text, each as often as it stands there. */
export function parametersIn(text: string): readonly string[] {
  return textParts(text).flatMap(part => (typeof part === 'object' ? part.parameter : []));
}

/** The parameter that a text is exactly, as `${port}`; undefined where it is more or less. */
export function onlyParameter(text: string): ParameterPart | undefined {
  const [part, ...others] = textParts(text);
  return typeof part === 'object' && others.length === 0 ? part : undefined;
}

/** What stands in the braces. */
export function nameInBraces({ parameter, isInSeconds }: ParameterPart): string {
  return isInSeconds ? `${parameter}${inSeconds}` : parameter;
}

/** Whether a `${` lacks its `}`. */
export function hasOpenBrace(text: string): boolean {
  return text.includes('${', (bracesOf(text).at(-1)?.close ?? -1) + 1);
}

/**
 * Where each `${…}` begins and ends, and each `$${` with its brace. They are not found by an expression, which would
 * look for the end of each `${` to the end of a text that has none.
 */
function bracesOf(text: string): readonly { readonly start: number; readonly close: number }[] {
  const braces: { readonly start: number; readonly close: number }[] = [];
  for (let open = text.indexOf('${'); open !== -1; ) {
    const isPlain = text[open - 1] === '$';
    const close = isPlain ? open + 1 : text.indexOf('}', open + 2);
    if (close === -1) break;
    braces.push({ start: isPlain ? open - 1 : open, close });
    open = text.indexOf('${', close + 1);
  }
  return braces;
}

function parseText(text: string, shape: Shape): Template {
  const parts = textParts(text);
  const [first, ...rest] = parts;
  if (typeof first === 'string' && rest.length === 0) return { kind: 'literal', value: first };
  const wantsText = shape.kind === 'text' || shape.kind === 'scalar';
  // The name of the instance has no type to keep.
  if (typeof first === 'object' && rest.length === 0 && !wantsText && first.parameter !== instanceName) {
    return { kind: 'typed', ...first };
  }
  return { kind: 'text', parts, isExpanded: shape.kind === 'text' && shape.isExpanded === true };
}

function parseList(value: readonly Json[], shape: Shape): Template {
  const entries = value.map(entry => parseListEntry(entry, shape.kind === 'list' ? shape.of : shape));
  if (!entries.every(entry => entry.kind === 'literal')) return { kind: 'list', entries };
  return { kind: 'literal', value: entries.map(literalOf) };
}

/** Reads an entry of a list, which may stand for several. */
export function parseListEntry(value: Json, shape: Shape): Template {
  if (!isObject(value)) return parseTemplate(value, shape);
  if (isEach(value)) {
    return {
      kind: 'each',
      parameter: value.each,
      when: 'when' in value ? parseConditions(value['when']) : [],
      value: parseEntries(value['value'] ?? null, shape),
    };
  }
  return isChoice(value) ? parseChoice(value, shape, parseEntries) : parseTemplate(value, shape);
}

function parseEntries(value: Json, shape: Shape): Template {
  if (!Array.isArray(value) || !takesEntries(shape)) return parseListEntry(value, shape);
  return { kind: 'entries', entries: value.map((entry: Json) => parseListEntry(entry, shape)) };
}

function parseChoice(value: JsonObject, shape: Shape, parse = parseTemplate): ChoiceTemplate {
  const otherwise = value['else'];
  return {
    kind: 'choice',
    when: parseConditions(value['when']),
    value: parse(value['value'] ?? null, shape),
    otherwise: otherwise === undefined ? undefined : parse(otherwise, shape),
  };
}

export function shapeBelow(shape: Shape, key: string): Shape {
  if (shape.kind === 'object') return shape.fields[key] ?? { kind: 'any' };
  return shape.kind === 'map' ? shape.of : { kind: 'any' };
}

function literalOf(template: Template): Json {
  return template.kind === 'literal' ? template.value : null;
}
