import { InjectorError } from '../injector-error.ts';
import type { Json, JsonObject } from '../kubernetes/json.ts';
import { MalformedObjectError } from '../kubernetes/malformed-object-error.ts';
import { readManifests } from '../manifests/edit-manifests.ts';
import { listObjects } from '../manifests/list-objects.ts';
import { type NamespaceFacts, readFacts } from '../namespaces/namespace-facts.ts';
import { asStored } from '../namespaces/sources-of.ts';

/** A Namespace as it stands in a manifest. */
export interface WrittenNamespace {
  readonly facts: NamespaceFacts;
  /** The file and the line, as messages name them. */
  readonly place: string;
}

/** The Namespaces in a text, in their order, or why it cannot be read, line by line. */
export interface WrittenNamespaces {
  readonly namespaces: readonly WrittenNamespace[];
  readonly problems: readonly string[];
}

/**
 * Reads the Namespaces in a text; whatever else is in it is left alone.
 *
 * @throws InjectorError where one of them is none of the Kubernetes API.
 */
export function writtenNamespaces(name: string, text: string): WrittenNamespaces {
  const { objects, problems } = objectsOfJson(name, text) ?? objectsOfYaml(name, text);
  const found = objects.filter(({ value }) => isNamespace(value));
  return {
    namespaces: found.map(({ value, place }) => ({ facts: storedFacts(value, place), place })),
    problems,
  };
}

interface PlacedObjects {
  readonly objects: readonly PlacedObject[];
  readonly problems: readonly string[];
}

interface PlacedObject {
  readonly value: JsonObject;
  readonly place: string;
}

/** What `kubectl get namespaces -o json` prints is read a hundred times as fast as the YAML that it is as well. */
function objectsOfJson(name: string, text: string): PlacedObjects | undefined {
  if (!/^\s{0,100}\{/.test(text)) return undefined;
  try {
    const listed = listObjects(JSON.parse(text) as Json);
    return { objects: listed.map(({ value }) => ({ value, place: name })), problems: [] };
  } catch {
    return undefined;
  }
}

function objectsOfYaml(name: string, text: string): PlacedObjects {
  const { objects, problems } = readManifests(text);
  return {
    objects: objects.map(({ value, line }) => ({ value, place: `${name}:${line}` })),
    problems: problems.map(({ line, message }) => `${name}:${line}: ${message}`),
  };
}

/** Whether an object is a Namespace. */
export function isNamespace({ apiVersion, kind }: JsonObject): boolean {
  return apiVersion === 'v1' && kind === 'Namespace';
}

/**
 * The facts of a Namespace as an API server would store it; `place` is where it stands, as messages name it.
 *
 * @throws InjectorError where it is none of the Kubernetes API.
 */
export function storedFacts(value: JsonObject, place: string): NamespaceFacts {
  const facts = readChecked(value, place);
  if (facts.name === '') throw new InjectorError(`${place}: a Namespace without metadata.name; give it one`);
  return asStored(facts);
}

function readChecked(value: JsonObject, place: string): NamespaceFacts {
  try {
    return readFacts(value, 'Namespace');
  } catch (cause) {
    if (!(cause instanceof MalformedObjectError)) throw cause;
    throw new InjectorError(`${place}: ${cause.message}`, { cause });
  }
}
