import { isObject, type Json } from '../../kubernetes/json.ts';
import { doHold, type Facts } from './conditions.ts';
import { instanceName, type Template, type TextPart } from './template.ts';

/** What a template is measured with. */
export interface MeasuredScope extends Facts {
  readonly name: string;
  /** The parameters that have a value, each with the text that it has in an annotation. */
  readonly values: ReadonlyMap<
    string,
    { readonly value: Json; readonly text: string; readonly facts?: readonly string[] }
  >;
}

/**
 * How many characters a template renders to, give or take signs and escapes, without rendering it: a value that is put
 * in a thousand times is counted a thousand times, but never written.
 */
export function renderedSize(template: Template, scope: MeasuredScope): number {
  switch (template.kind) {
    case 'literal':
      return sizeOf(template.value);
    case 'typed':
      return scope.values.get(template.parameter)?.text.length ?? 0;
    case 'text':
      return textSize(template.parts, scope);
    case 'choice': {
      const branch = doHold(template.when, scope) ? template.value : template.otherwise;
      return branch === undefined ? 0 : renderedSize(branch, scope);
    }
    case 'json':
      return renderedSize(template.value, scope);
    case 'list':
      return sum(template.entries.map(entry => renderedSize(entry, scope)));
    case 'map':
      return sum(template.entries.map(([key, entry]) => key.length + renderedSize(entry, scope)));
  }
}

/** A text that names a list may be rendered once for each of its values, with all that stands around it. */
function textSize(parts: readonly TextPart[], { name, values }: MeasuredScope): number {
  let repeated = 0;
  let once = 0;
  let count = 1;
  for (const part of parts) {
    if (typeof part === 'string' || part.parameter === instanceName) {
      repeated += typeof part === 'string' ? part.length : name.length;
      continue;
    }
    const found = values.get(part.parameter);
    if (found === undefined) return 0;
    if (!Array.isArray(found.value)) repeated += found.text.length;
    else {
      count = found.value.length;
      once += found.text.length;
    }
  }
  return repeated * count + once;
}

function sizeOf(value: Json): number {
  if (Array.isArray(value)) return sum(value.map(sizeOf));
  if (!isObject(value)) return String(value).length;
  return sum(Object.entries(value).map(([key, entry]) => key.length + sizeOf(entry)));
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}
