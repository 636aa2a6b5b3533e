import { composeYamlInSteps } from '../compose-yaml.ts';
import { isObject, type JsonObject } from '../kubernetes/json.ts';
import { finish, type Steps } from '../steps.ts';
import { compileDefinition } from './compile-definition.ts';
import type { SidecarDefinition } from './definition.ts';
import type { DefinitionProblem } from './definition-problem.ts';
import { checkShape } from './schema/check-shape.ts';
import { definitionShape } from './schema/definition-shape.ts';
import { takeOutBrokenParts } from './take-out-broken-parts.ts';
import { YamlSource } from './yaml-source.ts';

/** What a file turned out to be: a definition, or everything that is wrong with it. */
export type DefinitionReading =
  | (ReadDefinition & { readonly problems?: never })
  | {
      readonly definition?: never;
      readonly name: string | undefined;
      readonly problems: readonly DefinitionProblem[];
      /** What the file says apart from what is broken, for whoever looks for more to remark. */
      readonly rest: ReadDefinition | undefined;
    };

export interface ReadDefinition {
  readonly definition: SidecarDefinition;
  readonly source: YamlSource;
  readonly spec: JsonObject;
}

/** Reads the text of one file in `sidecars/`, strictly; `file` only names it in the problems. */
export function parseDefinition(file: string, text: string): DefinitionReading {
  return finish(parseDefinitionInSteps(file, text));
}

/** Reads it in steps: a definition takes longer than requests should wait. */
export function* parseDefinitionInSteps(file: string, text: string): Steps<DefinitionReading> {
  const source = new YamlSource(file, text, yield* composeYamlInSteps(text));
  yield;
  if (source.isYaml) checkShape(source, definitionShape);
  yield;
  const document = toJson(source);
  const name = nameOf(document);
  const read = source.isYaml ? yield* readUnbroken(source, name ?? '', document) : undefined;
  return source.hasProblems || read === undefined ? { name, problems: source.problems, rest: read } : read;
}

/** Reads what has its shape, of a document that was checked. */
function* readUnbroken(
  source: YamlSource,
  name: string,
  whole: JsonObject,
): Steps<ReadDefinition | undefined> {
  const { document, broken } = source;
  const { isEmpty } = broken;
  if (!isEmpty && !(document && takeOutBrokenParts(document, broken, definitionShape))) return undefined;
  yield;
  const { spec } = isEmpty ? whole : toJson(source);
  if (!isObject(spec)) return undefined;
  const filled = isEmpty ? spec : withContainer(spec);
  yield;
  return { definition: yield* compileDefinition(source, name, filled), source, spec: filled };
}

/** All that is read of a broken container counts on it; nothing is said of what stands in for it. */
function withContainer(spec: JsonObject): JsonObject {
  const container = isObject(spec['container']) ? spec['container'] : {};
  return { ...spec, container: { image: 'broken:1', ...container } };
}

/** The name that a document claims, however broken the rest of it is. */
function nameOf(document: JsonObject): string | undefined {
  const metadata = document['metadata'];
  const name = isObject(metadata) ? metadata['name'] : undefined;
  return typeof name === 'string' ? name : undefined;
}

function toJson({ document }: YamlSource): JsonObject {
  try {
    const value: unknown = document?.toJS({ maxAliasCount: 0 });
    return isObject(value) ? value : {};
  } catch {
    return {}; // An alias: checkShape has reported it with its place.
  }
}
