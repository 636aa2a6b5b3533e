import { isObject, type Json, type JsonObject } from '../../kubernetes/json.ts';
import { nearestName } from '../../nearest-name.ts';
import type { Steps } from '../../steps.ts';
import type { Shape } from '../shape.ts';
import type { KeyPath, YamlSource } from '../yaml-source.ts';
import { runFacts } from './conditions.ts';
import { type Place, placesIn } from './places.ts';
import {
  eachIndex,
  eachName,
  eachOfMap,
  eachValue,
  hasOpenBrace,
  instanceName,
  isChoice,
  isEach,
  nameInBraces,
  type ParameterPart,
  parseConditions,
  textParts,
} from './template.ts';

/** Reports every `${…}` and every condition that names nothing, or a parameter whose type does not fit its place. */
export function* checkTemplates(
  source: YamlSource,
  spec: JsonObject,
  specShape: Shape,
  parameters: ReadonlyMap<string, NamedParameter>,
): Steps<void> {
  const declared = [
    ...Object.keys((spec['parameters'] ?? {}) as JsonObject),
    ...source.broken.keysBelow(['spec', 'parameters']),
  ];
  const broken = new Set(declared.filter(name => !parameters.has(name)));
  const facts = [...parameters.values()].flatMap(({ name, facts }) => [
    name,
    ...facts.map(fact => `${name}.${fact}`),
  ]);
  const names: Names = {
    source,
    parameters,
    broken,
    known: new Set([instanceName, ...parameters.keys(), ...broken]),
    facts: new Set(facts),
    containerFacts: new Set([...facts, ...Object.keys(runFacts)]),
    isEverOnce: mayRunOnce(source, spec),
  };
  if ('once' in spec) checkConditions(names, spec['once'], ['spec', 'once']);
  const { ready } = spec;
  if (isObject(ready) && 'when' in ready) checkConditions(names, ready['when'], ['spec', 'ready', 'when']);
  const places = placesIn(spec, specShape, ['spec']);
  yield;
  for (let from = 0; from < places.length; from += placesPerStep) {
    for (const place of places.slice(from, from + placesPerStep)) checkPlace(names, place);
    yield;
  }
}

const placesPerStep = 100;

function checkPlace(names: Names, place: Place): void {
  const { value, isTemplate, each } = place;
  if (isTemplate && typeof value === 'string') checkText(withEach(names, each), value, place);
  if (isTemplate && isObject(value)) checkForm(names, value, place);
}

/** A choice, or an entry for each value. */
function checkForm(names: Names, value: JsonObject, place: Place): void {
  if (isEach(value)) checkEach(names, value, place);
  if (isChoice(value) || (isEach(value) && 'when' in value))
    checkConditions(names, value['when'], [...place.path, 'when']);
}

/** Entries are made for the values of a parameter that may hold several. */
function checkEach({ source, parameters, broken }: Names, value: JsonObject, { path, each }: Place): void {
  const name = String(value['each']);
  const place = [...path, 'each'];
  const parameter = parameters.get(name);
  if (each !== undefined) source.add(place, `an entry for each value of "${each}" holds none of its own`);
  if (broken.has(name)) return;
  if (parameter === undefined)
    source.addUnknownName(place, () => unknown('parameter', name, parameters.keys()));
  else if (parameter.holds === 'one')
    source.add(place, `"${name}" holds one value; declare it with "list: true" or "map: true"`);
}

/** What a text may name in an entry that is made for each value of a parameter; undefined where that is not known. */
function withEach(names: Names, each: string | undefined): Names {
  if (each === undefined) return names;
  const parameter = names.parameters.get(each);
  const like = (name: string, other: NamedParameter | undefined) =>
    [name, other && { ...other, name }] as const;
  const value = parameter && { ...parameter, holds: 'one' as const };
  const own =
    parameter?.holds === 'map'
      ? [like(eachName, nameOfInstance), like(eachOfMap, value)]
      : [like(eachValue, value)];
  const all = parameter ? own : [eachValue, eachOfMap, eachName].map(name => like(name, undefined));
  return { ...names, each: new Map([...all, like(eachIndex, indexOfEach)]) };
}

const indexOfEach: NamedParameter = {
  name: eachIndex,
  type: 'integer',
  facts: [],
  literals: [],
  holds: 'one',
};

function mayRunOnce({ broken }: YamlSource, spec: JsonObject): boolean {
  return broken.blur(['spec', 'modes']) || ((spec['modes'] ?? []) as readonly Json[]).includes('init');
}

/** What a template has to know of a parameter that it names. */
interface NamedParameter {
  readonly name: string;
  readonly type: string;
  /** What conditions may ask of it as `<name>.<fact>`. */
  readonly facts: readonly string[];
  /** Values that are accepted beside the type. */
  readonly literals: readonly string[];
  readonly holds: 'one' | 'list' | 'map';
}

/** What may be named. A parameter whose own declaration is broken counts as known: one mistake makes one problem. */
interface Names {
  readonly source: YamlSource;
  readonly parameters: ReadonlyMap<string, NamedParameter>;
  readonly broken: ReadonlySet<string>;
  /** What a text may name. */
  readonly known: ReadonlySet<string>;
  /** What it may name too, in an entry that is made for each value of a parameter. */
  readonly each?: ReadonlyMap<string, NamedParameter | undefined>;
  /** What a condition may name, and what one in the container may. */
  readonly facts: ReadonlySet<string>;
  readonly containerFacts: ReadonlySet<string>;
  /** Whether a container of it ever runs once. */
  readonly isEverOnce: boolean;
}

function checkConditions(
  { source, broken, facts, containerFacts, isEverOnce }: Names,
  value: Json | undefined,
  path: KeyPath,
): void {
  if (Array.isArray(value) && value.length === 0) source.add(path, 'name at least one fact');
  const known = path[1] === 'container' ? containerFacts : facts;
  for (const { subject, fact } of parseConditions(value)) {
    const name = fact === undefined ? subject : `${subject}.${fact}`;
    if (!known.has(name) && !broken.has(subject))
      source.addUnknownName(path, () => unknown('fact', name, factsLike(subject, known)));
    if (name === 'run.once' && known.has(name) && !isEverOnce)
      source.add(path, 'run.once never holds: "modes" has no init');
  }
}

function checkText(names: Names, text: string, { shape, path }: Place): void {
  const { source, parameters, each } = names;
  if (hasOpenBrace(text)) source.add(path, 'a "${" without its "}"; write "$${" for a plain one');
  const named = textParts(text).filter(part => typeof part === 'object');
  const find = (name: string) => (each?.has(name) ? each.get(name) : parameters.get(name));
  const lists = named.filter(({ parameter }) => find(parameter)?.holds === 'list');
  if (new Set(lists.map(({ parameter }) => parameter)).size > 1) {
    source.add(path, 'one list at most, because the text is repeated for each of its values');
  }
  for (const part of named) {
    const name = part.parameter;
    if (!isKnown(names, name, path)) continue;
    if (part.isInSeconds) checkSeconds(source, path, { part, shape, parameter: find(name) });
    else checkType(source, path, shape, find(name));
  }
}

/** Reports a name that is not known; what is broken itself is known, and has no type that could fit. */
function isKnown({ source, known, broken, each }: Names, name: string, path: KeyPath): boolean {
  if (each?.has(name)) return each.get(name) !== undefined;
  if (known.has(name)) return !broken.has(name);
  source.addUnknownName(path, () => unknown('parameter', name, [...(each?.keys() ?? []), ...known]));
  return false;
}

/** The facts of a subject, or all where it has none. */
function factsLike(subject: string, known: ReadonlySet<string>): readonly string[] {
  const own = [...known].filter(fact => fact.startsWith(`${subject}.`));
  return own.length > 0 ? own : [...known];
}

function unknown(kind: string, name: string, known: Iterable<string>): string {
  const [parameter = '', preset] = name.split(':-', 2);
  if (preset !== undefined)
    return `no ${kind} "${name}"; write "\${${parameter}}" here, and "default: ${preset}" where it is declared`;
  const nearest = nearestName(name, known);
  return `no ${kind} "${name}"; ${nearest === undefined ? `known: ${[...known].join(', ')}` : `did you mean "${nearest}"?`}`;
}

const nameOfInstance: NamedParameter = {
  name: instanceName,
  type: 'name',
  facts: [],
  literals: [],
  holds: 'one',
};

const numberTypes: ReadonlySet<string> = new Set(['integer', 'port']);

/** Where Kubernetes wants a number or a boolean the text is exactly one parameter. No parameter: the instance's name. */
function checkType(
  source: YamlSource,
  path: KeyPath,
  shape: Shape,
  parameter: NamedParameter | undefined,
): void {
  if (shape.kind !== 'number' && shape.kind !== 'boolean') return;
  const { name, type, literals, holds } = parameter ?? nameOfInstance;
  const fits = holds === 'one' && (shape.kind === 'boolean' ? type === 'boolean' : numberTypes.has(type));
  if (fits && literals.length === 0) return;
  const also = literals.length === 0 ? '' : `, or ${literals.join(' or ')}`;
  source.add(
    path,
    `expected a ${shape.kind}, but "\${${name}}" is of type ${type}${holds === 'one' ? '' : `, as a ${holds}`}${also}`,
  );
}

/** Seconds are a number, of a parameter that holds one duration. */
function checkSeconds(
  source: YamlSource,
  path: KeyPath,
  {
    part,
    shape,
    parameter = nameOfInstance,
  }: {
    readonly part: ParameterPart;
    readonly shape: Shape;
    readonly parameter: NamedParameter | undefined;
  },
): void {
  const { type, holds } = parameter;
  const name = `"\${${nameInBraces(part)}}"`;
  if (type !== 'duration' || holds !== 'one') {
    const kind = holds === 'one' ? type : `${type}, as a ${holds}`;
    source.add(path, `${name}: only a single duration has seconds, and this is of type ${kind}`);
  } else if (shape.kind === 'boolean') source.add(path, `expected a boolean, but ${name} is a number`);
}
