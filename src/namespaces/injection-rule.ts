/** What an operator has put into pods without a word of their own: an entry of `inject` in the configuration. */
export interface InjectionRule {
  /** As messages and the status name it: `rule 2`, counted from 1 in the order of the configuration. */
  readonly from: string;
  /** A label selector of Kubernetes; all namespaces where it is absent. */
  readonly namespaces?: unknown;
  /** The same of pods. */
  readonly pods?: unknown;
  readonly annotations: Readonly<Record<string, string>>;
}
