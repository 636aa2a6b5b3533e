/** What a sidecar is, after its file was read and checked: plain values that the core renders containers from. */
import type { Json } from '../kubernetes/json.ts';
import type { TypedValue } from './parameters/types/parameter-type.ts';
import type { Condition, Template } from './template/template.ts';

/** How a sidecar runs: beside the app from before it starts, as an ordinary container, or once before the app. */
export type Mode = 'native' | 'classic' | 'init';

export const modes: readonly Mode[] = ['native', 'classic', 'init'];

export interface SidecarDefinition {
  readonly name: string;
  readonly description: string;
  /** Where it stands among several sidecars of a pod, lowest first; equal orders go by name. Default 0. */
  readonly order: number;
  /** What the annotation's own value sets. */
  readonly switchValue: SwitchValue;
  /** Everything that an annotation can set, common parameters included, by name. */
  readonly parameters: ReadonlyMap<string, Parameter>;
  /** The values that hold where no annotation sets one. */
  readonly presets: ReadonlyMap<string, ParameterValue>;
  /** All of them as one list; see read-volumes.ts for what those have that the app sees. */
  readonly volumes: Template;
  /** What must hold so that the volume that `.volume` and `.mount` are about is there. */
  readonly sharedWhen: readonly Condition[];
  readonly container: Template;
  /** The variables for containers of the app, a list as in their `env`; added where an annotation asks for them. */
  readonly appEnv: Template | undefined;
  readonly ready: Readiness | undefined;
  readonly modes: readonly Mode[];
  /** When these hold, the sidecar runs once, as a plain init container. */
  readonly once: readonly Condition[] | undefined;
  /** Where the content is, as a path in the sidecar. */
  readonly content: Template | undefined;
  /** Annotations for the pod, added where it has none of that key. */
  readonly annotations: readonly (readonly [key: string, value: Template])[];
  /** Names of Secrets for pulling its image, which the pod gets where the operator allows it. */
  readonly imagePullSecrets: readonly string[];
  /** What the sidecar requests and is limited to in a Guaranteed pod, where its own limits do not say. */
  readonly guaranteed: { readonly cpu?: string | undefined };
  /** Whether the app mounts the shared volume read-only when `.mount` asks for it. */
  readonly isMountReadOnly: boolean;
  /** Whether the sidecar serves pods that do not mount the shared volume. */
  readonly isMountOptional: boolean;
  /** Tells what one definition says from what another says. */
  readonly hash: string;
  /** That it comes from a file such as `logs.next.yaml`, which part of the pods try first; absent in all others. */
  readonly version?: 'next';
}

/**
 * What the annotation's own value sets: one parameter, several that stand in it as in `${listen}:${target}`, or, where
 * the definition names none, `true` or `false` under the empty name.
 */
export interface SwitchValue {
  readonly parameters: readonly Parameter[];
  /** Texts and parameters in the order in which they stand in it; of a plain value the one parameter. */
  readonly parts: readonly (string | Parameter)[];
  /** Says in words what the value is; completes "use …". */
  readonly expects: string;
  readonly description: string;
  /** Takes a value apart. Where several ways fit the types, an earlier parameter gets as much as it can. */
  readonly split: (text: string) => SwitchReading;
  /** Puts a value together from the texts of its parameters; undefined where one of them has none. */
  readonly join: (texts: ReadonlyMap<string, string>) => string | undefined;
}

/** The texts of the parameters of a switch, by name, or what to write instead, completing "use …". */
export type SwitchReading =
  | { readonly texts: ReadonlyMap<string, string> }
  | { readonly texts?: never; readonly use: string };

export interface Readiness {
  /** The start of the app waits only where these hold. */
  readonly when: readonly Condition[];
  /** One handler of a Kubernetes probe. */
  readonly probe: Template;
  /** How long the sidecar may take until it is ready: seconds, or the parameter of type duration that says so. */
  readonly within: number | string;
  /** How long one attempt takes, of a command that waits by itself until it fails. */
  readonly timeoutSeconds?: number;
}

export interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly description: string;
  readonly isRequired: boolean;
  /** True for what every sidecar understands. */
  readonly isCommon: boolean;
  /** What conditions may ask of it as `<name>.<fact>`. */
  readonly facts: readonly string[];
  /** The facts of its type, each with a sentence. */
  readonly factSentences: Readonly<Record<string, string>>;
  /** Values that are accepted beside the type, as texts. */
  readonly literals: readonly string[];
  readonly defaultValue: ParameterValue | undefined;
  /** The parameter, or the fact of one, without which an annotation for this one makes no sense; with `!` beside which. */
  readonly needs: string | undefined;
  /** What narrows the values of its type, as the definition writes it. */
  readonly limits: ParameterLimits;
  /** Whether it holds one value, several, or values by name. */
  readonly holds: 'one' | 'list' | 'map';
  /** Says in words what the parameter takes; completes "use …". */
  readonly expects: string;
  readonly read: (text: string) => ParameterReading;
  /** Values that it accepts, as annotations write them: its default first, then such of which other facts hold. */
  readonly samples: () => readonly string[];
}

/** What a definition says of the values beside their type, each in the notation of the type. */
export interface ParameterLimits {
  readonly values?: readonly string[] | undefined;
  readonly pattern?: string | undefined;
  readonly minimum?: string | undefined;
  readonly maximum?: string | undefined;
  readonly not?: readonly string[] | undefined;
}

/** Whether a parameter may have no value: nobody must set it, and it has no default. */
export function canBeUnset({ isRequired, defaultValue }: Parameter): boolean {
  return !isRequired && defaultValue === undefined;
}

export interface ParameterValue extends Omit<TypedValue, 'value'> {
  /** Of the parameter's type; a list or an object of such values where the parameter holds several. */
  readonly value: Json;
  /** As it was written. */
  readonly text: string;
}

/** A value, or what to write instead, completing "use …". */
export type ParameterReading =
  | { readonly value: ParameterValue }
  | { readonly value?: never; readonly use: string };
