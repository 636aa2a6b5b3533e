/** Many times what the largest definition that ships with the project takes. */
export const maxDefinitionBytes = 256 * 1024;

/** Whether a file of this name is taken for a definition. */
export function isDefinitionFile(name: string): boolean {
  return /\.ya?ml$/.test(name) && !name.startsWith('.') && !/^kustomization\.ya?ml$/.test(name);
}
