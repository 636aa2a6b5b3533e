import type { ParameterValue, SidecarDefinition } from '../../sidecars/definition.ts';
import { type Finding, refusal } from '../reason.ts';
import { checkNeeds } from './check-needs.ts';
import type { SidecarRequest } from './read-requests.ts';
import { settingKey } from './sidecar-instance.ts';

/** Refuses values that are right by themselves and do not go together. */
export function checkParameters(
  request: SidecarRequest,
  definition: SidecarDefinition,
  values: ReadonlyMap<string, ParameterValue>,
): readonly Finding[] {
  return [...checkNeeds(request, definition, values), ...checkPorts(request, definition, values)];
}

/** The containers of a pod share their ports, so no two parameters of one sidecar mean the same. */
function checkPorts(
  request: SidecarRequest,
  definition: SidecarDefinition,
  values: ReadonlyMap<string, ParameterValue>,
): readonly Finding[] {
  const users = new Map<unknown, string>();
  return [...definition.parameters.values()].flatMap(({ name, type }) => {
    const port = type === 'port' ? values.get(name)?.value : undefined;
    if (port === undefined) return [];
    const user = users.get(port);
    users.set(port, name);
    if (user === undefined) return [];
    const keys = [...new Set([user, name].map(parameter => settingKey(request, definition, parameter)))];
    return [
      refusal(
        'port-taken',
        settingKey(request, definition, name),
        () =>
          `annotation ${keys.join(' and ')}: ${user} and ${name} are both ${String(port)}; choose another port`,
      ),
    ];
  });
}
