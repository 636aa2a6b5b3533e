/** What becomes of a pod where policies and webhook differ. */
export type Outcome = 'refused' | 'not-supported' | 'less-said';

export interface Loss {
  /** What cannot be said in CEL, as one sentence for people. */
  readonly sentence: string;
  /** What happens in its place. */
  readonly outcome: Outcome;
}

/** Every way in which the policies differ from the webhook, by a stable code. */
export const losses = {
  'host-notation': {
    sentence:
      'Hosts of URLs with other letters than those of ASCII, with percent signs, with a label that begins with xn--, or as a number in another notation than 127.0.0.1.',
    outcome: 'refused',
  },
  'ipv6-notation': {
    sentence: 'IPv6 addresses in URLs that hold an IPv4 address or that Go does not read.',
    outcome: 'refused',
  },
  'large-exponent': {
    sentence: 'Quantities with an exponent of more than two digits.',
    outcome: 'refused',
  },
  'many-values': {
    sentence: 'Lists and maps with more than 200 values or more than 8192 characters in one annotation.',
    outcome: 'refused',
  },
  'long-switch': {
    sentence: 'Values of several parameters in one annotation that have more than 512 characters.',
    outcome: 'refused',
  },
  'unicode-version': {
    sentence:
      'Patterns that name a large class of Unicode characters: the API server may know another version of Unicode.',
    outcome: 'not-supported',
  },
  'control-characters': {
    sentence:
      'Of several mistakes in a list or a map that holds control characters the message may name only these.',
    outcome: 'less-said',
  },
  'hidden-value': {
    sentence:
      'Values with percent-encoded characters, with characters that cannot be seen or that are beyond U+FFFF, and long ones with @ or % are shown as *** in messages.',
    outcome: 'less-said',
  },
} as const satisfies Readonly<Record<string, Loss>>;

export type LossCode = keyof typeof losses;

/** What of one parameter or rule is said differently. */
export interface FoundLoss {
  readonly code: LossCode;
  /** Which part of the definition it is about. */
  readonly detail: string;
}
