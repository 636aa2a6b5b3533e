/**
 * What a definition's file may hold, as data. The strict reader, the templates and the JSON Schema for editors are all
 * made from it, so they cannot disagree.
 */
export type Shape = { readonly description?: string } & (
  | ({
      readonly kind: 'text';
      /** The kubelet replaces `$(NAME)` in such a text. */
      readonly isExpanded?: boolean;
    } & TextFormat)
  | ({ readonly kind: 'number' } & NumberFormat)
  | ({ readonly kind: 'number-or-text' } & TextFormat & NumberFormat)
  | { readonly kind: 'scalar' | 'boolean' | 'any' }
  | { readonly kind: 'list'; readonly of: Shape }
  /** An entry of a list, or a list whose entries stand in its place. */
  | { readonly kind: 'entries'; readonly of: Shape }
  /** One value, or a list of them. */
  | { readonly kind: 'one-or-list'; readonly of: Shape }
  | {
      readonly kind: 'map';
      readonly of: Shape;
      readonly keys?: TextFormat;
    }
  | ObjectShape
  /** From here on down, `${…}` and `{when, value, else}` are allowed, and `{json}` where a text is expanded. */
  | { readonly kind: 'template'; readonly of: Shape }
);

/** What a text may be. */
export interface TextFormat {
  readonly pattern?: RegExp;
  /** Says in words what the pattern wants; completes "expected …". */
  readonly expects?: string;
  readonly values?: readonly string[];
  /** An empty text is the same as none. */
  readonly isEmptyFine?: boolean;
  /** What is likely meant by a text that does not fit; completes the message, and may be empty. */
  readonly advice?: (value: string) => string;
}

/** What a whole number may be. */
export interface NumberFormat {
  readonly minimum?: number;
  readonly maximum?: number;
  /** The rights of a file: written in octal, as `0400`. */
  readonly isFileMode?: boolean;
}

export interface ObjectShape {
  readonly kind: 'object';
  /** The type of the Kubernetes API that it is. */
  readonly type?: string;
  readonly description?: string;
  readonly fields: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  /** Keys that a user may expect here but that are not the file's to set, each with the advice. */
  readonly refused?: Readonly<Record<string, string>>;
}
