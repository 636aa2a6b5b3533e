import type { Expression } from '../cel/expression.ts';

/** A variable of a policy: later ones may use it. */
export type Variable = readonly [name: string, expression: Expression];
