/**
 * What the API server would not take for a label selector, and what of it is more than anybody writes.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/
 */
import { isObject, type JsonObject } from './json.ts';

/** What is wrong with a part of a selector, and what to write instead. */
export interface SelectorProblem {
  /** As in `.matchExpressions[0].key`; empty for the selector itself. */
  readonly path: string;
  readonly seen: unknown;
  /** Completes "use …". */
  readonly use: string;
  /** Keys that could stand where an unknown one stands. */
  readonly known?: readonly string[];
}

/** Everything that is wrong with a label selector. One that is empty takes all objects, and is right. */
export function selectorProblems(selector: unknown): readonly SelectorProblem[] {
  if (!isObject(selector)) {
    const use = 'a label selector: matchLabels, matchExpressions or both';
    return [{ path: '', seen: selector, use }];
  }
  const { matchLabels, matchExpressions } = selector;
  return [
    ...unknownKeys(selector, '', ['matchLabels', 'matchExpressions']),
    ...('matchLabels' in selector ? labelsProblems(matchLabels) : []),
    ...('matchExpressions' in selector ? expressionsProblems(matchExpressions) : []),
  ];
}

function unknownKeys(object: JsonObject, path: string, known: readonly string[]): readonly SelectorProblem[] {
  const use = `one of ${known.join(', ')}`;
  return Object.keys(object)
    .filter(key => !known.includes(key))
    .map(key => ({ path, seen: key, use, known }));
}

function labelsProblems(matchLabels: unknown): readonly SelectorProblem[] {
  const path = '.matchLabels';
  if (!isObject(matchLabels)) return [{ path, seen: matchLabels, use: 'a map of labels' }];
  const labels = Object.entries(matchLabels);
  if (labels.length > maxRequirements) return [tooMany(path, labels.length, 'labels', maxRequirements)];
  return labels.flatMap(([key, value]) => [
    ...keyProblems(path, key),
    ...valueProblems(`${path}.${key}`, value),
  ]);
}

function expressionsProblems(expressions: unknown): readonly SelectorProblem[] {
  const path = '.matchExpressions';
  if (!Array.isArray(expressions))
    return [{ path, seen: expressions, use: 'a list of {key, operator, values}' }];
  if (expressions.length > maxRequirements)
    return [tooMany(path, expressions.length, 'expressions', maxRequirements)];
  return expressions.flatMap((expression: unknown, index) =>
    expressionProblems(`${path}[${index}]`, expression),
  );
}

function expressionProblems(path: string, expression: unknown): readonly SelectorProblem[] {
  if (!isObject(expression)) return [{ path, seen: expression, use: 'a map with key, operator and values' }];
  const { key, operator, values } = expression;
  return [
    ...unknownKeys(expression, path, ['key', 'operator', 'values']),
    ...keyProblems(`${path}.key`, key),
    ...operatorProblems(`${path}.operator`, operator),
    ...valuesProblems(`${path}.values`, operator, values),
  ];
}

const operators = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const;

function operatorProblems(path: string, operator: unknown): readonly SelectorProblem[] {
  if (operators.some(known => known === operator)) return [];
  return [{ path, seen: operator, use: `one of ${operators.join(', ')}` }];
}

function valuesProblems(path: string, operator: unknown, values: unknown): readonly SelectorProblem[] {
  const isListed = Array.isArray(values);
  if (values !== undefined && !isListed) return [{ path, seen: values, use: 'a list of values' }];
  const list: readonly unknown[] = isListed ? values : [];
  if ((operator === 'In' || operator === 'NotIn') && list.length === 0)
    return [{ path, seen: values, use: `at least one value with ${operator}` }];
  if ((operator === 'Exists' || operator === 'DoesNotExist') && list.length > 0)
    return [{ path, seen: values, use: `no values with ${operator}` }];
  if (list.length > maxValues) return [tooMany(path, list.length, 'values', maxValues)];
  return list.flatMap((value, index) => valueProblems(`${path}[${index}]`, value));
}

/** More is not written by hand; each is looked at for each pod. */
const maxRequirements = 20;
const maxValues = 100;

function tooMany(path: string, count: number, what: string, most: number): SelectorProblem {
  return { path, seen: `${count} ${what}`, use: `at most ${most}` };
}

const keyName = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const keyPrefix = /^(?=.{1,253}$)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

function keyProblems(path: string, key: unknown): readonly SelectorProblem[] {
  const [name, prefix, ...others] = typeof key === 'string' ? key.split('/').toReversed() : [];
  const isFine =
    keyName.test(name ?? '') && (prefix === undefined || keyPrefix.test(prefix)) && others.length === 0;
  return isFine ? [] : [{ path, seen: key, use: 'the key of a label, such as team or example.com/team' }];
}

const labelValue = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

function valueProblems(path: string, value: unknown): readonly SelectorProblem[] {
  if (typeof value === 'string' && labelValue.test(value)) return [];
  const use =
    typeof value === 'string'
      ? 'a value of a label: at most 63 letters, digits, -, _ and .'
      : 'a value of a label, in quotes';
  return [{ path, seen: value, use }];
}
