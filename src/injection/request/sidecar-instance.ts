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
  /** The hash of the next version that the pod was to get and would be refused with; absent where there is none. */
  readonly declined?: string;
}

/** The annotation that sets a parameter of the definition, for messages. */
export function parameterKey(request: SidecarRequest, parameter: string): string {
  return `${request.shownKey}.${parameter}`;
}

/** The annotation that sets a parameter, for messages: the one that asks for the sidecar where its own value does. */
export function settingKey(
  request: SidecarRequest,
  definition: SidecarDefinition,
  parameter: string,
): string {
  return isOfSwitch(definition, parameter) ? request.shownKey : parameterKey(request, parameter);
}

/** Whether the value of the annotation that asks for the sidecar sets a parameter. */
export function isOfSwitch({ switchValue }: SidecarDefinition, parameter: string): boolean {
  return switchValue.parameters.some(({ name }) => name === parameter);
}

/** Whether an annotation asks for the variables that the definition has for the app. */
export function asksForEnvironment({ definition, values }: SidecarInstance): boolean {
  return definition.appEnv !== undefined && values.get('env')?.value === true;
}
