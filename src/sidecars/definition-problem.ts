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

/** A problem as it may be shown: what a file holds makes no second line of it, no sign for a terminal and no long story. */
export function shownProblem(problem: DefinitionProblem): DefinitionProblem {
  const { path, message } = problem;
  return { ...problem, path: shown(path, maxPathLength), message: shown(message, maxMessageLength) };
}

const maxPathLength = 300;

/** Names all parameters and facts of a large definition. */
const maxMessageLength = 2000;

function shown(text: string, maxLength: number): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength).replace(/[\uD800-\uDBFF]$/, '')}…` : text;
  return cut.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    sign => `\\u${(sign.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}
