import { isObject, type Json } from '../../kubernetes/json.ts';
import { doHold, type Facts } from './conditions.ts';
import {
  type ChoiceTemplate,
  eachIndex,
  eachName,
  eachOfMap,
  eachValue,
  instanceName,
  type ParameterPart,
  type Template,
} from './template.ts';

/** What a template is rendered with. */
export interface Scope extends Facts {
  readonly name: string;
  /** The parameters that have a value: of their type, or several such values in a list or an object. */
  readonly values: ReadonlyMap<string, RenderedValue>;
}

interface RenderedValue {
  readonly value: Json;
  readonly facts?: readonly string[];
  /** The seconds of a duration. */
  readonly magnitude?: number;
}

/**
 * Renders a template; undefined where nothing is left of it.
 *
 * A list entry that names a parameter without a value is left out as a whole; outside of lists the key is. A choice
 * without a branch leaves out just itself. A list or a map that loses all it has is left out too.
 */
export function renderTemplate(template: Template, scope: Scope): Json | undefined {
  const { name, values, isOnce } = scope;
  return orUndefined(render(template, { name, values, isOnce, isInList: false }));
}

function orUndefined(rendered: Rendered): Json | undefined {
  return typeof rendered === 'symbol' ? undefined : rendered;
}

/** `unset`: a parameter without a value was named. `absent`: nothing is to stand here. */
const unset = Symbol('unset');
const absent = Symbol('absent');
type Rendered = Json | typeof unset | typeof absent;

/** `isInList`: a parameter without a value takes more than its own key away. */
interface Surroundings extends Scope {
  readonly isInList: boolean;
  /** The one value of a list that a text is rendered with this time. */
  readonly oneOf?: { readonly list: string; readonly value: Json };
  /** What `${each…}` stands for this time. */
  readonly each?: ReadonlyMap<string, Json>;
}

function render(template: Template, scope: Surroundings): Rendered {
  switch (template.kind) {
    case 'literal':
      return template.value;
    case 'typed':
      return valueIn(template, scope) ?? unset;
    case 'text':
      return renderText(template, scope);
    case 'choice':
      return renderChoice(template, scope);
    case 'json':
      return renderJson(template.value, scope);
    case 'list':
      return renderList(template.entries, scope);
    case 'entries':
    case 'each':
      return absent; // They stand in lists only, which do not come here with them.
    case 'map':
      return renderMap(template.entries, scope);
  }
}

function renderText(template: Template & { kind: 'text' }, scope: Surroundings): Rendered {
  let text = '';
  for (const part of template.parts) {
    const value = typeof part === 'string' ? part : inserted(part, template.isExpanded, scope);
    if (value === undefined) return unset;
    text += value;
  }
  return text;
}

function inserted(part: ParameterPart, isExpanded: boolean, scope: Surroundings): string | undefined {
  const { name, oneOf } = scope;
  if (part.parameter === instanceName) return name;
  const value = oneOf?.list === part.parameter ? oneOf.value : valueIn(part, scope);
  if (value === undefined) return undefined;
  return isExpanded ? withoutExpansion(asText(value)) : asText(value);
}

function valueIn(
  { parameter, isInSeconds }: ParameterPart,
  { values, each }: Surroundings,
): Json | undefined {
  if (each?.has(parameter)) return each.get(parameter);
  const found = values.get(parameter);
  return isInSeconds ? wholeSeconds(found?.magnitude) : found?.value;
}

/** Rounded up, because 0 often means "for ever"; a billionth less, because a sum of fractions may be that much more. */
function wholeSeconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.max(1, Math.ceil(seconds - 1e-9));
}

/** Several values as an annotation would hold them. */
function asText(value: Json): string {
  if (isObject(value))
    return Object.entries(value)
      .map(([name, entry]) => `${name}=${String(entry)}`)
      .join();
  return String(value);
}

/**
 * Doubles the dollar signs that the kubelet would take for a reference or for an escape, so that the program gets the
 * value as it was written: `$(NAME)` would become the value of a variable, and `$$` a single sign.
 */
function withoutExpansion(value: string): string {
  return value.includes('$') ? value.replace(/\${2,}|\$(?=\(|$)/g, '$&$&') : value;
}

function renderChoice({ when, value, otherwise }: ChoiceTemplate, scope: Surroundings): Rendered {
  if (doHold(when, scope)) return render(value, scope);
  return otherwise === undefined ? absent : render(otherwise, scope);
}

function renderList(entries: readonly Template[], scope: Surroundings): Rendered {
  const inList = scope.isInList ? scope : { ...scope, isInList: true };
  const rendered: Json[] = [];
  for (const entry of entries) {
    for (const value of renderEntry(entry, inList)) {
      if (typeof value !== 'symbol') rendered.push(value);
    }
  }
  return rendered.length === 0 ? absent : rendered;
}

/** What one entry of a list becomes: it may stand for several, or be left out. */
function renderEntry(entry: Template, scope: Surroundings): readonly Rendered[] {
  switch (entry.kind) {
    case 'choice': {
      const branch = doHold(entry.when, scope) ? entry.value : entry.otherwise;
      return branch === undefined ? [] : renderEntry(branch, scope);
    }
    case 'each': {
      if (!doHold(entry.when, scope)) return [];
      return eachOf(entry.parameter, scope).flatMap(each => renderEntry(entry.value, { ...scope, each }));
    }
    case 'entries': {
      const rendered = entry.entries.flatMap(one => renderEntry(one, scope));
      return rendered.includes(unset) ? [] : rendered;
    }
    case 'typed':
      return valuesOf(entry.parameter, scope) ?? [render(entry, scope)];
    case 'text':
      return renderEntryText(entry, scope);
    default:
      return [render(entry, scope)];
  }
}

/** What `${each…}` stands for, once for each value of a parameter. */
function eachOf(parameter: string, { values }: Scope): readonly ReadonlyMap<string, Json>[] {
  const value = values.get(parameter)?.value;
  if (value === undefined) return [];
  if (!isObject(value)) {
    const list: readonly Json[] = Array.isArray(value) ? value : [value];
    return list.map(
      (each, index) =>
        new Map<string, Json>([
          [eachValue, each],
          [eachIndex, index],
        ]),
    );
  }
  return Object.entries(value).map(
    ([name, each], index) =>
      new Map<string, Json>([
        [eachName, name],
        [eachOfMap, each],
        [eachIndex, index],
      ]),
  );
}

/** A text that names a list is rendered once for each of its values, and a list that stands alone is put in. */
function renderEntryText(entry: Template & { kind: 'text' }, scope: Surroundings): readonly Rendered[] {
  const list = entry.parts.find(
    part => typeof part === 'object' && valuesOf(part.parameter, scope) !== undefined,
  );
  if (typeof list !== 'object') return [render(entry, scope)];
  return (valuesOf(list.parameter, scope) ?? []).map(value =>
    renderText(entry, { ...scope, oneOf: { list: list.parameter, value } }),
  );
}

/** The values of a list parameter. */
function valuesOf(parameter: string, { values, each }: Surroundings): readonly Json[] | undefined {
  if (each?.has(parameter)) return undefined;
  const value = values.get(parameter)?.value;
  return Array.isArray(value) ? value : undefined;
}

/** A structure of its own: what is left out of it leaves the text around it alone. */
function renderJson(template: Template, scope: Surroundings): Rendered {
  const rendered = render(template, { ...scope, isInList: false });
  return typeof rendered === 'symbol' ? rendered : withoutExpansion(JSON.stringify(rendered));
}

function renderMap(entries: readonly (readonly [string, Template])[], scope: Surroundings): Rendered {
  const rendered: Record<string, Json> = {};
  let isEmpty = true;
  for (const [key, entry] of entries) {
    const value = render(entry, scope);
    if (value === unset && scope.isInList) return unset;
    if (typeof value === 'symbol') continue;
    rendered[key] = value;
    isEmpty = false;
  }
  return isEmpty ? absent : rendered;
}
