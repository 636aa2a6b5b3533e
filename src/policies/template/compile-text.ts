/** Parameters in templates, by themselves or within a text. */
import { instanceName, type ParameterPart, type Template } from '../../sidecars/template/template.ts';
import { at, call, concat, no, not, or } from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { isSet, valueAt } from './conditions.ts';
import { insertText, withoutExpansion } from './insert-text.ts';
import { always, type Rendering } from './rendering.ts';
import type { Surroundings } from './template-scope.ts';

/** A parameter by itself keeps its type. */
export function compileTyped(part: ParameterPart, scope: Surroundings): Rendering {
  const { output } = scope;
  const bound = scope.each?.get(part.parameter);
  if (bound !== undefined)
    return always(bound.isText ? output.text(bound.value) : output.number(bound.value));
  const value = valueAt(scope, part);
  const unset = not(isSet(scope, part.parameter));
  const parameter = scope.parameters.get(part.parameter);
  if (part.isInSeconds) return { ...always(output.number(value)), unset };
  const isText = textTypes(parameter?.type ?? '');
  if (parameter?.holds === 'list') return { ...always(output.texts(value)), unset };
  if (parameter?.holds === 'map') return { ...always(output.pairs(value, isText)), unset };
  if (isText) return { ...always(output.text(value)), unset };
  const isMaybeText = parameter !== undefined && parameter.literals.length > 0;
  return { ...always(isMaybeText ? output.numberOrText(value) : output.number(value)), unset };
}

/** Whether values of a type are texts in Kubernetes too. */
export const textTypes = (type: string) => !['integer', 'port', 'boolean'].includes(type);

/** Whether a name is that of a parameter with several values. */
export function isListParameter(name: string, { parameters, each: bound }: Surroundings): boolean {
  return !bound?.has(name) && parameters.get(name)?.holds === 'list';
}

/** A text with parameters in it. */
export function compileText(template: Template & { kind: 'text' }, scope: Surroundings): Rendering {
  const unset = template.parts.map(part =>
    typeof part === 'string' || isKnown(part, scope) ? no : not(isSet(scope, part.parameter)),
  );
  const parts = template.parts.map(part =>
    typeof part === 'string' ? part : inserted(part, template.isExpanded, scope),
  );
  const text = concat(...parts);
  return { ...always(scope.output.text(text)), unset: or(...unset) };
}

function isKnown({ parameter }: ParameterPart, { oneOf, each: bound }: Surroundings): boolean {
  return parameter === instanceName || oneOf?.list === parameter || bound?.has(parameter) === true;
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
  const { type = 'string', holds = 'one' } = parameters.get(part.parameter) ?? {};
  const isText = textTypes(type);
  const mayHaveDollar = !plainTypes.has(type);
  const ofEach = bound?.get(part.parameter);
  if (ofEach !== undefined)
    return { text: asText(ofEach.value, ofEach.isText), mayHaveDollar: ofEach.isText };
  if (oneOf?.list === part.parameter) return { text: asText(oneOf.value, isText), mayHaveDollar };
  const value = valueAt({ values }, part);
  if (part.isInSeconds) return { text: asText(value, false), mayHaveDollar: false };
  return { text: insertText(value, holds, isText), mayHaveDollar: mayHaveDollar || holds === 'map' };
}

function asText(value: Expression, isText: boolean): Expression {
  return isText ? value : call('string', value);
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
