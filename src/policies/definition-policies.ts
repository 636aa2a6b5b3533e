/** The policies of one definition: what puts its sidecar into pods, and what refuses the pods that it cannot go into. */
import type { InjectionPolicy } from '../injection/policy.ts';
import { injectAnnotation } from '../injection/request/annotation-keys.ts';
import type { JsonObject } from '../kubernetes/json.ts';
import type { SidecarDefinition } from '../sidecars/definition.ts';
import {
  and,
  at,
  binary,
  bind,
  concat,
  conditional,
  each,
  equals,
  list,
  literal,
  method,
  name,
  not,
  optionalAt,
  optionalField,
  or,
  orValue,
  size,
  variable,
} from './cel/build-expression.ts';
import type { Expression } from './cel/expression.ts';
import { conditionsFor } from './pod-conditions.ts';
import { mutatingPolicy, type PolicySpec, podRules, validatingPolicy } from './policy-objects.ts';
import { adoptionVariables } from './rules/adopted-volumes.ts';
import { appVariables } from './rules/app-changes.ts';
import { authorshipVariables, managersVariable } from './rules/authorship.ts';
import { type CompiledParameters, compileParameters, isOff } from './rules/compiled-parameters.ts';
import { ownVariable } from './rules/counting-annotations.ts';
import { fitVariables } from './rules/fit-problems.ts';
import { nestingVariables } from './rules/nested-mounts.ts';
import { patchOf } from './rules/patch-operations.ts';
import { patchVariables } from './rules/pod-patch.ts';
import { problemOperations } from './rules/problem-operations.ts';
import { problemVariables } from './rules/problem-variables.ts';
import { readingVariables } from './rules/readings.ts';
import { requestKeys, requestVariables } from './rules/requests.ts';
import { sidecarVariables } from './rules/sidecars.ts';
import { isByPolicy, isInjected, statusVariables } from './rules/status.ts';
import { cutMessage } from './rules/told.ts';
import { traitVariables } from './rules/traits.ts';
import type { Variable } from './rules/variable.ts';
import { volumeVariables } from './rules/volume-facts.ts';

/**
 * The others that are compiled with it decide where it goes.
 *
 * What is wrong with a pod is found out once, by the policy that changes pods: it writes that into an annotation, and the
 * policy that refuses pods shows it. No pod is ever stored with it.
 */
export function definitionPolicies(
  definition: SidecarDefinition,
  others: readonly SidecarDefinition[],
  policy: InjectionPolicy,
): readonly JsonObject[] {
  const compiled = compileParameters(definition, policy);
  return [false, true].flatMap(isForLabelled => {
    const spec = specOf(definition, isForLabelled);
    const { asking, judging, patching } = variablesOf(compiled, { others, policy, isForLabelled });
    return [
      ...mutatingPolicy(spec, [...asking, ...judging, ...patching], operations(definition)),
      ...validatingPolicy(spec, asking, validation(definition)),
    ];
  });
}

function specOf(definition: SidecarDefinition, isForLabelled: boolean): PolicySpec {
  return {
    name: `${definition.name}.${isForLabelled ? 'namespaces.' : ''}sidecar.io`,
    labels: { 'policies.sidecar.io/sidecar': definition.name },
    annotations: { 'policies.sidecar.io/definition': definition.hash },
    namespaces: isForLabelled ? 'labelled' : 'ordinary',
    resourceRules: podRules,
    conditions: conditionsFor(definition, isForLabelled),
  };
}

interface Variables {
  readonly asking: readonly Variable[];
  readonly judging: readonly Variable[];
  readonly patching: readonly Variable[];
}

function variablesOf(
  compiled: CompiledParameters,
  options: {
    readonly others: readonly SidecarDefinition[];
    readonly policy: InjectionPolicy;
    readonly isForLabelled: boolean;
  },
): Variables {
  const { definition } = compiled;
  const { policy, isForLabelled, others } = options;
  return {
    asking: [
      ownVariable(),
      ...statusVariables(),
      ...requestVariables(definition, isForLabelled),
      ['asked', asked(definition)],
      ['isLeftAlone', isLeftAlone(isForLabelled)],
    ],
    judging: [
      ...volumeVariables(),
      ...traitVariables(policy.startAfter),
      ...(isForLabelled ? [] : [managersVariable()]),
      ...authorshipVariables(),
      ...readingVariables(compiled),
      ...sidecarVariables(definition, policy),
      ...adoptionVariables(definition),
      ...fitVariables(definition, isForLabelled),
      ...appVariables(definition, policy),
      ...nestingVariables(definition),
      ...problemVariables(),
    ],
    patching: [['earlier', earlier(definition, others)], ...patchVariables(definition, policy)],
  };
}

/** The requests that are to be fulfilled: not those that are switched off. */
function asked(definition: SidecarDefinition): Expression {
  return each(variable('requests'), 'filter', 'request', request => not(isOff(request, definition)));
}

/** Its namespace says that the pod is left alone. */
function isLeftAlone(isForLabelled: boolean): Expression {
  if (!isForLabelled) return literal(false);
  return equals(orValue(optionalAt(variable('own'), injectAnnotation), ofNamespace()), 'false');
}

function ofNamespace(): Expression {
  return orValue(
    optionalAt(optionalField(name('namespaceObject'), 'metadata', 'annotations'), injectAnnotation),
    '',
  );
}

/** The containers of other definitions that a policy put in before in this pass, and that stand before this one. */
function earlier(definition: SidecarDefinition, others: readonly SidecarDefinition[]): Expression {
  if (others.length === 0) return list();
  const isOf = (found: Expression, { name: sidecar }: SidecarDefinition) =>
    or(equals(found, sidecar), method(found, 'startsWith', literal(`${sidecar}-`)));
  const longer = others.filter(other => other.name.startsWith(`${definition.name}-`));
  const isOwn = (found: Expression) =>
    and(isOf(found, definition), not(or(...longer.map(other => isOf(found, other)))));
  const first = at(at(variable('open'), 0), 'name');
  const precedes = (found: Expression) =>
    others
      .filter(({ order }) => order !== definition.order)
      .toSorted((a, b) => a.name.length - b.name.length)
      .reduce<Expression>(
        (otherwise, other) =>
          conditional(isOf(found, other), literal(other.order < definition.order), otherwise),
        binary('<', found, first),
      );
  const names = each(
    each(variable('before'), 'filter', 'entry', found => isByPolicy(at(found, 'text'))),
    'map',
    'entry',
    found => at(found, 'name'),
  );
  const preceding = each(names, 'filter', 'name', found => and(not(isOwn(found)), precedes(found)));
  // In mode classic the one that stands there ends before the app starts, and is called so.
  return bind(preceding, 'names', found =>
    concat(
      found,
      each(found, 'map', 'name', sidecar => concat(sidecar, '-init')),
    ),
  );
}

function isEmpty(variableName: string): Expression {
  return equals(size(variable(variableName)), 0);
}

/** Where the policies tell each other what is wrong. */
function problemsAnnotation({ name: sidecar }: SidecarDefinition): string {
  return `policies.sidecar.io/${sidecar}`;
}

/** Nothing, where everything is there; where something is wrong, an annotation that says so. */
function operations(definition: SidecarDefinition): Expression {
  const key = problemsAnnotation(definition);
  return conditional(
    or(variable('isLeftAlone'), not(variable('isStatusReadable'))),
    patchOf(list()),
    conditional(
      and(isEmpty('problems'), not(isEmpty('open'))),
      patchOf(variable('operations')),
      problemOperations(key, variable('problems')),
    ),
  );
}

/** Refuses what has a problem, and what no policy has put in although nothing is wrong. */
function validation(definition: SidecarDefinition) {
  const isThere = each(variable('asked'), 'all', 'request', request =>
    isInjected(at(request, requestKeys.name)),
  );
  const problems = optionalAt(variable('own'), problemsAnnotation(definition));
  const isRight = or(
    variable('isLeftAlone'),
    not(variable('isStatusReadable')),
    and(not(method(problems, 'hasValue')), isThere),
  );
  const missing = each(variable('asked'), 'filter', 'request', request =>
    not(isInjected(at(request, requestKeys.name))),
  );
  const told = conditional(
    method(problems, 'hasValue'),
    orValue(problems, ''),
    concat(
      'annotation ',
      at(at(missing, 0), requestKeys.id),
      ` asks for a sidecar that no policy has put in; see that MutatingAdmissionPolicy "${definition.name}.sidecar.io" and its binding are as they were applied (not-injected)`,
    ),
  );
  return {
    isRight,
    message: `an annotation of sidecar "${definition.name}" cannot be fulfilled`,
    messageExpression: conditional(isRight, literal(''), cutMessage(told)),
  };
}
