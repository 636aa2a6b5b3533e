/** Something that was asked of a cluster: what it is, or why it could not be learnt. */
export type Fact<T> = KnownFact<T> | UnknownFact;

export interface KnownFact<T> {
  readonly value: T;
}

export interface UnknownFact {
  readonly value?: never;
  /** In one line, as in `forbidden: services "sidecar-injector" is forbidden: User "ada" cannot get …`. */
  readonly unknown: string;
  /** Whether whoever asks lacks the right to know. */
  readonly isForbidden: boolean;
}

export function known<T>(value: T): KnownFact<T> {
  return { value };
}

export function unknown(why: string, isForbidden = false): UnknownFact {
  return { unknown: why, isForbidden };
}

export function isKnown<T>(fact: Fact<T>): fact is KnownFact<T> {
  return !('unknown' in fact);
}
