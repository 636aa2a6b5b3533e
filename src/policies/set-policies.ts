/** What is true of all sidecars together: who asks for what nobody knows, or for too many, is refused. */
import { maxOthers } from '../injection/plan/count-sidecars.ts';
import type { InjectionPolicy } from '../injection/policy.ts';
import {
  annotationPrefix,
  injectAnnotation,
  statusAnnotation,
} from '../injection/request/annotation-keys.ts';
import type { JsonObject } from '../kubernetes/json.ts';
import type { SidecarDefinition } from '../sidecars/definition.ts';
import {
  and,
  at,
  binary,
  call,
  concat,
  conditional,
  each,
  equals,
  integer,
  isIn,
  list,
  literal,
  mapWhere,
  matches,
  method,
  not,
  optionalAt,
  or,
  orValue,
  size,
  texts,
  variable,
} from './cel/build-expression.ts';
import type { Expression } from './cel/expression.ts';
import { plainName } from './parameters/plain-name.ts';
import { shownName } from './parameters/shown-value.ts';
import { conditionsFor } from './pod-conditions.ts';
import { mutatingPolicy, type PolicySpec, podRules, validatingPolicy } from './policy-objects.ts';
import { instanceName, isOfAnySidecar, switchKey } from './rules/annotation-keys.ts';
import {
  countingValue,
  eachKey,
  isLeftOut,
  offered,
  own,
  ownVariable,
} from './rules/counting-annotations.ts';
import { inheritedVariables } from './rules/namespace-offers.ts';
import { initContainers } from './rules/pod.ts';
import { problemOperations } from './rules/problem-operations.ts';
import { problem, problemIf, problemList } from './rules/problems.ts';
import { statusVariables } from './rules/status.ts';
import { cutMessage } from './rules/told.ts';
import { isNative } from './rules/traits.ts';
import type { Variable } from './rules/variable.ts';

/** For pods of ordinary namespaces, and for those whose namespace may ask for sidecars. */
export function setPolicies(
  definitions: readonly SidecarDefinition[],
  policy: InjectionPolicy,
): readonly JsonObject[] {
  return [false, true].flatMap(isForLabelled => {
    const spec: PolicySpec = {
      name: isForLabelled ? 'pods.namespaces.sidecar-injector' : 'pods.sidecar-injector',
      labels: {},
      annotations: {},
      namespaces: isForLabelled ? 'labelled' : 'ordinary',
      resourceRules: podRules,
      conditions: conditionsFor(undefined, isForLabelled),
    };
    const known: readonly Variable[] = [
      ownVariable(),
      ...statusVariables(),
      ...(isForLabelled ? inheritedVariables() : []),
      ['inject', injectValue(isForLabelled)],
      ['isLeftAlone', isForLabelled ? equals(variable('inject'), 'false') : literal(false)],
    ];
    return [
      ...mutatingPolicy(
        spec,
        [...known, ...variablesOf(definitions, policy, isForLabelled)],
        problemOperations(problemsAnnotation, variable('problems')),
      ),
      ...validatingPolicy(spec, [...known, ['problems', problemsAtTheEnd()]], {
        isRight: equals(size(variable('problems')), 0),
        message: 'the annotations of the pod ask for what no sidecar can be',
        messageExpression: cutMessage(method(variable('problems'), 'join', literal('; '))),
      }),
    ];
  });
}

/** No definition has a name with a dot. */
const problemsAnnotation = 'policies.sidecar.io/pods.sidecar-injector';

/** What was found when the pod was changed, and what others have broken since. */
function problemsAtTheEnd(): Expression {
  const found = orValue(optionalAt(own, problemsAnnotation), '');
  return conditional(
    variable('isLeftAlone'),
    texts([]),
    concat(conditional(equals(found, ''), texts([]), list(call('string', found))), nativeLost()),
  );
}

function variablesOf(
  definitions: readonly SidecarDefinition[],
  { maximumSidecars }: InjectionPolicy,
  inherits: boolean,
): readonly Variable[] {
  const ofPod = eachKey(own, 'filter', key => and(isOfAnySidecar(key), not(isLeftOut(key, inherits))));
  const keys = inherits
    ? concat(
        ofPod,
        eachKey(offered, 'filter', key =>
          and(
            isOfAnySidecar(key),
            not(isIn(key, own)),
            or(isIn(switchKey(key), own), isIn(switchKey(key), offered)),
            not(isLeftOut(key, inherits)),
            not(variable('wasInjected')),
          ),
        ),
      )
    : ofPod;
  const sidecarOf = (key: Expression) =>
    method(
      method(key, 'find', literal('^sidecar[.]io/[^._]*')),
      'substring',
      integer(annotationPrefix.length),
    );
  const ids = method(
    each(variable('keys'), 'map', 'key', key => switchKey(key)),
    'distinct',
  );
  const isOff = (id: Expression) => equals(countingValue(id, inherits), 'false');
  const known = definitions.map(({ name }) => name);
  return [
    ['keys', conditional(variable('isLeftAlone'), texts([]), keys)],
    ['ids', ids],
    ['counted', each(variable('ids'), 'filter', 'id', id => not(isOff(id)))],
    [
      'unknown',
      each(variable('keys'), 'filter', 'key', key =>
        and(
          not(isIn(sidecarOf(key), texts(known))),
          not(isIn(instanceName(switchKey(key)), variable('leftToOthers'))),
        ),
      ),
    ],
    ['leftOver', binary('-', size(variable('ids')), size(variable('counted')))],
    [
      'problems',
      conditional(
        variable('isLeftAlone'),
        texts([]),
        problemList([
          problemIf(
            not(isIn(variable('inject'), texts(['', 'true']))),
            'invalid-inject',
            `annotation ${injectAnnotation}: got "`,
            plainName(variable('inject')),
            '"; use "true" or "false"',
          ),
          problemIf(
            and(isIn(injectAnnotation, own), equals(orValue(optionalAt(own, injectAnnotation), ''), '')),
            'invalid-inject',
            `annotation ${injectAnnotation}: got ""; use "true" or "false"`,
          ),
          problemIf(
            not(variable('isStatusReadable')),
            'invalid-status',
            `annotation ${statusAnnotation}: cannot be read; remove it, the injector writes it`,
          ),
          mapWhere(
            variable('unknown'),
            'key',
            () => literal(true),
            key =>
              problem(
                'unknown-sidecar',
                'annotation ',
                shownName(key),
                ': no such sidecar; known: ',
                literal(known.join(', ') || 'none'),
              ),
          ),
          problemIf(
            binary('>', size(variable('counted')), integer(maximumSidecars)),
            'too-many-sidecars',
            'the annotations ask for ',
            call('string', size(variable('counted'))),
            ` sidecars, at most ${maximumSidecars} may be in a pod; remove some`,
          ),
          problemIf(
            binary('>', variable('leftOver'), integer(maxOthers)),
            'too-many-sidecars',
            `the annotations name more than ${maxOthers} sidecars that are switched off; remove some`,
          ),
        ]),
      ),
    ],
  ];
}

/** What says whether the pod is left alone; of a pod that was injected before its namespace can only say no. */
function injectValue(inherits: boolean): Expression {
  const value = countingValue(literal(injectAnnotation), inherits);
  if (!inherits) return value;
  const isNews = and(variable('wasInjected'), not(isIn(injectAnnotation, own)), not(equals(value, 'false')));
  return conditional(isNews, literal(''), value);
}

/** What runs natively by its status and has lost its restart policy would block the pod. */
function nativeLost(): Expression {
  const lost = each(variable('before'), 'filter', 'entry', found =>
    and(
      matches(at(found, 'text'), '^"definition":"[^"]*","parameters":"(?:[^"\\\\]|\\\\.)*","mode":"native"'),
      not(
        each(initContainers, 'exists', 'container', container =>
          and(equals(at(container, 'name'), at(found, 'name')), isNative(container)),
        ),
      ),
    ),
  );
  return each(lost, 'map', 'entry', found =>
    problem(
      'native-lost',
      'init container "',
      plainName(at(found, 'name')),
      '": restartPolicy: Always was taken off, so it would block the pod for ever; look for an admission webhook that was built for an older Kubernetes',
    ),
  );
}
