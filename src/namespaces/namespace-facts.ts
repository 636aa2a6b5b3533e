import { annotationPrefix } from '../injection/request/annotation-keys.ts';
import { type Namespace, readNamespace } from '../kubernetes/namespace.ts';

/** What is known of a namespace. */
export interface NamespaceFacts {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Those with our prefix; all others are of no interest. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** What of a Namespace object counts for its pods. */
export function factsOf({ metadata: { name, labels, annotations } }: Namespace): NamespaceFacts {
  const ours = Object.entries(annotations ?? {}).filter(([key]) => key.startsWith(annotationPrefix));
  return { name: name ?? '', labels: labels ?? {}, annotations: Object.fromEntries(ours) };
}

/** The same of parsed JSON. @throws MalformedObjectError, which names the object by `root`, where it is no Namespace. */
export function readFacts(object: unknown, root: string): NamespaceFacts {
  return factsOf(readNamespace(object, root));
}
