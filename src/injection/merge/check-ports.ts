import { isNativeSidecar } from '../../kubernetes/containers.ts';
import type { Container } from '../../kubernetes/pod.ts';
import { type Finding, refusal } from '../reason.ts';
import { type SidecarInstance, settingKey } from '../request/sidecar-instance.ts';
import { shownName } from '../shown-value.ts';
import { type Assembly, containersOf } from './assembly.ts';

/** Refuses a sidecar that would listen on a port of another container: they share one network. */
export function checkPorts({ containers: present, sidecars }: Assembly): readonly Finding[] {
  if (!sidecars.some(sidecar => containersOf(sidecar).some(({ ports }) => ports?.length))) return [];
  const users = new Map<string, string>();
  for (const { list, container } of present) {
    if (list === 'initContainers' && !isNativeSidecar(container)) continue;
    for (const port of portsOf(container)) users.set(port, container.name);
  }
  return sidecars.flatMap(({ instance, mode, initContainers, containers }) =>
    [...(mode === 'native' ? initContainers : []), ...containers].flatMap(container =>
      portsOf(container).flatMap(port => {
        const user = users.get(port);
        users.set(port, container.name);
        if (user === undefined) return [];
        return refusal(
          'port-taken',
          instance.request.shownKey,
          () =>
            `${instance.request.shownKey}: container ${shownName(user)} has the port ${shownName(port)} already; containers of a pod share their ports, so ${adviceFor(instance, port)}`,
        );
      }),
    ),
  );
}

/** Names the annotation that moves the sidecar's port, where there is one. */
function adviceFor({ request, definition, values }: SidecarInstance, port: string): string {
  const number = Number.parseInt(port, 10);
  const parameter = [...definition.parameters.values()].find(
    ({ name, type }) => type === 'port' && values.get(name)?.value === number,
  );
  if (parameter === undefined) return 'move one of them';
  return `set ${settingKey(request, definition, parameter.name)} to another`;
}

function portsOf({ ports }: Container): readonly string[] {
  return (ports ?? []).map(({ containerPort, protocol }) => `${containerPort}/${protocol ?? 'TCP'}`);
}
