import { oneLine } from '../shown-text.ts';

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
  return { ...problem, path: oneLine(path, maxPathLength), message: oneLine(message, maxMessageLength) };
}

/** A problem of a file as a whole, or at a key of the configuration. */
export function problemOfFile(file: string, message: string, path = ''): DefinitionProblem {
  return shownProblem({ file, line: 1, column: 1, path, message });
}

const maxPathLength = 300;

/** Names all parameters and facts of a large definition. */
const maxMessageLength = 2000;
