/** Many times what the largest definition that ships with the project takes. */
export const maxDefinitionBytes = 256 * 1024;

/** Which of two versions of a definition a file has: its name alone says so. */
export type DefinitionVersion = 'current' | 'next';

/** `next` for a file such as `logs.next.yaml`, which stands beside `logs.yaml`. */
export function versionOfFile(name: string): DefinitionVersion {
  return /\.next\.ya?ml$/.test(name) ? 'next' : 'current';
}

/** The name of a sidecar that is meant by the name of its file. */
export function sidecarOfFile(name: string): string {
  return name.replace(/\.ya?ml$/, '').replace(/\.next$/, '');
}

/** Whether a file of this name is taken for a definition. */
export function isDefinitionFile(name: string): boolean {
  return /\.ya?ml$/.test(name) && !name.startsWith('.') && !/^kustomization\.ya?ml$/.test(name);
}
