import { nearestName } from '../../nearest-name.ts';
import type { Parameter, ParameterValue, SidecarDefinition } from '../../sidecars/definition.ts';
import type { InjectionPolicy } from '../policy.ts';
import { type Finding, refusal, warning } from '../reason.ts';
import { shownList, shownName, shownValue } from '../shown-value.ts';
import { advice } from './advice.ts';
import { injectParameter, versionParameter } from './annotation-keys.ts';
import { checkOrigin } from './check-origin.ts';
import { checkParameters } from './check-parameters.ts';
import type { SidecarRequest } from './read-requests.ts';
import { isOfSwitch, parameterKey, type SidecarInstance } from './sidecar-instance.ts';

/** The instance, undefined where its values cannot be used or its switch is off, and what is to be said about it. */
export interface InstanceReading {
  readonly instance?: SidecarInstance;
  readonly findings: readonly Finding[];
}

/** Reads the values of a requested sidecar and finds everything that is wrong with them. */
export function readInstance(
  request: SidecarRequest,
  definition: SidecarDefinition,
  policy: InjectionPolicy,
): InstanceReading {
  if (isOnlyInject(request, definition)) return { findings: [wrongInject(request)] };
  const values = new Map(definition.presets);
  const findings: Finding[] = request.annotations.has('') ? [] : [withoutSwitch(request)];
  for (const [name, text] of request.annotations) {
    const { found, findings: more } = readAnnotation(request, name, text, { definition, policy });
    for (const [parameter, value] of found) values.set(parameter, value);
    findings.push(...more);
  }
  findings.push(...missingParameters(request, definition, values));
  if (findings.every(({ kind }) => kind === 'warning'))
    findings.push(...checkParameters(request, definition, values));
  const isOff = values.get('')?.value === false;
  if (isOff || findings.some(({ kind }) => kind === 'refusal')) return { findings };
  if (definition.parameters.has('volume') && !values.has('volume')) {
    values.set('volume', { text: request.name, value: request.name });
  }
  return { instance: { definition, request, name: request.name, values, isOnce: false }, findings };
}

interface AnnotationReading {
  /** The parameters that the annotation sets, with their values. */
  readonly found: readonly (readonly [name: string, value: ParameterValue])[];
  readonly findings: readonly Finding[];
}

function readAnnotation(
  request: SidecarRequest,
  name: string,
  text: string,
  { definition, policy }: { readonly definition: SidecarDefinition; readonly policy: InjectionPolicy },
): AnnotationReading {
  if (name === '') return readSwitch(request.shownKey, text, definition, policy);
  if (isInject(name, definition)) return { found: [], findings: [wrongInject(request)] };
  // It was read before: it says which definition this is.
  if (name === versionParameter && !definition.parameters.has(name)) return { found: [], findings: [] };
  const parameter = isOfSwitch(definition, name) ? undefined : definition.parameters.get(name);
  if (parameter === undefined) return { found: [], findings: [unknownParameter(request, name, definition)] };
  return readParameter(parameterKey(request, name), text, parameter, policy);
}

/** Whether an annotation says if the instance counts; what a definition calls so is its own. */
function isInject(name: string, { parameters }: SidecarDefinition): boolean {
  return name === injectParameter && !parameters.has(name);
}

/** It asks for nothing, whatever it says. */
function isOnlyInject({ annotations }: SidecarRequest, definition: SidecarDefinition): boolean {
  return [...annotations.keys()].every(name => isInject(name, definition));
}

/** What is "true" or "false" was understood before. */
function wrongInject(request: SidecarRequest): Finding {
  const key = parameterKey(request, injectParameter);
  const value = request.annotations.get(injectParameter) ?? '';
  const message = () => `annotation ${key}: got ${shownValue(value)}; use "true" or "false"`;
  return refusal('invalid-value', key, message);
}

/** The annotation's own value sets the parameters that stand in it, and no other annotation sets those. */
function readSwitch(
  key: string,
  text: string,
  { switchValue }: SidecarDefinition,
  policy: InjectionPolicy,
): AnnotationReading {
  const [only, ...others] = switchValue.parameters;
  if (only && others.length === 0 && switchValue.expects === only.expects) {
    return readParameter(key, text, only, policy);
  }
  if (text === '') return { found: [], findings: [emptyValue(key, switchValue.expects)] };
  const reading = switchValue.split(text);
  if (!reading.texts) {
    const message = () =>
      `annotation ${key}: got ${shownValue(text)}; use ${advice(reading.use, switchValue)}`;
    return { found: [], findings: [refusal('invalid-value', key, message)] };
  }
  const readings = switchValue.parameters.map(parameter =>
    readParameter(key, reading.texts.get(parameter.name) ?? '', parameter, policy),
  );
  return {
    found: readings.flatMap(({ found }) => found),
    findings: readings.flatMap(({ findings }) => findings),
  };
}

function readParameter(
  key: string,
  text: string,
  parameter: Parameter,
  policy: InjectionPolicy,
): AnnotationReading {
  const { value, findings } = readValue(key, text, parameter, policy);
  return { found: value ? [[parameter.name, value]] : [], findings };
}

function withoutSwitch(request: SidecarRequest): Finding {
  const first = [...request.annotations.keys()].find(name => name !== injectParameter) ?? injectParameter;
  const where = writtenKey(request, first);
  return refusal(
    'parameter-without-switch',
    where,
    () => `annotation ${where}: set ${request.shownKey} too, or remove this annotation`,
  );
}

interface ValueReading {
  readonly value?: ParameterValue;
  readonly findings: readonly Finding[];
}

function readValue(key: string, text: string, parameter: Parameter, policy: InjectionPolicy): ValueReading {
  if (text === '') return { findings: [emptyValue(key, parameter.expects)] };
  const reading = parameter.read(text);
  if (!reading.value) {
    const message = () =>
      `annotation ${key}: got ${shownValue(text, parameter.type)}; use ${advice(reading.use, parameter)}`;
    return { findings: [refusal('invalid-value', key, message)] };
  }
  const { value } = reading;
  return { value, findings: [...checkOrigin(key, value, parameter, policy), ...valueWarning(key, value)] };
}

function valueWarning(key: string, { warning: said }: ParameterValue): readonly Finding[] {
  return said === undefined ? [] : [warning(said.code, key, () => `${key}: ${said.message}`)];
}

function emptyValue(key: string, expects: string): Finding {
  return refusal('empty-value', key, () => `annotation ${key}: the value is empty; use ${expects}`);
}

function missingParameters(
  request: SidecarRequest,
  definition: SidecarDefinition,
  values: ReadonlyMap<string, ParameterValue>,
): readonly Finding[] {
  return [...definition.parameters.values()]
    .filter(({ name, isRequired }) => isRequired && !isOfSwitch(definition, name) && !values.has(name))
    .filter(({ name }) => !request.annotations.has(name))
    .map(({ name, expects }) => {
      const key = parameterKey(request, name);
      return refusal('missing-parameter', key, () => `annotation ${key} is missing; use ${expects}`);
    });
}

function unknownParameter(request: SidecarRequest, name: string, definition: SidecarDefinition): Finding {
  const key = writtenKey(request, name);
  if (isOfSwitch(definition, name)) {
    const message = () => `annotation ${key}: the value of ${request.shownKey} itself sets this`;
    return refusal('unknown-parameter', key, message);
  }
  return refusal('unknown-parameter', key, () => {
    const known = [...definition.parameters.keys()].filter(other => !isOfSwitch(definition, other));
    const nearest = nearestName(name, known);
    const advice =
      nearest === undefined
        ? `known: ${shownList(known)}`
        : `did you mean ${parameterKey(request, nearest)}?`;
    return `annotation ${key}: unknown parameter; ${advice}`;
  });
}

/** The annotation of a parameter that no definition may know, whose name can be anything. */
function writtenKey({ shownKey }: SidecarRequest, parameter: string): string {
  return `${shownKey}.${shownName(parameter)}`;
}
