import { isObject, type Json } from '../kubernetes/json.ts';

type Labels = Readonly<Record<string, string>>;

/**
 * Whether a label selector of the Kubernetes API chooses what has these labels; one that is not there chooses all.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 */
export function chooses(selector: Json | undefined, labels: Labels): boolean {
  if (!isObject(selector)) return true;
  const { matchLabels, matchExpressions } = selector;
  const wanted = Object.entries(isObject(matchLabels) ? matchLabels : {});
  if (!wanted.every(([key, value]) => labelOf(labels, key) === value)) return false;
  return !Array.isArray(matchExpressions) || matchExpressions.every(expression => holds(expression, labels));
}

function holds(expression: Json, labels: Labels): boolean {
  if (!isObject(expression)) return true;
  const { key, operator, values } = expression;
  const value = labelOf(labels, String(key));
  const isNamed = Array.isArray(values) && value !== undefined && values.includes(value);
  switch (operator) {
    case 'In':
      return isNamed;
    case 'NotIn':
      return !isNamed;
    case 'Exists':
      return value !== undefined;
    default:
      return value === undefined;
  }
}

function labelOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
