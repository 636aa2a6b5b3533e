import { isNativeSidecar } from '../../kubernetes/containers.ts';
import type { Container } from '../../kubernetes/pod.ts';
import { typedParameters } from '../../sidecars/template/typed-parameters.ts';
import { type Finding, refusal, warning } from '../reason.ts';
import type { RenderedSidecar } from '../render/render-sidecar.ts';
import { inheritedOf, type SidecarRequest } from '../request/read-requests.ts';
import { type SidecarInstance, settingKey } from '../request/sidecar-instance.ts';
import { shownList, shownName } from '../shown-value.ts';
import { type Assembly, containersOf, runningContainersOf } from './assembly.ts';

/**
 * Refuses a sidecar that would listen on a port of another container: they share one network. Where that is the network
 * of the node it tells so, because then the API server makes each port one of the node.
 */
export function checkPorts(assembly: Assembly): readonly Finding[] {
  const { pod, sidecars } = assembly;
  if (!sidecars.some(sidecar => containersOf(sidecar).some(({ ports }) => ports?.length))) return [];
  const ofNode = pod.spec.hostNetwork === true ? sidecars.flatMap(portsOfNode) : [];
  return [...takenPorts(assembly), ...ofNode];
}

function takenPorts({ containers: present, sidecars }: Assembly): readonly Finding[] {
  const users = new Map<string, PortUser>();
  for (const { list, container } of present) {
    if (list === 'initContainers' && !isNativeSidecar(container)) continue;
    for (const port of portsOf(container)) users.set(port, { name: container.name });
  }
  return sidecars.flatMap(sidecar =>
    runningContainersOf(sidecar).flatMap(container =>
      portsOf(container).flatMap(port => {
        const user = users.get(port);
        const { instance } = sidecar;
        const { request } = instance;
        users.set(port, { name: container.name, request });
        if (user === undefined) return [];
        const message = () =>
          `${request.shownKey}: container ${shownName(user.name)} has the port ${shownName(port)} already; containers of a pod share their ports, so ${adviceFor(instance, port)}`;
        return refusal('port-taken', inheritedOf(request, user.request).shownKey, message);
      }),
    ),
  );
}

interface PortUser {
  readonly name: string;
  /** Where it is of a sidecar. */
  readonly request?: SidecarRequest;
}

/** Names the annotation that moves the sidecar's port, where there is one. */
function adviceFor({ request, definition, values }: SidecarInstance, port: string): string {
  const number = Number.parseInt(port, 10);
  const parameter = typedParameters(definition.container, ['ports', 'containerPort']).find(
    name => values.get(name)?.value === number,
  );
  return parameter === undefined
    ? 'move one of them'
    : `set ${settingKey(request, definition, parameter)} to another`;
}

/** https://kubernetes.io/docs/concepts/configuration/overview/#services */
function portsOfNode(sidecar: RenderedSidecar): readonly Finding[] {
  const ports = runningContainersOf(sidecar).flatMap(portsOf);
  if (ports.length === 0) return [];
  const { shownKey, from } = sidecar.instance.request;
  // Whoever made the pod did not ask for it, and a second pod of the kind would not start on the node.
  if (from !== undefined)
    return [
      refusal(
        'port-of-node',
        shownKey,
        () => `${shownKey}: hostNetwork would make ${shownList(ports)} a port of the node`,
      ),
    ];
  const message = () =>
    `${shownKey}: hostNetwork makes ${shownList(ports)} a port of the node: one such pod fits there`;
  return [warning('port-of-node', shownKey, message)];
}

function portsOf({ ports }: Container): readonly string[] {
  return (ports ?? []).map(({ containerPort, protocol }) => `${containerPort}/${protocol ?? 'TCP'}`);
}
