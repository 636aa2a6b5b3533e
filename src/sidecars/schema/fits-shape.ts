import { isObject, type Json } from '../../kubernetes/json.ts';
import type { Shape } from '../shape.ts';
import { hasNumberFormat, hasTextFormat, numberProblem, textProblem } from './field-problem.ts';

/** Whether each text and each number of a rendered value is what its field takes. What is missing is not asked. */
export function fitsShape(value: Json | undefined, shape: Shape): boolean {
  if (Array.isArray(value)) {
    return shape.kind !== 'list' || value.every((entry: Json) => fitsShape(entry, shape.of));
  }
  if (isObject(value)) return Object.entries(value).every(([key, entry]) => fitsField(key, entry, shape));
  if (typeof value === 'string' && hasTextFormat(shape)) return textProblem(value, shape) === undefined;
  if (typeof value === 'number' && hasNumberFormat(shape)) return numberProblem(value, shape) === undefined;
  return true;
}

function fitsField(key: string, value: Json, shape: Shape): boolean {
  if (shape.kind === 'map') return fitsShape(value, shape.of);
  const field = shape.kind === 'object' ? shape.fields[key] : undefined;
  return field === undefined || fitsShape(value, field);
}
