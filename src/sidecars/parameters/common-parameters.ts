import type { Mode, Parameter } from '../definition.ts';
import { instanceName } from '../template/template.ts';
import { type ParameterSpec, parseParameter } from './parameter.ts';

/** What decides which common parameters a sidecar has. */
export interface Traits {
  readonly modes: readonly Mode[];
  readonly hasSharedVolume: boolean;
  readonly hasReady: boolean;
  /** Whether it has variables for the app. */
  readonly hasAppEnvironment: boolean;
}

/** The parameters that sidecars understand without declaring them. Their effect is the engine's. */
export function commonParameters(traits: Traits): readonly Parameter[] {
  const specs = {
    ...commonSpecs(traits.modes),
    ...(traits.hasReady ? readySpecs : {}),
    ...(traits.hasSharedVolume ? volumeSpecs : {}),
    ...(traits.hasAppEnvironment ? environmentSpecs : {}),
    ...containersSpecs(traits),
  };
  return Object.entries(specs).map(([name, spec]) => commonParameter(name, spec));
}

/** What the annotation itself says where a definition names no parameter for its value. */
export const plainSwitch: Parameter = commonParameter('', {
  type: 'boolean',
  description: 'true adds the sidecar; false is the same as no annotation.',
});

function commonParameter(name: string, spec: ParameterSpec): Parameter {
  const parameter = parseParameter(name, spec, { isCommon: true });
  if (!('read' in parameter)) throw new Error(`common parameter ${name}: ${parameter[0]?.message}`);
  return parameter;
}

/** The names that no definition may give to a parameter of its own. */
export function reservedParameterNames(): readonly string[] {
  const all = { ...commonSpecs([]), ...readySpecs, ...volumeSpecs, ...containersSpecs(everything) };
  return [...Object.keys(all).filter(name => !yieldingNames.has(name)), instanceName, 'run'];
}

/**
 * These came later than the others, or are yet to come: where a definition has one of its own, that is the one, and the
 * common one is not there.
 */
export const yieldingNames: ReadonlySet<string> = new Set(['cpu-limit', 'env', 'inject', 'version']);

const everything: Traits = { modes: [], hasReady: true, hasSharedVolume: true, hasAppEnvironment: true };

function commonSpecs(modes: readonly Mode[]): Readonly<Record<string, ParameterSpec>> {
  return {
    mode: {
      type: 'enum',
      values: ['auto', ...modes],
      default: 'auto',
      description: 'How the sidecar runs; auto takes the best that server and pod allow.',
    },
    cpu: { type: 'quantity', description: 'CPU request.' },
    'cpu-limit': { type: 'quantity', description: 'CPU limit.' },
    memory: { type: 'quantity', description: 'Memory request.' },
    'memory-limit': { type: 'quantity', description: 'Memory limit.' },
    'run-as-user': {
      type: 'integer',
      minimum: '0',
      maximum: '2147483647',
      or: ['none'],
      description: 'UID of the container; none leaves it to the cluster.',
    },
  };
}

const readySpecs: Readonly<Record<string, ParameterSpec>> = {
  wait: {
    type: 'boolean',
    default: 'true',
    description: 'true: the app starts when the sidecar is ready; false: it may start before.',
  },
};

const volumeSpecs: Readonly<Record<string, ParameterSpec>> = {
  volume: {
    type: 'name',
    description:
      "Name of the shared volume; default is the container's name. A declared volume is used as it is.",
  },
  size: { type: 'quantity', description: 'Limit of the shared emptyDir. A breach evicts the app too.' },
  mount: { type: 'path', description: 'Also mount the shared volume at this path in the app container.' },
};

const environmentSpecs: Readonly<Record<string, ParameterSpec>> = {
  env: {
    type: 'boolean',
    default: 'false',
    description: 'true: also set the variables that the definition has for the app in the app container.',
  },
};

/** Names the containers of the app that are changed, where something can ask for a change. */
function containersSpecs({
  hasSharedVolume,
  hasAppEnvironment,
}: Traits): Readonly<Record<string, ParameterSpec>> {
  const asking = [...(hasSharedVolume ? ['.mount'] : []), ...(hasAppEnvironment ? ['.env'] : [])];
  if (asking.length === 0) return {};
  const are = asking.length === 1 ? 'is' : 'are';
  return {
    containers: {
      type: 'string',
      pattern: '[a-z0-9]([-a-z0-9]*[a-z0-9])?(,[a-z0-9]([-a-z0-9]*[a-z0-9])?)*',
      expects: 'names of containers of the pod, as a,b',
      description: `Which containers and init containers ${asking.join(' and ')} ${are} for, each once; default is the default container, or the only one.`,
    },
  };
}
