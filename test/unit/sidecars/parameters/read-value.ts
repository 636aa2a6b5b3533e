import type { Parameter, ParameterReading } from '../../../../src/sidecars/definition.ts';
import { type ParameterSpec, parseParameter } from '../../../../src/sidecars/parameters/parameter.ts';

/** The parameter that a definition would declare so. */
export function parameterOf(spec: ParameterSpec): Parameter {
  const parameter = parseParameter('parameter', spec);
  if (!('read' in parameter)) throw new Error(parameter.map(({ message }) => message).join('; '));
  return parameter;
}

/** What a parameter of a type makes of the value of an annotation. */
export function readValue(spec: ParameterSpec | string, text: string): ParameterReading {
  return parameterOf(typeof spec === 'string' ? { type: spec } : spec).read(text);
}

/** What to write instead of a value; undefined where it is accepted. */
export function useInstead(spec: ParameterSpec | string, text: string): string | undefined {
  const reading = readValue(spec, text);
  return reading.value ? undefined : reading.use;
}
