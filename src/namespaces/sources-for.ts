import type { AnnotationSource } from '../injection/inheritance/annotation-source.ts';
import { type Labels, unmetRequirement } from '../kubernetes/label-selector.ts';
import type { InjectionRule } from './injection-rule.ts';
import type { NamespaceFacts } from './namespace-facts.ts';

/** The label of a namespace: `enabled` has its annotations count for its pods, `disabled` keeps sidecars out. */
export const injectLabel = 'sidecar.io/inject';

/** What counts for a pod with these labels beside its own annotations, the weakest first: rules in their order, then its namespace. */
export function sourcesFor(
  namespace: NamespaceFacts,
  podLabels: Labels,
  rules: readonly InjectionRule[],
): readonly AnnotationSource[] {
  const { name, labels, annotations } = namespace;
  if (labels[injectLabel] === 'disabled') return [];
  const isTaken = ({ namespaces, pods }: InjectionRule) =>
    unmetRequirement(namespaces, labels) === undefined && unmetRequirement(pods, podLabels) === undefined;
  const matching = rules.flatMap((rule, index): readonly AnnotationSource[] =>
    isTaken(rule) ? [{ from: `rule ${index + 1}`, annotations: rule.annotations }] : [],
  );
  return labels[injectLabel] === 'enabled'
    ? [...matching, { from: `namespace ${name}`, annotations }]
    : matching;
}
