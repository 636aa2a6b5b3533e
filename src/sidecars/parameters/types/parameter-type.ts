/** What kind of value a parameter takes: how its text is read and what conditions may ask of it. */
export interface ParameterType {
  /** Completes "use …" in a message and says in the reference what the type takes. */
  readonly expects: string;
  /** How many characters a value can have; a longer text is refused before anything looks at it. */
  readonly maximumLength: number;
  /** Facts that a condition can name as `<parameter>.<fact>`, each with the sentence for the reference. */
  readonly facts: Readonly<Record<string, string>>;
  /** The keys of a parameter, beside those that every type has, that make sense for this type. */
  readonly constraints: readonly Constraint[];
  /** True where the value may begin with a minus sign. */
  readonly isSigned?: true;
  /** True where a parameter holds one value only: what is said about it would be lost among several. */
  readonly isSingle?: true;
  /** What every value matches, without look-around, so that it can be said in other languages too. */
  readonly pattern?: RegExp;
  readonly read: (text: string) => TypedValue | Misfit;
}

export type Constraint = 'pattern' | 'minimum' | 'maximum' | 'values';

/** Where a value points to, for an operator's rules about schemes and hosts. */
export interface Origin {
  /** Undefined where an address has none, as `collector:4317`. */
  readonly scheme?: string;
  /** As it was written. */
  readonly host: string;
}

/** A value that its type accepts. */
export interface TypedValue {
  readonly value: string | number | boolean;
  /** For comparing with a minimum or maximum, in the type's base unit: seconds, bytes, cores. */
  readonly magnitude?: number;
  readonly facts?: readonly string[];
  readonly origins?: readonly Origin[];
  /** What a user should know about a value that is accepted all the same. */
  readonly warning?: { readonly code: 'unencrypted-url' | 'short-hash'; readonly message: string };
}

/** A value that its type does not accept: what to write instead, completing "use …". */
export interface Misfit {
  readonly use: string;
}

/** A type whose values are the texts that match a pattern, as they stand. */
export function textType(pattern: RegExp, expects: string, maximumLength: number): ParameterType {
  return {
    expects,
    maximumLength,
    facts: {},
    constraints: ['pattern'],
    pattern,
    read: text => (pattern.test(text) ? { value: text } : { use: expects }),
  };
}
