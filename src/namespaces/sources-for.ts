import type { AnnotationSource } from '../injection/inheritance/annotation-source.ts';
import { injectLabel } from '../injection/request/annotation-keys.ts';
import { type Labels, unmetRequirement } from '../kubernetes/label-selector.ts';
import { excludedNamespaces } from './excluded-namespaces.ts';
import type { InjectionRule } from './injection-rule.ts';
import type { NamespaceFacts } from './namespace-facts.ts';

/**
 * What counts for a pod with these labels beside its own annotations, the weakest first.
 *
 * | namespace          | rules that take namespace and pod | annotations of the namespace |
 * |--------------------|-----------------------------------|------------------------------|
 * | nothing known      | no                                | no                           |
 * | excluded           | no                                | no                           |
 * | labelled disabled  | no                                | no                           |
 * | labelled enabled   | yes                               | yes, they win                |
 * | any other          | yes                               | no                           |
 *
 * `excluded` are those that are always left out, of the usual installation where it is not said.
 */
export function sourcesFor(
  namespace: NamespaceFacts | undefined,
  podLabels: Labels,
  rules: readonly InjectionRule[] = [],
  excluded: ReadonlySet<string> = excludedNamespaces,
): readonly AnnotationSource[] {
  if (namespace === undefined || excluded.has(namespace.name)) return [];
  const { name, labels, annotations } = namespace;
  const label = labelOf(namespace);
  if (label === 'disabled') return [];
  const isTaken = ({ namespaces, pods }: InjectionRule) =>
    unmetRequirement(namespaces, labels) === undefined && unmetRequirement(pods, podLabels) === undefined;
  const matching = rules.filter(isTaken).map(rule => ({ from: rule.from, annotations: rule.annotations }));
  return label === 'enabled' ? [...matching, { from: originOf(name), annotations }] : matching;
}

/** How a namespace is named where its annotations count. */
export function originOf(namespace: string): string {
  return `namespace ${namespace}`;
}

/** What a namespace says by its label. */
export function labelOf({ labels }: NamespaceFacts): string | undefined {
  return Object.hasOwn(labels, injectLabel) ? labels[injectLabel] : undefined;
}
