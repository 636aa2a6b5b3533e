import type { SidecarRequest } from '../request/read-requests.ts';
import { textsOf } from '../request/request-texts.ts';
import type { SidecarStatus } from './pod-status.ts';

/** Whether the pod's own annotations ask for a sidecar as they did when it was put in. */
export function hasSameParameters({ by, parameters }: SidecarStatus, request: SidecarRequest): boolean {
  return parameters === (by === 'policy' ? textsIn(request).own : request.hash);
}

/** Whether what it inherits asks for it as it did then. */
export function hasSameInherited({ by, inherited }: SidecarStatus, request: SidecarRequest): boolean {
  return inherited === (by === 'policy' ? textsIn(request).inherited : request.inherited);
}

function textsIn(request: SidecarRequest): ReturnType<typeof textsOf> {
  return textsOf(request, request.inheritedParameters);
}
