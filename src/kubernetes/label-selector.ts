/**
 * Label selectors, as the API server evaluates them.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/label-selector/
 */
import { isObject, type JsonObject } from './json.ts';

export type Labels = Readonly<Record<string, string>>;

/** One thing that a selector asks of labels. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/**
 * The first requirement that labels do not meet; undefined where the selector takes them. One that is missing or empty
 * takes everything; an operator that nobody knows takes nothing.
 */
export function unmetRequirement(selector: unknown, labels: Labels): LabelRequirement | undefined {
  return requirementsOf(selector).find(requirement => !isMet(requirement, labels));
}

/** What was read of selectors that are still in use: those of rules are held against each pod. */
const known = new WeakMap<object, readonly LabelRequirement[]>();

function requirementsOf(selector: unknown): readonly LabelRequirement[] {
  if (!isObject(selector)) return [];
  const found = known.get(selector);
  if (found !== undefined) return found;
  const requirements = readRequirements(selector);
  known.set(selector, requirements);
  return requirements;
}

/** All that a selector asks for, `matchLabels` first. */
function readRequirements(selector: JsonObject): readonly LabelRequirement[] {
  const { matchLabels, matchExpressions } = selector;
  const exact = isObject(matchLabels) ? Object.entries(matchLabels) : [];
  const expressions = Array.isArray(matchExpressions) ? matchExpressions.filter(isObject) : [];
  return [
    ...exact.map(([key, value]) => ({ key, operator: 'In', values: [String(value)] })),
    ...expressions.map(({ key, operator, values }) => ({
      key: String(key),
      operator: String(operator),
      values: Array.isArray(values) ? values.map(String) : [],
    })),
  ];
}

/** A label that is missing is in no list, and is therefore met by `NotIn`. */
function isMet({ key, operator, values }: LabelRequirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}
