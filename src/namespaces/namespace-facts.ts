/** What is known of a namespace. */
export interface NamespaceFacts {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Those with our prefix; all others are of no interest. */
  readonly annotations: Readonly<Record<string, string>>;
}
