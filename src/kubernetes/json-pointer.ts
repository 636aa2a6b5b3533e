/** Builds a JSON Pointer from its keys, with `~` and `/` escaped: https://www.rfc-editor.org/rfc/rfc6901#section-3 */
export function jsonPointer(...keys: readonly string[]): string {
  return keys.map(key => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** A key as it stood before it was escaped for a JSON Pointer. */
export function keyOfPointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** The keys of a JSON Pointer; none for the empty one, which means the whole. */
export function keysOfPointer(pointer: string): readonly string[] {
  return pointer.split('/').slice(1).map(keyOfPointer);
}
