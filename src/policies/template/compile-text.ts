/** Parameters in templates, by themselves or within a text. */

import type { Parameter } from '../../sidecars/definition.ts';
import { instanceName, type ParameterPart, type Template } from '../../sidecars/template/template.ts';
import { at, call, concat, no, not, or } from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { isInsertable, valueAt } from './conditions.ts';
import { insertText, withoutExpansion } from './insert-text.ts';
import type { Output, ValueKind } from './output.ts';
import { kindOf, typed, unlessWord } from './parameter-values.ts';
import { always, type Rendering } from './rendering.ts';
import type { Surroundings } from './template-scope.ts';

/** A parameter by itself keeps its type. */
export function compileTyped(part: ParameterPart, scope: Surroundings): Rendering {
  const { output } = scope;
  const bound = scope.each?.get(part.parameter);
  if (bound !== undefined) return { ...always(output[bound.kind](bound.value)), unset: bound.unset };
  const unset = not(isInsertable(scope, part));
  const value = valueAt(scope, part);
  if (part.isInSeconds) return { ...always(output.number(value)), unset };
  return { ...always(compileValues(value, scope.parameters.get(part.parameter), output)), unset };
}

function compileValues(value: Expression, parameter: Parameter | undefined, output: Output): Expression {
  const kind = kindOf(parameter);
  if (parameter === undefined || parameter.holds === 'one') return output[kind](value);
  const several =
    parameter.holds === 'list'
      ? output.values(value, kind)
      : output.pairs(value, kind, text => typed(text, parameter.type));
  return unlessWord(value, parameter, { word: output.text(value), several });
}

/** A text with parameters in it. */
export function compileText(template: Template & { kind: 'text' }, scope: Surroundings): Rendering {
  const unset = template.parts.map(part => (typeof part === 'string' ? no : unsetPart(part, scope)));
  const parts = template.parts.map(part =>
    typeof part === 'string' ? part : inserted(part, template.isExpanded, scope),
  );
  const text = concat(...parts);
  return { ...always(scope.output.text(text)), unset: or(...unset) };
}

function unsetPart(part: ParameterPart, scope: Surroundings): Expression {
  const { oneOf, each: bound } = scope;
  if (part.parameter === instanceName || oneOf?.list === part.parameter) return no;
  return bound?.get(part.parameter)?.unset ?? not(isInsertable(scope, part));
}

function inserted(part: ParameterPart, isExpanded: boolean, scope: Surroundings): Expression {
  if (part.parameter === instanceName) return at(scope.values, instanceName);
  const { text, mayHaveDollar } = insertedText(part, scope);
  return isExpanded && mayHaveDollar ? withoutExpansion(text) : text;
}

/** A value as a text, and whether the kubelet could find something to expand in it. */
function insertedText(
  part: ParameterPart,
  { oneOf, each: bound, values, parameters }: Surroundings,
): { readonly text: Expression; readonly mayHaveDollar: boolean } {
  const parameter = parameters.get(part.parameter);
  const kind = kindOf(parameter);
  const mayHaveDollar = parameter === undefined || !isPlain(parameter);
  const ofEach = bound?.get(part.parameter);
  if (ofEach !== undefined)
    return { text: asText(ofEach.value, ofEach.kind), mayHaveDollar: ofEach.kind !== 'number' };
  if (oneOf?.list === part.parameter) return { text: asText(oneOf.value, kind), mayHaveDollar };
  const value = valueAt({ values }, part);
  if (part.isInSeconds) return { text: asText(value, 'number'), mayHaveDollar: false };
  const several = insertText(value, parameter?.holds ?? 'one', kind === 'text');
  return { text: unlessWord(value, parameter, { word: value, several }), mayHaveDollar };
}

function asText(value: Expression, kind: ValueKind): Expression {
  return kind === 'text' ? value : call('string', value);
}

/** Whether no value has a dollar sign, and none of the words that may stand in its place. */
function isPlain({ type, literals }: Parameter): boolean {
  return plainTypes.has(type) && !literals.some(word => word.includes('$'));
}

/** Types of which no value has a dollar sign. */
const plainTypes: ReadonlySet<string> = new Set([
  'boolean',
  'config-map',
  'duration',
  'integer',
  'name',
  'path-segment',
  'port',
  'quantity',
  'secret',
  'secret-key',
]);
