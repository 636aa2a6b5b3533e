/** Texts as JSON writes them. */
import { concat, literal, method } from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';

/** A text as JSON writes it: of what it escapes, no value has anything but quotes and backslashes. */
export function jsonText(text: Expression): Expression {
  return escapedText(text, ['\\', '"']);
}

/** The same of a text that a template makes: what the definition itself writes there may hold control characters. */
export function templateJsonText(text: Expression): Expression {
  return escapedText(text, ['\\', '"', ...controlCharactersIn(text)]);
}

function escapedText(text: Expression, characters: readonly string[]): Expression {
  const escaped = characters.reduce(
    (inner, character) =>
      method(inner, 'replace', literal(character), literal(JSON.stringify(character).slice(1, -1))),
    text,
  );
  return concat('"', escaped, '"');
}

/** Those that stand in the texts of an expression. */
function controlCharactersIn(expression: Expression): readonly string[] {
  const found = new Set<string>();
  // Every text of the expression is seen by it, whatever kind of expression it stands in.
  JSON.stringify(expression, (_key, value: unknown) => {
    if (typeof value === 'string') for (const [character] of value.matchAll(/\p{Cc}/gu)) found.add(character);
    return value;
  });
  // JSON writes these as they are.
  return [...found].filter(character => JSON.stringify(character).length > 3);
}
