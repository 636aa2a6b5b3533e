import { isObject, type Json, type JsonObject } from '../kubernetes/json.ts';

/** An object that is installed, as deploy/transformers/namespace makes it for another namespace; a test compares. */
export function shippedFor(namespace: string, object: JsonObject): JsonObject {
  return replaceIn(object, namespace) as JsonObject;
}

function replaceIn(value: Json, namespace: string): Json {
  if (Array.isArray(value)) return value.map(entry => replaceIn(entry, namespace));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, below]) => [key, replaceAt(key, below, namespace)]),
  );
}

function replaceAt(key: string, value: Json, namespace: string): Json {
  if (key === 'namespace' && value === usual) return namespace;
  if (key === 'expression' && value === `'${usual}'`) return `'${namespace}'`;
  if (key === 'values' && Array.isArray(value))
    return value.map(entry => (entry === usual ? namespace : entry));
  return replaceIn(value, namespace);
}

const usual = 'sidecar-injector';
