import { injectAnnotation, isRequestKey, parseRequestKey } from '../injection/request/annotation-keys.ts';
import { shownKey, shownName, shownValue } from '../injection/shown-value.ts';
import { isObject, type JsonObject } from '../kubernetes/json.ts';
import { selectorProblems } from '../kubernetes/selector-problems.ts';
import { suggestion } from '../nearest-name.ts';
import type { InjectionRule } from './injection-rule.ts';

/** The rules, or all that is wrong with them, each problem behind the place that it is about. */
export type RulesReading =
  | { readonly value: readonly InjectionRule[] }
  | { readonly problems: readonly string[] };

/** Reads the value of `inject` in the configuration. What needs the definitions to be judged is judged elsewhere. */
export function readRules(value: unknown): RulesReading {
  if (!Array.isArray(value))
    return { problems: [`: got ${shown(value)}; use a list of rules, as in ${example}`] };
  if (value.length > maxRules) return { problems: [`: got ${value.length} rules; use at most ${maxRules}`] };
  const problems = value.flatMap((entry: unknown, index) =>
    problemsOf(entry).map(problem => `[${index}]${problem}`),
  );
  return problems.length > 0 ? { problems } : { value: value.map(ruleOf) };
}

const example = '[{namespaces: {matchLabels: {team: shop}}, annotations: {"sidecar.io/logs": "true"}}]';

/** Each is held against each pod. */
const maxRules = 50;

function ruleOf(entry: Omit<InjectionRule, 'from'>, index: number): InjectionRule {
  return { from: `rule ${index + 1}`, ...entry };
}

const keys = ['namespaces', 'pods', 'annotations'] as const;

function problemsOf(entry: unknown): readonly string[] {
  if (!isObject(entry)) return [`: got ${shown(entry)}; use a map with ${keys.join(', ')}`];
  const unknown = Object.keys(entry)
    .filter(key => !keys.some(known => known === key))
    .map(key => `: unknown key ${shown(key)}${suggestion(key, keys)}`);
  return [
    ...unknown,
    ...selectorIn(entry, 'namespaces'),
    ...selectorIn(entry, 'pods'),
    ...annotationsProblems(entry['annotations']),
  ];
}

function selectorIn(entry: JsonObject, key: 'namespaces' | 'pods'): readonly string[] {
  if (!(key in entry)) return [];
  return selectorProblems(entry[key]).map(({ path, seen, use, known }) =>
    known === undefined
      ? `.${key}${path}: got ${shown(seen)}; use ${use}`
      : `.${key}${path}: unknown key ${shown(seen)}${suggestion(String(seen), known) || `; use ${use}`}`,
  );
}

function annotationsProblems(annotations: unknown): readonly string[] {
  const place = '.annotations';
  if (!isObject(annotations) || Object.keys(annotations).length === 0) {
    const use = 'a map of annotations, as in {"sidecar.io/logs": "true"}';
    return [
      annotations === undefined
        ? `${place}: is missing; use ${use}`
        : `${place}: got ${shown(annotations)}; use ${use}`,
    ];
  }
  const entries = Object.entries(annotations);
  const length = entries.reduce((sum, [key, value]) => sum + key.length + String(value).length, 0);
  if (length > maxLength)
    return [`${place}: got ${length} characters; use at most ${maxLength}, keys and values together`];
  return entries.flatMap(([key, value]) => annotationProblems(`${place}.${shownKey(key)}`, key, value));
}

/** What is longer is not remembered from one pod to the next. */
const maxLength = 4000;

function annotationProblems(place: string, key: string, value: unknown): readonly string[] {
  const problem = keyProblem(key);
  if (problem !== undefined) return [`${place}: ${problem}`];
  if (typeof value !== 'string')
    return [`${place}: got ${shown(value)}; use a text, in quotes where it is a number, true or false`];
  return key === injectAnnotation && value !== 'true' && value !== 'false'
    ? [`${place}: got ${shownValue(value)}; use "true" or "false"`]
    : [];
}

function keyProblem(key: string): string | undefined {
  if (key === injectAnnotation) return undefined;
  if (!isRequestKey(key)) return 'only what asks for sidecars counts; use a key as in sidecar.io/logs';
  const { isWellFormed, parameter } = parseRequestKey(key) ?? { isWellFormed: false };
  if (!isWellFormed) return 'use sidecar.io/<sidecar>[_<instance>][.<parameter>]';
  return annotationOnly.has(parameter ?? '')
    ? "only a pod, its workload or its namespace may ask for a change of the app's containers"
    : undefined;
}

/** A rule is the word of nobody who knows the app. */
const annotationOnly: ReadonlySet<string> = new Set(['mount', 'containers', 'env']);

function shown(value: unknown): string {
  return typeof value === 'string' ? shownValue(value) : shownName(JSON.stringify(value) ?? 'nothing');
}
