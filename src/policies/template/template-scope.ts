/** What templates are compiled with. */
import type { Parameter } from '../../sidecars/definition.ts';
import type { Expression } from '../cel/expression.ts';
import type { Output, ValueKind } from './output.ts';
import type { Rendering } from './rendering.ts';

/** What an expression is made with. */
export interface TemplateScope {
  /**
   * A map with the values of an instance under the names of their parameters, each absent where it has none, the facts that
   * conditions ask for as `<parameter>.<fact>`, and the name of the instance under `name`.
   */
  readonly values: Expression;
  readonly parameters: ReadonlyMap<string, Parameter>;
  /** Whether the container does its work once and ends. */
  readonly isOnce: Expression;
  /** Changes what has come out at a path of keys; lists have no key. */
  readonly adjust?: (path: readonly string[], rendering: Rendering) => Rendering;
}

/** The same within a template. */
export interface Surroundings extends TemplateScope {
  readonly output: Output;
  readonly isInList: boolean;
  readonly path: readonly string[];
  /** The one value of a list that a text is made with. */
  readonly oneOf?: { readonly list: string; readonly value: Expression };
  /** What `${each…}` stands for. */
  readonly each?: ReadonlyMap<string, EachPart>;
}

/** What a name of `each` stands for. */
export interface EachPart {
  readonly value: Expression;
  readonly kind: ValueKind;
  /** Whether there is none, as what names of a map are asked for where a word stands in its place. */
  readonly unset: Expression;
}
