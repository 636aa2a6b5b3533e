/** Texts as JSON writes them. */
import { concat, literal, method } from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';

/** A text as JSON writes it: of what it escapes, no value has anything but quotes and backslashes. */
export function jsonText(text: Expression): Expression {
  const escaped = [
    ['\\', '\\\\'],
    ['"', '\\"'],
  ].reduce((inner, [from = '', to = '']) => method(inner, 'replace', literal(from), literal(to)), text);
  return concat('"', escaped, '"');
}
