import type { AnnotationSource } from '../injection/inheritance/annotation-source.ts';
import type { Injector } from '../injection/inject.ts';
import type { Pod } from '../kubernetes/pod.ts';
import type { KnownSources } from '../running-pods/survey-pod.ts';

/** What counts for a pod beside its own annotations, the weakest first; undefined where nobody may say. */
export type PodSources = (pod: Pod) => readonly AnnotationSource[] | undefined;

/** Something that decides about pods, perhaps of a place where these inherit something. */
export interface Inheriting {
  readonly injector: Injector;
  /** Absent where nothing is inherited. */
  readonly sourcesFor?: PodSources;
}

/** The same, deciding about the pods of a place where they inherit something. */
export function inheriting<Engine extends Inheriting>(engine: Engine, sourcesFor: PodSources): Engine {
  return { ...engine, sourcesFor, injector: pod => engine.injector(pod, sourcesFor(pod) ?? []) };
}

/** What a pod inherits there, as far as anybody may say. */
export function sourcesOfPod({ sourcesFor }: Inheriting, pod: Pod): KnownSources {
  if (sourcesFor === undefined) return { sources: [], areAllKnown: true };
  const sources = sourcesFor(pod);
  return { sources: sources ?? [], areAllKnown: sources !== undefined };
}
