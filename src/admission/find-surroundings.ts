import { injectLabel, isAnnotated } from '../injection/request/annotation-keys.ts';
import type { AdmissionRequest } from '../kubernetes/admission-review.ts';
import { at, isObject } from '../kubernetes/json.ts';
import type { NamespaceFacts } from '../namespaces/namespace-facts.ts';
import type { Entry, Surroundings } from './surroundings.ts';
import { UnknownNamespaceError } from './unknown-namespace-error.ts';

/** Who knows namespaces. */
export interface NamespaceKnowledge {
  /** What is known of a namespace without asking anybody. */
  get(name: string): NamespaceFacts | undefined;
  /** Whether that is as of less than a second ago. */
  readonly isFresh: boolean;
  /**
   * Asks for it; undefined where there is no such namespace. Fails where there is no answer in a short time. Absent where
   * there is nobody to ask.
   */
  read?(name: string): Promise<NamespaceFacts | undefined>;
}

/**
 * Finds what is known of the namespace that a request is about. At once, but where the API server says that the namespace
 * asks for sidecars and what is known does not, or may be old: then it is read. `areRules`: whether the operator has rules,
 * which count for pods that carry nothing of ours too.
 *
 * | entry | known as labelled, and fresh | known otherwise | not known |
 * |---|---|---|---|
 * | objects | as known | as known | read; nothing where that fails, and no decision where only rules could count |
 * | namespaces | as known | read; a problem where that fails | read; a problem where that fails |
 *
 * @throws UnknownNamespaceError, later.
 */
export function findSurroundings(
  request: AdmissionRequest,
  entry: Entry,
  knowledge: NamespaceKnowledge,
  areRules = false,
): Surroundings | Promise<Surroundings> {
  const { kind, namespace } = request;
  // For a Namespace the API server names itself, and its own words are in the request.
  if (!namespace || !namePattern.test(namespace) || ((kind.group ?? '') === '' && kind.kind === 'Namespace'))
    return nothing;
  const known = knowledge.get(namespace);
  if (entry === 'objects')
    return known === undefined
      ? readForObject(namespace, knowledge, areRules && isPlainPod(request))
      : { namespace: known };
  const isSettled = knowledge.isFresh && known?.labels[injectLabel] === 'enabled';
  return isSettled ? { namespace: known } : readFrom(knowledge, namespace);
}

/** Of a namespace that is new, or not told yet: what it asks for would be missing without a word. */
function readForObject(
  name: string,
  knowledge: NamespaceKnowledge,
  isForRules: boolean,
): Surroundings | Promise<Surroundings> {
  if (isForRules) return readForRules(knowledge, name);
  return knowledge.read === undefined ? nothing : readIfPossible(knowledge, name);
}

/** Whether a pod carries nothing of ours, so that only the entries for the whole cluster can have sent it. */
function isPlainPod({ kind, object }: AdmissionRequest): boolean {
  if ((kind.group ?? '') !== '' || kind.kind !== 'Pod') return false;
  const annotations = at(object, ['metadata', 'annotations']);
  return !isObject(annotations) || !isAnnotated(annotations);
}

async function readForRules(knowledge: NamespaceKnowledge, name: string): Promise<Surroundings> {
  const { namespace, problem } = await readFrom(knowledge, name);
  if (problem !== undefined) throw new UnknownNamespaceError(problem);
  return { namespace };
}

async function readIfPossible(knowledge: NamespaceKnowledge, name: string): Promise<Surroundings> {
  const { namespace } = await readFrom(knowledge, name);
  return { namespace };
}

async function readFrom(knowledge: NamespaceKnowledge, name: string): Promise<Surroundings> {
  try {
    return { namespace: await (knowledge.read?.(name) ?? nobodyToAsk()) };
  } catch (error) {
    return { namespace: undefined, problem: error instanceof Error ? error.message : String(error) };
  }
}

function nobodyToAsk(): Promise<never> {
  return Promise.reject(new Error('the injector asks no API server; start it with --kubeconfig'));
}

/** A label of DNS, as the API server has it. */
const namePattern = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

const nothing: Surroundings = { namespace: undefined };
