import { nearestName } from '../nearest-name.ts';
import type { Parameter, ParameterValue, SidecarDefinition } from '../sidecars/definition.ts';
import type { InjectionPolicy } from './policy.ts';
import type { SidecarRequest } from './read-requests.ts';
import { type Finding, refusal, warning } from './reason.ts';
import { shownValue } from './shown-value.ts';
import { parameterKey, type SidecarInstance } from './sidecar-instance.ts';

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
  const values = new Map(definition.presets);
  const findings: Finding[] = request.annotations.has('') ? [] : [withoutSwitch(request)];
  for (const [name, text] of request.annotations) {
    const parameter = parameterOf(definition, name);
    const reading = parameter
      ? readValue(keyOf(request, name), text, parameter, policy)
      : { findings: [unknownParameter(request, name, definition)] };
    if (parameter && reading.value) values.set(parameter.name, reading.value);
    findings.push(...reading.findings);
  }
  findings.push(...missingParameters(request, definition, values));
  const isOff = values.get('')?.value === false;
  if (isOff || findings.some(({ kind }) => kind === 'refusal')) return { findings };
  if (definition.parameters.has('volume') && !values.has('volume')) {
    values.set('volume', { text: request.name, value: request.name });
  }
  return { instance: { definition, request, name: request.name, values, isOnce: false }, findings };
}

/** The parameter that an annotation sets: the switch sets one that no annotation names. */
function parameterOf(
  { parameters, switchParameter }: SidecarDefinition,
  name: string,
): Parameter | undefined {
  if (name === '') return switchParameter;
  return name === switchParameter.name ? undefined : parameters.get(name);
}

function keyOf(request: SidecarRequest, parameter: string): string {
  return parameter === '' ? request.key : parameterKey(request, parameter);
}

function withoutSwitch({ key, annotations }: SidecarRequest): Finding {
  const [first = ''] = annotations.keys();
  return refusal(
    'parameter-without-switch',
    `annotation ${key}.${first}: set ${key} too, or remove this annotation`,
  );
}

interface ValueReading {
  readonly value?: ParameterValue;
  readonly findings: readonly Finding[];
}

function readValue(key: string, text: string, parameter: Parameter, policy: InjectionPolicy): ValueReading {
  if (text === '') {
    return {
      findings: [refusal('empty-value', `annotation ${key}: the value is empty; use ${parameter.expects}`)],
    };
  }
  const reading = parameter.read(text);
  if (!reading.value) {
    const shown = shownValue(text, parameter.type);
    return { findings: [refusal('invalid-value', `annotation ${key}: got ${shown}; use ${reading.use}`)] };
  }
  const { value } = reading;
  const warnings = value.warning ? [warning(value.warning.code, `${key}: ${value.warning.message}`)] : [];
  return { value, findings: [...checkOrigin(key, value, policy), ...warnings] };
}

function checkOrigin(
  key: string,
  { text, origin }: ParameterValue,
  { allowedSchemes, allowedHosts }: InjectionPolicy,
): readonly Finding[] {
  if (origin === undefined) return [];
  const rules = [
    { what: 'schemes', allowed: allowedSchemes, fits: allowedSchemes?.includes(origin.scheme) },
    {
      what: 'hosts',
      allowed: allowedHosts,
      fits: allowedHosts?.some(pattern => matchesHost(pattern, origin.host)),
    },
  ];
  return rules
    .filter(({ allowed, fits }) => allowed !== undefined && !fits)
    .map(({ what, allowed = [] }) =>
      refusal(
        'origin-not-allowed',
        `annotation ${key}: got ${shownValue(text)}; allowed ${what}: ${allowed.join(', ')}`,
      ),
    );
}

function matchesHost(pattern: string, host: string): boolean {
  const [wanted, seen] = [pattern.toLowerCase(), host.toLowerCase()];
  return wanted.startsWith('*.') ? seen.endsWith(wanted.slice(1)) : seen === wanted;
}

function missingParameters(
  request: SidecarRequest,
  { parameters, switchParameter }: SidecarDefinition,
  values: ReadonlyMap<string, ParameterValue>,
): readonly Finding[] {
  return [...parameters.values()]
    .filter(({ name, isRequired }) => isRequired && name !== switchParameter.name && !values.has(name))
    .filter(({ name }) => !request.annotations.has(name))
    .map(({ name, expects }) =>
      refusal('missing-parameter', `annotation ${parameterKey(request, name)} is missing; use ${expects}`),
    );
}

function unknownParameter(request: SidecarRequest, name: string, definition: SidecarDefinition): Finding {
  const key = parameterKey(request, name);
  if (name === definition.switchParameter.name) {
    return refusal('unknown-parameter', `annotation ${key}: the value of ${request.key} itself sets this`);
  }
  const known = [...definition.parameters.keys()].filter(other => other !== definition.switchParameter.name);
  const nearest = nearestName(name, known);
  const advice =
    nearest === undefined ? `known: ${known.join(', ')}` : `did you mean ${parameterKey(request, nearest)}?`;
  return refusal('unknown-parameter', `annotation ${key}: unknown parameter; ${advice}`);
}
