import type { ParameterValue, SidecarDefinition } from '../../sidecars/definition.ts';
import { type Finding, refusal } from '../reason.ts';
import type { SidecarRequest } from './read-requests.ts';
import { parameterKey } from './sidecar-instance.ts';

type Values = ReadonlyMap<string, ParameterValue>;

/** Refuses values that are right by themselves and do not go together. */
export function checkParameters(
  request: SidecarRequest,
  definition: SidecarDefinition,
  values: Values,
): readonly Finding[] {
  return [...checkNeeds(request, definition, values), ...checkPorts(request, definition, values)];
}

/** What the operator set by default may be without its use in a pod; what an annotation says is meant. */
function checkNeeds(
  request: SidecarRequest,
  definition: SidecarDefinition,
  values: Values,
): readonly Finding[] {
  return [...request.annotations.keys()].flatMap(name => {
    const needs = definition.parameters.get(name)?.needs;
    if (needs === undefined) return [];
    const [subject = '', fact] = needs.split('.');
    const value = values.get(subject);
    if (value && (fact === undefined || value.facts?.includes(fact))) return [];
    const key = keyOf(request, definition, subject);
    const sentence = definition.parameters.get(subject)?.factSentences[fact ?? ''] ?? `the value is ${fact}`;
    const advice = value === undefined ? `; set ${key} too` : ` unless in ${key} ${sentence}`;
    return [
      refusal(
        'parameter-needs-another',
        `annotation ${parameterKey(request, name)}: without effect${advice}`,
      ),
    ];
  });
}

/** The containers of a pod share their ports, so no two parameters of one sidecar mean the same. */
function checkPorts(
  request: SidecarRequest,
  definition: SidecarDefinition,
  values: Values,
): readonly Finding[] {
  const users = new Map<unknown, string>();
  return [...definition.parameters.values()].flatMap(({ name, type }) => {
    const port = type === 'port' ? values.get(name)?.value : undefined;
    if (port === undefined) return [];
    const user = users.get(port);
    users.set(port, name);
    if (user === undefined) return [];
    const keys = [...new Set([user, name].map(parameter => keyOf(request, definition, parameter)))];
    return [
      refusal(
        'port-taken',
        `annotation ${keys.join(' and ')}: ${user} and ${name} are both ${String(port)}; choose another port`,
      ),
    ];
  });
}

/** The annotation that sets a parameter. */
function keyOf(request: SidecarRequest, { switchValue }: SidecarDefinition, name: string): string {
  return switchValue.parameters.some(parameter => parameter.name === name)
    ? request.key
    : parameterKey(request, name);
}
