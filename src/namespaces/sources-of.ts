import type { AnnotationSource } from '../injection/inheritance/annotation-source.ts';
import type { Labels } from '../kubernetes/label-selector.ts';
import type { InjectionRule } from './injection-rule.ts';
import type { NamespaceFacts } from './namespace-facts.ts';
import { sourcesFor } from './sources-for.ts';

/** What counts for pods with these labels in a namespace of this name beside their own annotations, the weakest first. */
export type SourcesOf = (namespace: string, podLabels: Labels) => readonly AnnotationSource[];

/** Namespaces by their names. */
export type KnownNamespaces = ReadonlyMap<string, NamespaceFacts>;

/** What counts where all namespaces are known that say anything: of the others there is no more to know than the name. */
export function sourcesAmong(namespaces: KnownNamespaces, rules: readonly InjectionRule[]): SourcesOf {
  return (name, podLabels) => sourcesFor(namespaces.get(name) ?? bareNamespace(name), podLabels, rules);
}

/** A namespace of which nothing is known but that it has this name. */
export function bareNamespace(name: string): NamespaceFacts {
  return { name, labels: { [nameLabel]: name }, annotations: {} };
}

/** The facts of a Namespace as it is written, with the label that the API server gives to each. */
export function asStored(facts: NamespaceFacts): NamespaceFacts {
  return { ...facts, labels: { ...facts.labels, [nameLabel]: facts.name } };
}

/** https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name */
const nameLabel = 'kubernetes.io/metadata.name';
