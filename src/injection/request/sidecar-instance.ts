import type { ParameterValue, SidecarDefinition } from '../../sidecars/definition.ts';
import type { SidecarRequest } from './read-requests.ts';

/** A requested sidecar with all its values: what is rendered. */
export interface SidecarInstance {
  readonly definition: SidecarDefinition;
  readonly request: SidecarRequest;
  readonly name: string;
  /** The parameters that have a value, by annotation or by default. */
  readonly values: ReadonlyMap<string, ParameterValue>;
  /** Whether it is rendered to do its work once and end. */
  readonly isOnce: boolean;
}

/** The annotation that sets a parameter of an instance, for messages. */
export function parameterKey(request: SidecarRequest, parameter: string): string {
  return `${request.key}.${parameter}`;
}
