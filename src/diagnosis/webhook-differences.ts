import { isObject, type Json, type JsonObject } from '../kubernetes/json.ts';
import { type Difference, differencesOf } from './differences.ts';
import type { OwnWebhook } from './registration.ts';
import { requestInWords, requestsOf, watches } from './webhook-rules.ts';

/**
 * Where a stored webhook is not as it is installed. What our own components and overlays change, and whatever only adds,
 * is none: caBundle, more rules (of workloadKinds), more namespaces that are left out.
 */
export function webhookDifferences({ name, shipped, stored = {} }: OwnWebhook): readonly Difference[] {
  const { rules, namespaceSelector, clientConfig, ...others } = shipped;
  const path = `webhooks[${name}]`;
  return [
    ...Object.keys(others).flatMap(key => differencesOf(others[key], stored[key], `${path}.${key}`)),
    ...differencesOf(clientConfig, withoutBundle(stored['clientConfig']), `${path}.clientConfig`),
    ...differencesOf(
      namespaceSelector,
      withoutMoreNamespaces(stored['namespaceSelector'], namespaceSelector),
      `${path}.namespaceSelector`,
    ),
    ...requestsOf(rules)
      .filter(request => !watches(stored, request))
      .map(request => ({ path: `${path}.rules`, shipped: requestInWords(request), stored: undefined })),
  ];
}

function withoutBundle(clientConfig: Json | undefined): Json | undefined {
  if (!isObject(clientConfig)) return clientConfig;
  const { caBundle: _caBundle, ...others } = clientConfig;
  return others;
}

/** Only the values of `NotIn` that are installed: who leaves out a namespace more did so on purpose. */
function withoutMoreNamespaces(stored: Json | undefined, shipped: Json | undefined): Json | undefined {
  if (!isObject(stored) || !isObject(shipped) || stored['matchExpressions'] === undefined) return stored;
  const installed = expressionsOf(shipped);
  const matchExpressions = expressionsOf(stored).map(expression => {
    const { key, operator, values } = expression;
    const own = installed.find(other => other['key'] === key && other['operator'] === operator)?.['values'];
    if (operator !== 'NotIn' || !Array.isArray(values) || !Array.isArray(own)) return expression;
    return { ...expression, values: values.filter(value => own.includes(value)) };
  });
  return { ...stored, matchExpressions };
}

function expressionsOf({ matchExpressions }: JsonObject): readonly JsonObject[] {
  return Array.isArray(matchExpressions) ? matchExpressions.filter(isObject) : [];
}
