/** What an operator has put into pods without a word of their own: an entry of `inject` in the configuration. */
export interface InjectionRule {
  /** A label selector of Kubernetes; all namespaces where it is absent. */
  readonly namespaces?: unknown;
  /** The same of pods. */
  readonly pods?: unknown;
  readonly annotations: Readonly<Record<string, string>>;
}
