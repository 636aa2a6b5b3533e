import { isObject, type Json, type JsonObject } from '../kubernetes/json.ts';

/** What the API server would ask a webhook about. */
export interface WatchedRequest {
  readonly group: string;
  readonly version: string;
  /** In the plural, as in `deployments`. */
  readonly resource: string;
  readonly operation: string;
}

/**
 * Whether the rules of a webhook choose a request for something in a namespace, or for a namespace.
 * https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#matching-requests-rules
 */
export function watches(webhook: JsonObject, request: WatchedRequest): boolean {
  return listOf(webhook['rules']).some(rule => chosenBy(rule, request, webhook['matchPolicy']));
}

function chosenBy(rule: JsonObject, request: WatchedRequest, matchPolicy: Json | undefined): boolean {
  const { apiGroups, apiVersions, operations, resources, scope = '*' } = rule;
  const names = (list: Json | undefined, value: string) =>
    Array.isArray(list) && (list.includes('*') || list.includes(value));
  return (
    names(apiGroups, request.group) &&
    // Equivalent: the API server asks in the version that the rule names.
    (matchPolicy === 'Equivalent' || names(apiVersions, request.version)) &&
    names(operations, request.operation) &&
    (names(resources, request.resource) || names(resources, '*/*')) &&
    (scope === '*' || (scope === 'Cluster') === isNamespace(request))
  );
}

function isNamespace({ group, resource }: WatchedRequest): boolean {
  return group === '' && resource === 'namespaces';
}

/** That a pod is created. */
export const podCreation: WatchedRequest = {
  group: '',
  version: 'v1',
  resource: 'pods',
  operation: 'CREATE',
};

/** The requests that a list of rules without wildcards names one by one. */
export function requestsOf(rules: Json | undefined): readonly WatchedRequest[] {
  return listOf(rules).flatMap(({ apiGroups, apiVersions, operations, resources }) =>
    texts(apiGroups).flatMap(group =>
      texts(apiVersions).flatMap(version =>
        texts(resources).flatMap(resource =>
          texts(operations).map(operation => ({ group, version, resource, operation })),
        ),
      ),
    ),
  );
}

/** As in `UPDATE apps/v1 deployments`. */
export function requestInWords({ group, version, resource, operation }: WatchedRequest): string {
  return `${operation} ${group === '' ? version : `${group}/${version}`} ${resource}`;
}

function listOf(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function texts(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
