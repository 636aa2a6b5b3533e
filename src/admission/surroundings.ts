import type { NamespaceFacts } from '../namespaces/namespace-facts.ts';

/** What is known of the place that a request is about, beside the object itself. */
export interface Surroundings {
  /** Undefined where nothing is known of it: the object's own annotations count alone. */
  readonly namespace: NamespaceFacts | undefined;
  /** Set where it had to be known and is not, with why: the object is refused. */
  readonly problem?: string;
}

/**
 * Which entries of the registration have sent a request: those for annotated objects and for the whole cluster, or those
 * that pick labelled namespaces.
 */
export type Entry = 'objects' | 'namespaces';
