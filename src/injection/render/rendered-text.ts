import type { RenderedSidecar } from './render-sidecar.ts';

/** All pods that a plan is for get the same objects. */
const texts = new WeakMap<object, string>();

/** Writes the containers and volumes of a sidecar as JSON, once for all pods that get them. They never change. */
export function keepTexts({ initContainers, containers, volumes }: RenderedSidecar): void {
  for (const value of [...initContainers, ...containers, ...volumes.map(({ volume }) => volume)])
    if (!texts.has(value)) texts.set(value, JSON.stringify(value));
}

/** The JSON of a value that was read from JSON, the same text that `JSON.stringify` makes of it. */
export function jsonText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return (
    texts.get(value) ?? (Array.isArray(value) ? `[${value.map(jsonText).join()}]` : JSON.stringify(value))
  );
}
