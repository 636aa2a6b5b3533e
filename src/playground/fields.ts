import { annotationPrefix } from '../injection/request/annotation-keys.ts';
import type {
  Parameter,
  ParameterReading,
  SidecarDefinition,
  SwitchReading,
  SwitchValue,
} from '../sidecars/definition.ts';

/** What a form offers of a definition. */
export interface SidecarFields {
  readonly name: string;
  readonly description: string;
  /** The annotation that asks for the sidecar. */
  readonly asking: Field;
  /** Those of this sidecar, in the order of its definition. */
  readonly parameters: readonly Field[];
  /** Those that every sidecar has. */
  readonly common: readonly Field[];
}

/** One annotation that may be set. */
export interface Field {
  /** The key of its annotation. */
  readonly key: string;
  readonly label: string;
  readonly type: string;
  readonly description: string;
  /** As an annotation would write it; empty where there is none. */
  readonly defaultValue: string;
  /** Completes "use …". */
  readonly expects: string;
  /** Why a value would be refused; undefined where it is right. */
  readonly problemOf: (value: string) => string | undefined;
  /** The values that it takes, where these are few. */
  readonly choices: readonly string[];
}

/** The fields of a sidecar, or of a further instance of it: every parameter that its definition has, in its order. */
export function fieldsOf(definition: SidecarDefinition, instance = ''): SidecarFields {
  const { name, description, switchValue, parameters } = definition;
  const asking = `${annotationPrefix}${name}${instance === '' ? '' : `_${instance}`}`;
  const inSwitch = new Set(switchValue.parameters.map(parameter => parameter.name));
  const others = [...parameters.values()].filter(parameter => !inSwitch.has(parameter.name));
  const field = (parameter: Parameter) => fieldOf(parameter, `${asking}.${parameter.name}`);
  return {
    name,
    description,
    asking: {
      key: asking,
      label: switchValue.parameters.map(parameter => parameter.name).join(', ') || name,
      type: switchValue.parameters.map(parameter => parameter.type).join(', '),
      description: switchValue.description,
      defaultValue: '',
      expects: switchValue.expects,
      problemOf: value => problemOfSwitch(switchValue, value),
      choices: switchValue.parameters.length === 1 ? switchValue.parameters.flatMap(choicesOf) : [],
    },
    parameters: others.filter(parameter => !parameter.isCommon).map(field),
    common: others.filter(parameter => parameter.isCommon).map(field),
  };
}

function fieldOf(parameter: Parameter, key: string): Field {
  const { name, type, description, defaultValue, expects, read } = parameter;
  return {
    key,
    label: name,
    type: parameter.holds === 'one' ? type : `${parameter.holds} of ${type}`,
    description,
    defaultValue: defaultValue?.text ?? '',
    expects,
    problemOf: value => useOf(read(value)),
    choices: choicesOf(parameter),
  };
}

function problemOfSwitch({ parameters, split }: SwitchValue, value: string): string | undefined {
  const reading = split(value);
  if ('use' in reading) return useOf(reading);
  return parameters.map(({ name, read }) => useOf(read(reading.texts.get(name) ?? ''))).find(Boolean);
}

function useOf(reading: SwitchReading | ParameterReading): string | undefined {
  return 'use' in reading ? `use ${reading.use}` : undefined;
}

/** Types whose values are few say all of them as facts. */
function choicesOf({ type, holds, facts, literals, samples }: Parameter): readonly string[] {
  if (holds !== 'one') return [];
  if (type === 'boolean') return ['true', 'false'];
  return type === 'enum' ? [...new Set([...samples(), ...facts, ...literals])].toSorted() : [];
}
