import type { AdmissionRequest } from '../kubernetes/admission-review.ts';
import type { NamespaceFacts } from '../namespaces/namespace-facts.ts';
import { injectLabel } from '../namespaces/sources-for.ts';
import type { Entry, Surroundings } from './surroundings.ts';

/** Who knows namespaces. */
export interface NamespaceKnowledge {
  /** What is known of a namespace without asking anybody. */
  get(name: string): NamespaceFacts | undefined;
  /** Whether that is as of less than a second ago. */
  readonly isFresh: boolean;
  /** Asks for it; undefined where there is no such namespace. Fails where there is no answer in a short time. */
  read(name: string): Promise<NamespaceFacts | undefined>;
}

/**
 * Finds what is known of the namespace that a request is about. At once, but where the API server says that the namespace
 * asks for sidecars and what is known does not, or may be old: then it is read.
 *
 * | entry | known as labelled, and fresh | else |
 * |---|---|---|
 * | objects | as known | as known, or nothing |
 * | namespaces | as known | read; a problem where that fails |
 */
export function findSurroundings(
  { kind, namespace }: AdmissionRequest,
  entry: Entry,
  knowledge: NamespaceKnowledge,
): Surroundings | Promise<Surroundings> {
  // For a Namespace the API server names itself, and its own words are in the request.
  if (!namespace || !namePattern.test(namespace) || ((kind.group ?? '') === '' && kind.kind === 'Namespace'))
    return nothing;
  const known = knowledge.get(namespace);
  const isSettled = knowledge.isFresh && known?.labels[injectLabel] === 'enabled';
  return entry === 'objects' || isSettled ? { namespace: known } : readFrom(knowledge, namespace);
}

async function readFrom(knowledge: NamespaceKnowledge, name: string): Promise<Surroundings> {
  try {
    return { namespace: await knowledge.read(name) };
  } catch (error) {
    return { namespace: undefined, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** A label of DNS, as the API server has it. */
const namePattern = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

const nothing: Surroundings = { namespace: undefined };
