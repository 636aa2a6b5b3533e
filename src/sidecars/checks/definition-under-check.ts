import type { JsonObject } from '../../kubernetes/json.ts';
import type { KeyPath, ProblemMessage } from '../yaml-source.ts';
import type { Circumstances, KnownParameters } from './circumstances.ts';
import type { Places } from './places.ts';

/** What the rules are held against. Parts of it that are broken in themselves may be missing. */
export interface DefinitionUnderCheck {
  readonly spec: JsonObject;
  readonly container: JsonObject;
  /** The name of the definition; `${name}` begins with it. */
  readonly name: string;
  readonly parameters: KnownParameters;
  readonly places: Places;
  /** Whether there may be values with which all of it holds. */
  readonly canHold: (when: Circumstances) => boolean;
  readonly report: (path: KeyPath, message: ProblemMessage) => void;
}

/** Something that a definition must not do, because no pod could be made of it, or none that starts. */
export type Rule = (definition: DefinitionUnderCheck) => void;
