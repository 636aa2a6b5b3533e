import type { Plan } from './plan-sidecars.ts';

/**
 * How many bytes of memory a plan takes at the most, beside the annotations that it was made for. What was rendered is not
 * looked at again: how many characters it has was counted before.
 */
export function planSize({ sidecars, findings }: Plan): number {
  let bytes = findings.length * findingBytes;
  for (const { rendered, characters, findings } of sidecars) {
    const copies = rendered ? rendered.initContainers.length + rendered.containers.length : 0;
    bytes += requestBytes + copies * characters * bytesPerCharacter + findings.length * findingBytes;
  }
  return bytes;
}

/** Two where a text has a character beyond Latin-1, as much for the objects and lists around it, and for the text of all. */
const bytesPerCharacter = 6;

/** A finding with its message, which is bounded by its parts. */
const findingBytes = 1000;

/** The objects and maps that hold a request, its instance, and what is rendered. */
const requestBytes = 1500;
