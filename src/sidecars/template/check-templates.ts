import { isObject, type Json, type JsonObject } from '../../kubernetes/json.ts';
import { nearestName } from '../../nearest-name.ts';
import type { Shape } from '../shape.ts';
import type { KeyPath, YamlSource } from '../yaml-source.ts';
import { runFacts } from './conditions.ts';
import {
  hasOpenBrace,
  instanceName,
  isChoice,
  nameInBraces,
  type ParameterPart,
  parseConditions,
  shapeBelow,
  textParts,
} from './template.ts';

/** Reports every `${…}` and every condition that names nothing, or a parameter whose type does not fit its place. */
export function checkTemplates(
  source: YamlSource,
  spec: JsonObject,
  specShape: Shape,
  parameters: ReadonlyMap<string, NamedParameter>,
): void {
  const declared = Object.keys((spec['parameters'] ?? {}) as JsonObject);
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
  };
  if ('once' in spec) checkConditions(names, spec['once'], ['spec', 'once']);
  const { ready } = spec;
  if (isObject(ready) && 'when' in ready) checkConditions(names, ready['when'], ['spec', 'ready', 'when']);
  for (const { value, shape, path, isTemplate } of placesIn(spec, specShape, ['spec'])) {
    if (!isTemplate) continue;
    if (typeof value === 'string') checkText(names, value, shape, path);
    if (isObject(value) && isChoice(value)) checkConditions(names, value['when'], [...path, 'when']);
  }
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
  /** What a condition may name, and what one in the container may. */
  readonly facts: ReadonlySet<string>;
  readonly containerFacts: ReadonlySet<string>;
}

function checkConditions(
  { source, broken, facts, containerFacts }: Names,
  value: Json | undefined,
  path: KeyPath,
): void {
  if (Array.isArray(value) && value.length === 0) source.add(path, 'name at least one fact');
  const known = path[1] === 'container' ? containerFacts : facts;
  for (const { subject, fact } of parseConditions(value)) {
    const name = fact === undefined ? subject : `${subject}.${fact}`;
    if (!known.has(name) && !broken.has(subject)) source.add(path, () => unknown('fact', name, known));
  }
}

function checkText(names: Names, text: string, shape: Shape, path: KeyPath): void {
  const { source, parameters, broken, known } = names;
  if (hasOpenBrace(text)) source.add(path, 'a "${" without its "}"; write "$${" for a plain one');
  const named = textParts(text).filter(part => typeof part === 'object');
  const lists = named.filter(({ parameter }) => parameters.get(parameter)?.holds === 'list');
  if (new Set(lists.map(({ parameter }) => parameter)).size > 1) {
    source.add(path, 'one list at most, because the text is repeated for each of its values');
  }
  for (const part of named) {
    const { parameter } = part;
    if (!known.has(parameter)) source.add(path, () => unknown('parameter', parameter, known));
    else if (broken.has(parameter)) continue;
    else if (part.isInSeconds)
      checkSeconds(source, path, { part, shape, parameter: parameters.get(parameter) });
    else checkType(source, path, shape, parameters.get(parameter));
  }
}

function unknown(kind: string, name: string, known: Iterable<string>): string {
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

interface Place {
  readonly value: Json;
  readonly shape: Shape;
  readonly path: KeyPath;
  /** Whether `${…}` and choices mean something here. */
  readonly isTemplate: boolean;
}

/** A value and everything below it, each with its shape and its path. */
function placesIn(value: Json, outer: Shape, path: KeyPath, isInTemplate = false): readonly Place[] {
  const isTemplate = isInTemplate || outer.kind === 'template';
  const shape = outer.kind === 'template' ? outer.of : outer;
  const below = (entry: Json, entryShape: Shape, key: string | number) =>
    placesIn(entry, entryShape, [...path, key], isTemplate);
  const here: Place = { value, shape, path, isTemplate };
  if (Array.isArray(value)) {
    const of = shape.kind === 'list' ? shape.of : shape;
    return [here, ...value.flatMap((entry: Json, index) => below(entry, of, index))];
  }
  if (!isObject(value)) return [here];
  const isChoiceHere = isTemplate && isChoice(value);
  const entries = Object.entries(value).filter(([key]) => !isChoiceHere || key !== 'when');
  return [
    here,
    ...entries.flatMap(([key, entry]) => below(entry, isChoiceHere ? shape : shapeBelow(shape, key), key)),
  ];
}
