import type { AnnotationSource } from '../injection/inheritance/annotation-source.ts';
import { annotationPrefix, injectLabel, statusAnnotation } from '../injection/request/annotation-keys.ts';
import type { Pod } from '../kubernetes/pod.ts';
import type { InjectionRule } from './injection-rule.ts';
import { sourcesFor } from './sources-for.ts';
import { bareNamespace, type KnownNamespaces } from './sources-of.ts';

/** What is known of a cluster. */
export interface ClusterSources {
  /** Undefined where they may not be read. */
  readonly namespaces: KnownNamespaces | undefined;
  readonly rules: readonly InjectionRule[];
  /** Whether the injector is asked about all pods, as the component `cluster-wide` has it. */
  readonly isClusterWide: boolean;
  /** Namespaces that are always left out; those of the usual installation where it is not said. */
  readonly excluded?: ReadonlySet<string>;
}

/** What counts for a pod in a namespace beside its own annotations, the weakest first; undefined where nobody may say. */
export type SourcesInCluster = (namespace: string, pod: Pod) => readonly AnnotationSource[] | undefined;

/**
 * What counts in a cluster. Where the injector is not asked about all pods, a rule reaches those of labelled namespaces, and
 * those that carry an annotation of ours.
 */
export function sourcesInCluster(cluster: ClusterSources): SourcesInCluster {
  const { namespaces, rules, isClusterWide, excluded } = cluster;
  return (name, pod) => {
    if (namespaces === undefined) return undefined;
    const facts = namespaces.get(name) ?? bareNamespace(name);
    const isAsked = isClusterWide || facts.labels[injectLabel] === 'enabled' || isAnnotated(pod);
    return isAsked ? sourcesFor({ ...facts, name }, pod.metadata.labels ?? {}, rules, excluded) : [];
  };
}

function isAnnotated({ metadata }: Pod): boolean {
  return Object.keys(metadata.annotations ?? {}).some(
    key => key.startsWith(annotationPrefix) && key !== statusAnnotation,
  );
}
