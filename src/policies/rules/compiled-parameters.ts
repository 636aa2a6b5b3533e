/** The parameters of a definition in CEL, and which of them the value of the annotation itself sets. */
import type { InjectionPolicy } from '../../injection/policy.ts';
import type { Parameter, SidecarDefinition } from '../../sidecars/definition.ts';
import { at, concat, equals, no } from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { type CompiledParameter, compileParameter } from '../parameters/compile-parameter.ts';
import { type CompiledSwitch, compileSwitch } from '../parameters/compile-switch.ts';
import { requestKeys } from './requests.ts';

/** The parameters of a definition, each in CEL. */
export interface CompiledParameters {
  readonly definition: SidecarDefinition;
  readonly parameters: ReadonlyMap<string, CompiledParameter>;
  readonly ofSwitch: CompiledSwitch;
}

/** Compiles each parameter, and the value that asks for the sidecar. */
export function compileParameters(
  definition: SidecarDefinition,
  policy: InjectionPolicy,
): CompiledParameters {
  return {
    definition,
    parameters: new Map(
      [...definition.parameters].map(
        ([name, parameter]) => [name, compileParameter(parameter, policy)] as const,
      ),
    ),
    ofSwitch: compileSwitch(definition.switchValue, policy),
  };
}

/** Of a sidecar that its own value does not parametrise, "false" is the same as no annotation. */
export function isOff(request: Expression, { switchValue }: SidecarDefinition): Expression {
  const isPlain = switchValue.parameters.length === 1 && switchValue.parameters[0]?.name === '';
  return isPlain ? equals(at(at(request, requestKeys.texts), ''), 'false') : no;
}

/** Whether the value of the annotation that asks for the sidecar sets a parameter. */
export function isOfSwitch({ switchValue }: SidecarDefinition, name: string): boolean {
  return switchValue.parameters.some(parameter => parameter.name === name);
}

/** The one parameter that the annotation's own value is. */
export function onlyOfSwitch({ switchValue }: SidecarDefinition): Parameter | undefined {
  const [only, ...others] = switchValue.parameters;
  return only && others.length === 0 && switchValue.expects === only.expects ? only : undefined;
}

/** The annotation of a parameter. */
export function keyOfParameter(request: Expression, parameter: string): Expression {
  return concat(at(request, requestKeys.id), `.${parameter}`);
}

/** The annotation that sets a parameter: that of the instance where its own value does. */
export function settingKey(
  request: Expression,
  definition: SidecarDefinition,
  parameter: string,
): Expression {
  return isOfSwitch(definition, parameter) ? at(request, requestKeys.id) : keyOfParameter(request, parameter);
}
