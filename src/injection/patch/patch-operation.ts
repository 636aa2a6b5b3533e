/** One operation of a JSON Patch: https://www.rfc-editor.org/rfc/rfc6902 */
export type PatchOperation =
  | AddOperation
  | { readonly op: 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

/** A pod is only ever added to. */
export interface AddOperation {
  readonly op: 'add';
  readonly path: string;
  readonly value: unknown;
}
