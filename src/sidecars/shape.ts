/**
 * What a definition's file may hold, as data. The strict reader, the templates and the JSON Schema for editors are all
 * made from it, so they cannot disagree.
 */
export type Shape = { readonly description?: string } & (
  | {
      readonly kind: 'text';
      readonly pattern?: RegExp;
      /** Says in words what the pattern wants; completes "expected …". */
      readonly expects?: string;
      readonly values?: readonly string[];
      /** The kubelet replaces `$(NAME)` in such a text. */
      readonly isExpanded?: boolean;
    }
  | { readonly kind: 'scalar' | 'boolean' | 'number' | 'number-or-text' | 'any' }
  | { readonly kind: 'list'; readonly of: Shape }
  /** An entry of a list, or a list whose entries stand in its place. */
  | { readonly kind: 'entries'; readonly of: Shape }
  /** One value, or a list of them. */
  | { readonly kind: 'one-or-list'; readonly of: Shape }
  | {
      readonly kind: 'map';
      readonly of: Shape;
      readonly keys?: { readonly pattern: RegExp; readonly expects: string };
    }
  | ObjectShape
  /** From here on down, `${…}` and `{when, value, else}` are allowed, and `{json}` where a text is expanded. */
  | { readonly kind: 'template'; readonly of: Shape }
);

export interface ObjectShape {
  readonly kind: 'object';
  readonly description?: string;
  readonly fields: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  /** Keys that a user may expect here but that are not the file's to set, each with the advice. */
  readonly refused?: Readonly<Record<string, string>>;
}
