/** What kind of value a parameter takes: how its text is read and what conditions may ask of it. */
export interface ParameterType {
  /** Completes "use …" in a message and says in the reference what the type takes. */
  readonly expects: string;
  /** Facts that a condition can name as `<parameter>.<fact>`, each with the sentence for the reference. */
  readonly facts: Readonly<Record<string, string>>;
  /** The keys of a parameter, beside those that every type has, that make sense for this type. */
  readonly constraints: readonly Constraint[];
  /** True where the value may begin with a minus sign. */
  readonly isSigned?: true;
  /** True where a parameter holds one value only: what is said about it would be lost among several. */
  readonly isSingle?: true;
  readonly read: (text: string) => TypedValue | Misfit;
}

export type Constraint = 'pattern' | 'minimum' | 'maximum' | 'values';

/** A value that its type accepts. */
export interface TypedValue {
  readonly value: string | number | boolean;
  /** For comparing with a minimum or maximum, in the type's base unit: seconds, bytes, cores. */
  readonly magnitude?: number;
  readonly facts?: readonly string[];
  /** Where the value points to, for an operator's rules about schemes and hosts. */
  readonly origin?: { readonly scheme: string; readonly host: string };
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
    facts: {},
    constraints: ['pattern'],
    read: text => (text.length <= maximumLength && pattern.test(text) ? { value: text } : { use: expects }),
  };
}
