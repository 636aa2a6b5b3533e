/** Warns of what only the webhook could refuse: whether annotations are still those that the webhook injected a pod with. */
import type { JsonObject } from '../kubernetes/json.ts';
import {
  and,
  at,
  concat,
  each,
  equals,
  literal,
  method,
  not,
  size,
  variable,
} from './cel/build-expression.ts';
import { plainName } from './parameters/plain-name.ts';
import { conditionsFor } from './pod-conditions.ts';
import { podRules, validatingPolicy } from './policy-objects.ts';
import { ownVariable } from './rules/counting-annotations.ts';
import { isByPolicy, statusVariables } from './rules/status.ts';

/** A policy that warns, and its binding. */
export function unverifiedPolicy(): readonly JsonObject[] {
  const entries = each(variable('before'), 'filter', 'entry', found =>
    and(
      not(isByPolicy(at(found, 'text'))),
      not(method(at(found, 'text'), 'contains', literal('"by":"inject"'))),
    ),
  );
  return validatingPolicy(
    {
      name: 'unverified.sidecar-injector',
      labels: {},
      annotations: {},
      namespaces: 'all',
      resourceRules: podRules,
      conditions: conditionsFor(undefined, false),
    },
    [ownVariable(), ...statusVariables(), ['unverified', entries]],
    {
      isRight: equals(size(variable('unverified')), 0),
      message: 'the webhook put a sidecar in; whether its annotations were edited since cannot be told here',
      messageExpression: concat(
        method(
          each(variable('unverified'), 'map', 'entry', found => plainName(at(found, 'name'))),
          'join',
          literal(', '),
        ),
        ': put in by the webhook; whether the annotations were edited since cannot be told here (status-by-webhook)',
      ),
    },
    'Warn',
  );
}
