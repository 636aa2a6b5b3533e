import { isObject, type Json, type JsonObject } from '../kubernetes/json.ts';
import { parseQuantity } from '../kubernetes/quantity.ts';
import { suggestion } from '../nearest-name.ts';
import type { Steps } from '../steps.ts';
import { checkImage } from './check-image.ts';
import { checkDefinition } from './checks/check-definition.ts';
import {
  modes as allModes,
  type Mode,
  type Parameter,
  type SidecarDefinition,
  type SwitchValue,
} from './definition.ts';
import { definitionHash } from './definition-hash.ts';
import { commonParameters, reservedParameterNames } from './parameters/common-parameters.ts';
import {
  type ParameterProblem,
  type ParameterSpec,
  parseParameter,
  presetsOf,
} from './parameters/parameter.ts';
import { namesInValue, plainSwitchValue, switchValueOf } from './parameters/switch-value.ts';
import { pullSecretsOf } from './pull-secrets.ts';
import { readReadiness } from './read-readiness.ts';
import { readVolumes } from './read-volumes.ts';
import { specShape } from './schema/definition-shape.ts';
import type { Shape } from './shape.ts';
import { checkTemplates } from './template/check-templates.ts';
import { namedParameters } from './template/named-parameters.ts';
import { parseCondition, parseConditions, parseTemplate, type Template } from './template/template.ts';
import type { KeyPath, YamlSource } from './yaml-source.ts';

/**
 * Makes a definition of what a file says, and reports what does not fit together. Its name comes from the file's metadata;
 * the spec has its shape.
 */
export function* compileDefinition(
  source: YamlSource,
  name: string,
  spec: JsonObject,
): Steps<SidecarDefinition> {
  if (reservedSidecarNames.has(name)) {
    source.add(
      ['metadata', 'name'],
      `"${name}" is not for sidecars: sidecar.io/${name} has a meaning of its own`,
    );
  }
  const modes = modesOf(source, spec);
  const { volumes, isShared, sharedWhen } = readVolumes(source, spec);
  yield;
  const traits = {
    modes,
    // Where they cannot be read, all that they bring may be named.
    hasSharedVolume: isShared || source.broken.blur(['spec', 'volumes']),
    hasReady: 'ready' in spec || source.broken.hide(['spec', 'ready']),
    hasAppEnvironment: 'app' in spec || source.broken.hide(['spec', 'app']),
  };
  const declared = yield* declaredParameters(source, spec);
  const parameters = new Map([
    ...declared,
    ...commonParameters(traits).flatMap(common =>
      declared.has(common.name) ? [] : [[common.name, common] as const],
    ),
  ]);
  yield* checkTemplates(source, spec, specShape, parameters);
  checkImage(source, spec, parameters);
  yield;
  checkUse(source, spec, declared);
  checkNeeds(source, parameters, declaredNames(source, spec));
  checkAppEnvironment(source, spec);
  yield* checkDefinition(source, { name, spec, parameters });
  const container = template(spec, 'container');
  yield;
  const hash = definitionHash(spec);
  yield;
  return {
    name,
    description: String(spec['description']),
    order: Number(spec['order'] ?? 0),
    switchValue: readSwitchValue(source, spec, declared),
    parameters,
    presets: presetsOf(parameters),
    volumes,
    sharedWhen,
    container,
    appEnv: appEnvironmentOf(spec),
    ready: readReadiness(source, spec, parameters),
    modes,
    once: onceOf(source, spec, modes),
    content: 'content' in spec ? template(spec, 'content') : undefined,
    annotations: annotationsOf(spec),
    imagePullSecrets: pullSecretsOf(spec),
    guaranteed: guaranteedOf(source, spec),
    isMountReadOnly: mountOf(spec).readOnly ?? true,
    isMountOptional: mountOf(spec).optional ?? false,
    hash,
  };
}

function mountOf(spec: JsonObject): { readonly readOnly?: boolean; readonly optional?: boolean } {
  return (spec['mount'] ?? {}) as ReturnType<typeof mountOf>;
}

/** Keys below `sidecar.io/` that are not sidecars. */
const reservedSidecarNames: ReadonlySet<string> = new Set(['inject', 'status', 'propagated']);

function shapeOf(key: string): Shape {
  return specShape.fields[key] ?? { kind: 'any' };
}

function template(spec: JsonObject, key: string): Template {
  return parseTemplate(spec[key] ?? null, shapeOf(key));
}

function* declaredParameters(source: YamlSource, spec: JsonObject): Steps<ReadonlyMap<string, Parameter>> {
  const parameters = new Map<string, Parameter>();
  for (const [name, raw] of Object.entries(rawParameters(spec))) {
    const path = ['spec', 'parameters', name];
    if (reservedParameterNames().includes(name)) source.add(path, `the name "${name}" belongs to the engine`);
    const parameter = parseParameter(name, withTexts(raw as JsonObject));
    if ('read' in parameter) parameters.set(name, parameter);
    else reportParameter(source, path, parameter);
    yield;
  }
  return parameters;
}

function rawParameters(spec: JsonObject): JsonObject {
  return (spec['parameters'] ?? {}) as JsonObject;
}

/** The parameters that a definition declares, broken or not. */
function declaredNames({ broken }: YamlSource, spec: JsonObject): ReadonlySet<string> {
  return new Set([...Object.keys(rawParameters(spec)), ...broken.keysBelow(['spec', 'parameters'])]);
}

function reportParameter(source: YamlSource, path: KeyPath, problems: readonly ParameterProblem[]): void {
  for (const { key, message } of problems) source.add(key ? [...path, key] : path, message);
}

/** Numbers and booleans of YAML as the texts that an annotation would hold. */
function withTexts(raw: JsonObject): ParameterSpec {
  const asText = (key: string, value: Json): Json => {
    if (typeof value === 'boolean' && ['required', 'list', 'map'].includes(key)) return value;
    return Array.isArray(value) ? value.map(String) : String(value);
  };
  return Object.fromEntries(
    Object.entries(raw).map(([key, value]) => [key, asText(key, value)]),
  ) as unknown as ParameterSpec;
}

function readSwitchValue(
  source: YamlSource,
  spec: JsonObject,
  declared: ReadonlyMap<string, Parameter>,
): SwitchValue {
  const value = spec['value'];
  if (typeof value !== 'string') return plainSwitchValue;
  const path = ['spec', 'value'];
  const known = declaredNames(source, spec);
  const names = namesInValue(value);
  for (const name of names.filter(name => !known.has(name))) {
    source.addUnknownName(path, () => `no parameter "${name}"${suggestion(name, known)}`);
  }
  const isRepeated = new Set(names).size < names.length;
  if (isRepeated || names.length > 2 || value.includes('}${')) {
    source.add(path, 'name one parameter, or two different ones with a text between them');
  }
  return switchValueOf(value, declared);
}

/** A parameter that needs one which is not there could never be set. */
function checkNeeds(
  source: YamlSource,
  parameters: ReadonlyMap<string, Parameter>,
  declared: ReadonlySet<string>,
): void {
  for (const { name, needs } of parameters.values()) {
    if (needs === undefined) continue;
    const path = ['spec', 'parameters', name, 'needs'];
    const { subject, fact } = parseCondition(needs);
    const needed = parameters.get(subject);
    if (!declared.has(subject) || subject === name) {
      source.addUnknownName(path, () => `no other parameter "${subject}"${suggestion(subject, declared)}`);
    } else if (needed && fact !== undefined && !needed.facts.includes(fact)) {
      source.add(path, () => `no fact "${subject}.${fact}"${suggestion(fact, needed.facts)}`);
    }
  }
}

function modesOf(source: YamlSource, spec: JsonObject): readonly Mode[] {
  if (source.broken.blur(['spec', 'modes'])) return allModes;
  const modes = (spec['modes'] ?? ['native', 'classic']) as readonly Mode[];
  if (modes.length === 0) source.add(['spec', 'modes'], 'name at least one mode');
  return modes;
}

function onceOf(source: YamlSource, spec: JsonObject, modes: readonly Mode[]): SidecarDefinition['once'] {
  if (!('once' in spec)) return undefined;
  if (!modes.includes('init')) source.add(['spec', 'once'], 'to run once, "modes" must have init');
  return parseConditions(spec['once']);
}

function guaranteedOf(source: YamlSource, spec: JsonObject): SidecarDefinition['guaranteed'] {
  const guaranteed = (spec['guaranteed'] ?? {}) as { readonly cpu?: string };
  if (guaranteed.cpu !== undefined && !((parseQuantity(guaranteed.cpu) ?? 0) > 0)) {
    source.add(['spec', 'guaranteed', 'cpu'], `"${guaranteed.cpu}" is no quantity such as 100m`);
  }
  return guaranteed;
}

function appEnvironmentOf(spec: JsonObject): Template | undefined {
  if (!('app' in spec)) return undefined;
  const app = template(spec, 'app');
  if (app.kind === 'map') return app.entries.find(([key]) => key === 'env')?.[1];
  const env = app.kind === 'literal' && isObject(app.value) ? app.value['env'] : undefined;
  return env === undefined ? undefined : { kind: 'literal', value: env };
}

/** Nothing could ask for the variables where the annotation that asks for them means something else. */
function checkAppEnvironment(source: YamlSource, spec: JsonObject): void {
  if (!('app' in spec) || !('env' in rawParameters(spec))) return;
  const path = ['spec', 'parameters', 'env'];
  source.add(path, 'the annotation .env asks for spec.app.env; give this parameter another name');
}

/** What every pod must set and nothing comes of is a mistake in the name of something else. */
function checkUse(source: YamlSource, spec: JsonObject, declared: ReadonlyMap<string, Parameter>): void {
  // What is wrong may name it.
  if (!source.isSureOfNames) return;
  const named = namedParameters(spec, specShape);
  for (const { name, isRequired } of declared.values()) {
    if (!isRequired || named.has(name)) continue;
    source.add(
      ['spec', 'parameters', name],
      `"${name}" is required and nothing names it; write "\${${name}}" where it belongs`,
    );
  }
}

function annotationsOf(spec: JsonObject): SidecarDefinition['annotations'] {
  const annotations = template(spec, 'annotations');
  if (annotations.kind === 'map') return annotations.entries;
  const literal = annotations.kind === 'literal' && isObject(annotations.value) ? annotations.value : {};
  return Object.entries(literal).map(([key, value]) => [key, { kind: 'literal', value }] as const);
}
