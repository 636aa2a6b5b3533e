/** Something wrong in a definition's file, with the place to put the cursor. Lines and columns count from 1. */
export interface DefinitionProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Where in the document, such as `spec.container.args[2]`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
}

/** The problem in one line, in the form that editors and compilers use. */
export function inOneLine({ file, line, column, path, message }: DefinitionProblem): string {
  return `${file}:${line}:${column}: ${path === '' ? '' : `${path}: `}${message}`;
}
