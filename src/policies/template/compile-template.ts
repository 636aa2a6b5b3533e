/**
 * Templates as CEL: what render-template.ts makes of values, as an expression that makes it inside the API server. Its
 * rules are told there; here they are conditions, as far as nobody knows the values yet.
 */
import {
  type ChoiceTemplate,
  type EachTemplate,
  eachIndex,
  eachName,
  eachOfMap,
  eachValue,
  type Template,
} from '../../sidecars/template/template.ts';
import {
  and,
  at,
  conditional,
  each,
  eachPair,
  equals,
  isLiteral,
  list,
  method,
  no,
  not,
  or,
  texts,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { compileText, compileTyped } from './compile-text.ts';
import { allHold, isSet, valueAt } from './conditions.ts';
import { either } from './either.ts';
import { withoutExpansion } from './insert-text.ts';
import { json, objects } from './output.ts';
import {
  isListParameter,
  isWord,
  kindOf,
  textTypes,
  typed,
  unlessWord,
  valuesOf,
} from './parameter-values.ts';
import { always, asOptional, type ListPart, listOfParts, nothing, type Rendering } from './rendering.ts';
import type { EachPart, Surroundings, TemplateScope } from './template-scope.ts';

/** What a template becomes. */
export function compileTemplate(template: Template, scope: TemplateScope): Rendering {
  return compile(template, { ...scope, output: objects, isInList: false, path: [] });
}

/** The same as an optional. */
export function compileOptional(template: Template, scope: TemplateScope): Expression {
  return asOptional(compileTemplate(template, scope));
}

/** What a template that is a list becomes, as a list that may be empty. */
export function compileList(template: Template, scope: TemplateScope): Expression {
  const { value, unset, absent } = compileTemplate(template, scope);
  return conditional(not(or(unset, absent)), value, list());
}

function compile(template: Template, scope: Surroundings): Rendering {
  const rendering = compilePlain(template, scope);
  return scope.adjust?.(scope.path, rendering) ?? rendering;
}

function compilePlain(template: Template, scope: Surroundings): Rendering {
  switch (template.kind) {
    case 'literal':
      return always(scope.output.literal(template.value));
    case 'typed':
      return compileTyped(template, scope);
    case 'text':
      return compileText(template, scope);
    case 'choice':
      return compileChoice(template, scope);
    case 'json':
      return compileJson(template.value, scope);
    case 'list':
      return compileEntries(template.entries, scope);
    case 'entries':
    case 'each':
      return nothing; // They stand in lists only, which do not come here with them.
    case 'map':
      return compileMap(template.entries, scope);
  }
}

function compileChoice({ when, value, otherwise }: ChoiceTemplate, scope: Surroundings): Rendering {
  const condition = allHold(when, scope);
  const then = compile(value, scope);
  return either(condition, then, otherwise === undefined ? nothing : compile(otherwise, scope));
}

/** A structure of its own: what is left out of it leaves the text around it alone. */
function compileJson(template: Template, scope: Surroundings): Rendering {
  const { adjust: _adjust, ...others } = scope;
  const { value, unset, absent, isMaybeEmpty } = compile(template, {
    ...others,
    output: json,
    isInList: false,
  });
  const isEmpty = isMaybeEmpty ? and(not(or(unset, absent)), equals(value, '')) : no;
  return {
    ...always(scope.output.text(withoutExpansion(value))),
    unset,
    absent: or(absent, isEmpty),
  };
}

function compileEntries(entries: readonly Template[], scope: Surroundings): Rendering {
  const parts = entries.flatMap(entry => partsOf(entry, { ...scope, isInList: true }));
  const isFull = parts.some(
    part =>
      part.kind === 'one' &&
      isLiteral(part.rendering.unset, false) &&
      isLiteral(part.rendering.absent, false) &&
      !part.rendering.isMaybeEmpty,
  );
  return { ...always(scope.output.list(parts)), isMaybeEmpty: !isFull };
}

/** What one entry of a list becomes: it may stand for several, or be left out. */
function partsOf(entry: Template, scope: Surroundings): readonly ListPart[] {
  switch (entry.kind) {
    case 'choice':
      return choiceParts(entry, scope);
    case 'each':
      return eachParts(entry, scope);
    case 'entries': {
      const parts = entry.entries.flatMap(one => partsOf(one, scope));
      return unsetTogether(parts);
    }
    case 'typed':
      if (isListParameter(entry.parameter, scope)) return [manyOf(entry.parameter, scope)];
      return [{ kind: 'one', rendering: compile(entry, scope) }];
    case 'text':
      return [textPart(entry, scope)];
    default:
      return [{ kind: 'one', rendering: compile(entry, scope) }];
  }
}

function manyOf(name: string, scope: Surroundings): ListPart {
  const set = isSet(scope, name);
  const parameter = scope.parameters.get(name);
  const values = valuesOf(valueAt(scope, { parameter: name }), parameter);
  const made = each(values, 'map', 'entry', scope.output[kindOf(parameter)]);
  return { kind: 'many', values: conditional(set, made, list()), unset: not(set) };
}

/** A text that names a list is made once for each of its values. */
function textPart(entry: Template & { kind: 'text' }, scope: Surroundings): ListPart {
  const found = entry.parts.find(part => typeof part === 'object' && isListParameter(part.parameter, scope));
  if (typeof found !== 'object') return { kind: 'one', rendering: compile(entry, scope) };
  const name = found.parameter;
  const set = isSet(scope, name);
  let unset: Expression = no;
  const given = valuesOf(valueAt(scope, { parameter: name }), scope.parameters.get(name));
  const values = each(given, 'map', 'entry', value => {
    const rendering = compile(entry, { ...scope, oneOf: { list: name, value } });
    unset = rendering.unset;
    return rendering.value;
  });
  return {
    kind: 'many',
    values: conditional(and(set, not(unset)), values, list()),
    unset: or(not(set), unset),
  };
}

function choiceParts({ when, value, otherwise }: ChoiceTemplate, scope: Surroundings): readonly ListPart[] {
  const condition = allHold(when, scope);
  const then = partsOf(value, scope);
  const other = otherwise === undefined ? [] : partsOf(otherwise, scope);
  if (isLiteral(condition, true)) return then;
  if (isLiteral(condition, false)) return other;
  const [a, b] = [then[0], other[0]];
  if (then.length <= 1 && other.length <= 1 && a?.kind !== 'many' && b?.kind !== 'many') {
    return [{ kind: 'one', rendering: either(condition, a?.rendering ?? nothing, b?.rendering ?? nothing) }];
  }
  const unset = conditional(condition, anyUnset(then), anyUnset(other));
  return [{ kind: 'many', values: conditional(condition, listOfParts(then), listOfParts(other)), unset }];
}

function anyUnset(parts: readonly ListPart[]): Expression {
  return or(...parts.map(part => (part.kind === 'one' ? part.rendering.unset : part.unset)));
}

/** All of these entries, or none where one of them names a parameter without a value. */
function unsetTogether(parts: readonly ListPart[]): readonly ListPart[] {
  const unset = anyUnset(parts);
  if (isLiteral(unset, false)) return parts;
  return [{ kind: 'many', values: conditional(unset, list(), listOfParts(parts)), unset: no }];
}

function eachParts({ parameter, when, value }: EachTemplate, scope: Surroundings): readonly ListPart[] {
  const given = valueAt(scope, { parameter });
  const isMap = scope.parameters.get(parameter)?.holds === 'map';
  let unset: Expression = no;
  const values = isMap ? pairsOf(given, parameter, scope) : valuesOf(given, scope.parameters.get(parameter));
  const made = eachPair(values, 'transformList', ['index', 'entry'], (index, entry) => {
    const bound = isMap ? pairParts(entry, parameter, scope) : valueParts(entry, parameter, scope);
    const parts = partsOf(value, {
      ...scope,
      each: new Map([...bound, [eachIndex, { value: index, kind: 'number', unset: no }]]),
    });
    unset = anyUnset(parts); // It is the same for all: only values have no value, and those of `each` have one.
    return listOfParts(parts);
  });
  const condition = and(isSet(scope, parameter), allHold(when, scope));
  return [
    {
      kind: 'many',
      values: conditional(condition, method(made, 'flatten'), list()),
      unset: and(condition, unset),
    },
  ];
}

type EachParts = readonly (readonly [name: string, part: EachPart])[];

function valueParts(entry: Expression, name: string, { parameters }: Surroundings): EachParts {
  return [[eachValue, { value: entry, kind: kindOf(parameters.get(name)), unset: no }]];
}

/** A word in place of a map is one value, without name and value of a map. */
function pairParts(pair: Expression, name: string, scope: Surroundings): EachParts {
  const parameter = scope.parameters.get(name);
  const type = parameter?.type ?? '';
  const unset = isWord(valueAt(scope, { parameter: name }), parameter);
  const kind = textTypes(type) ? 'text' : 'number';
  return [
    [eachName, { value: at(pair, 0), kind: 'text', unset }],
    [eachOfMap, { value: typed(at(pair, 1), type), kind, unset }],
  ];
}

function pairsOf(given: Expression, name: string, { parameters }: Surroundings): Expression {
  return unlessWord(given, parameters.get(name), { word: list(texts(['', ''])), several: given });
}

function compileMap(entries: readonly (readonly [string, Template])[], scope: Surroundings): Rendering {
  const made = entries.map(
    ([key, entry]) => [key, compile(entry, { ...scope, path: [...scope.path, key] })] as const,
  );
  const unset = scope.isInList ? or(...made.map(([, { unset: own }]) => own)) : no;
  // Where one of them takes the whole away the others are not looked at.
  const kept = scope.isInList
    ? made.map(([key, rendering]) => [key, { ...rendering, unset: no }] as const)
    : made;
  const isFull = kept.some(
    ([, rendering]) =>
      isLiteral(rendering.unset, false) && isLiteral(rendering.absent, false) && !rendering.isMaybeEmpty,
  );
  return { ...always(scope.output.map(kept)), unset, isMaybeEmpty: !isFull };
}
