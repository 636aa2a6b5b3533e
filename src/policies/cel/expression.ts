/**
 * Expressions of the Common Expression Language, as a tree: https://github.com/google/cel-spec/blob/master/doc/langdef.md
 * All of a policy is put together of these, and only print-expression.ts makes text of them. A text of a definition or of an
 * operator is a literal here, whatever stands in it.
 */
export type Expression =
  | { readonly kind: 'literal'; readonly value: string | boolean | null }
  /** A whole number, or with `isDouble` any number. */
  | { readonly kind: 'number'; readonly value: number; readonly isDouble?: true }
  | { readonly kind: 'name'; readonly name: string }
  /** `of.field`, with `isOptional` `of.?field`. */
  | { readonly kind: 'field'; readonly of: Expression; readonly field: string; readonly isOptional?: true }
  /** `of[index]`, with `isOptional` `of[?index]`. */
  | {
      readonly kind: 'index';
      readonly of: Expression;
      readonly index: Expression;
      readonly isOptional?: true;
    }
  /** `name(arguments)`, with `of` `of.name(arguments)`. */
  | {
      readonly kind: 'call';
      readonly of?: Expression;
      readonly name: string;
      readonly arguments: readonly Expression[];
    }
  | Comprehension
  | Bound
  | { readonly kind: 'not'; readonly of: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: Operator;
      readonly operands: readonly [Expression, Expression, ...Expression[]];
    }
  | {
      readonly kind: 'conditional';
      readonly condition: Expression;
      readonly then: Expression;
      readonly otherwise: Expression;
    }
  | { readonly kind: 'list'; readonly entries: readonly ListEntry[] }
  | { readonly kind: 'map'; readonly entries: readonly MapEntry[] }
  /** `JSONPatch{op: …}`: an object of a type that the API server declares. */
  | {
      readonly kind: 'object';
      readonly type: string;
      readonly fields: readonly (readonly [name: string, value: Expression])[];
    };

/** A macro such as `list.map(entry, …)`: its variables are known in its arguments only. */
export interface Comprehension {
  readonly kind: 'comprehension';
  readonly of: Expression;
  readonly macro: string;
  readonly variables: readonly Bound[];
  readonly arguments: readonly Expression[];
}

/**
 * A variable of a comprehension. It is known by itself and not by its name: where comprehensions with variables of one name
 * stand within each other, the printer calls them differently.
 */
export interface Bound {
  readonly kind: 'bound';
  readonly hint: string;
}

export type Operator =
  | '||'
  | '&&'
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'in'
  | '+'
  | '-'
  | '*'
  | '/'
  | '%';

/** `isOptional`: the value is an optional, and the entry is there where it has a value. */
export interface ListEntry {
  readonly value: Expression;
  readonly isOptional?: true;
}

export interface MapEntry extends ListEntry {
  readonly key: Expression;
}
