/** What the values of a parameter are in CEL: of its type, several of them, or a word in their place. */
import type { Parameter } from '../../sidecars/definition.ts';
import { call, conditional, dyn, equals, list, name, no } from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import type { ValueKind } from './output.ts';
import type { Surroundings } from './template-scope.ts';

/** Whether values of a type are texts in Kubernetes too. */
export const textTypes = (type: string) => !['integer', 'port', 'boolean'].includes(type);

/** What writes one value of a parameter. */
export function kindOf(parameter: Parameter | undefined): ValueKind {
  if (textTypes(parameter?.type ?? '')) return 'text';
  return hasWords(parameter) ? 'numberOrText' : 'number';
}

/** A text of a map as a value of its type. */
export function typed(text: Expression, type: string): Expression {
  if (textTypes(type)) return text;
  return type === 'boolean' ? equals(text, 'true') : call('int', text);
}

/** Whether a name is that of a parameter with several values. */
export function isListParameter(parameter: string, { parameters, each: bound }: Surroundings): boolean {
  return !bound?.has(parameter) && parameters.get(parameter)?.holds === 'list';
}

/** Whether a word stands in place of several values. */
export function isWord(value: Expression, parameter: Parameter | undefined): Expression {
  const maybe = parameter !== undefined && parameter.holds !== 'one' && hasWords(parameter);
  return maybe ? equals(call('type', value), name('string')) : no;
}

/** One where a word stands in place of several values, else the other. */
export function unlessWord(
  value: Expression,
  parameter: Parameter | undefined,
  { word, several }: { readonly word: Expression; readonly several: Expression },
): Expression {
  const found = isWord(value, parameter);
  return found === no ? several : conditional(found, dyn(word), dyn(several));
}

/** The values of a list: a word is the only one of its list. */
export function valuesOf(value: Expression, parameter: Parameter | undefined): Expression {
  if (parameter?.holds === 'one') return list(value);
  return unlessWord(value, parameter, { word: list(value), several: value });
}

function hasWords(parameter: Parameter | undefined): boolean {
  return parameter !== undefined && parameter.literals.length > 0;
}
