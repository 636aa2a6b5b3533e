/** Mount paths: kubernetes/mount-path.ts in CEL. */
import { concat, conditional, literal, matches, method } from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';

/** The path without slashes at its end. */
export function withoutTrailingSlash(path: Expression): Expression {
  return conditional(
    method(path, 'endsWith', literal('/')),
    method(path, 'find', literal('(?s)^.*[^/]')),
    path,
  );
}

/** Whether a path is a directory itself, or below it. */
export function isAtOrBelow(path: Expression, directory: Expression): Expression {
  return method(concat(path, '/'), 'startsWith', concat(withoutTrailingSlash(directory), '/'));
}

/** Whether a path is written as the container runtime understands it: absolute, without empty segments and dots. */
export function isNormal(path: Expression): Expression {
  return matches(path, '^/$|^(?:/[^/.][^/]*|/[.]{1,2}[^/.][^/]*|/[.]{3,}[^/]*)+/?$');
}
