/** What of a pod decides how a sidecar is rendered: render/pod-traits.ts and quality-of-service.ts in CEL. */
import { networkValidators } from '../../injection/render/pod-traits.ts';
import { ephemeralStorage } from '../../kubernetes/containers.ts';
import {
  and,
  at,
  binary,
  bind,
  call,
  concat,
  conditional,
  each,
  equals,
  integer,
  isIn,
  literal,
  mapOf,
  method,
  not,
  optionalAt,
  optionalField,
  orValue,
  size,
  texts,
  variable,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { containers, initContainers, namesOf, spec } from './pod.ts';
import { isOfApp } from './status.ts';
import type { Variable } from './variable.ts';

/** The variables about the pod as a whole. */
export function traitVariables(startAfter: readonly string[]): readonly Variable[] {
  const all = concat(initContainers, containers);
  const podResource = (kind: string) => orValue(optionalField(spec, 'resources', kind), mapOf([]));
  const own = each(variable('allContainers'), 'filter', 'container', isOfApp);
  return [
    ['allContainers', all],
    ['appContainers', own],
    [
      'nativeProxies',
      each(initContainers, 'filter', 'container', container =>
        and(isIn(at(container, 'name'), texts(startAfter)), isNative(container)),
      ),
    ],
    [
      'networkBlocker',
      conditional(
        equals(size(variable('nativeProxies')), 0),
        orValue(
          optionalAt(
            each(namesOf(initContainers), 'filter', 'name', found =>
              isIn(found, texts([...networkValidators])),
            ),
            integer(0),
          ),
          '',
        ),
        literal(''),
      ),
    ],
    [
      'isEnding',
      isIn(orValue(optionalField(spec, 'restartPolicy'), 'Always'), texts(['Never', 'OnFailure'])),
    ],
    [
      'podResources',
      concat(
        each(podResource('requests'), 'filter', 'resource', () => literal(true)),
        each(podResource('limits'), 'filter', 'resource', () => literal(true)),
      ),
    ],
    ['isGuaranteed', and(isEqual('cpu'), isEqual('memory'))],
    [
      'isStorageLimited',
      each(variable('appContainers'), 'exists', 'container', container =>
        isIn(ephemeralStorage, limitsOf(container)),
      ),
    ],
    [
      'gracePeriodSeconds',
      bind(orValue(optionalField(spec, 'terminationGracePeriodSeconds'), integer(30)), 'seconds', seconds =>
        conditional(binary('<', seconds, integer(0)), integer(0), seconds),
      ),
    ],
  ];
}

/** Whether an init container keeps running beside the app. */
export function isNative(container: Expression): Expression {
  return equals(orValue(optionalField(container, 'restartPolicy'), ''), 'Always');
}

function limitsOf(container: Expression): Expression {
  return orValue(optionalField(container, 'resources', 'limits'), mapOf([]));
}

export const isRoot = equals(orValue(optionalField(spec, 'securityContext', 'runAsUser'), integer(-1)), 0);

export const isNonRoot = orValue(optionalField(spec, 'securityContext', 'runAsNonRoot'), literal(false));

/** Whether the pod, or else each of its containers, requests exactly what it is limited to. The API server fills in the rest. */
function isEqual(resource: string): Expression {
  const ofPod = (kind: string) => optionalAt(optionalField(spec, 'resources', kind), resource);
  const limit = method(ofPod('limits'), 'value');
  const request = orValue(ofPod('requests'), limit);
  const hasLimit = method(ofPod('limits'), 'hasValue');
  const hasRequest = method(ofPod('requests'), 'hasValue');
  const ofEach = and(
    not(hasRequest),
    not(equals(size(variable('appContainers')), 0)),
    each(variable('appContainers'), 'all', 'container', container => {
      const own = (kind: string) => optionalAt(optionalField(container, 'resources', kind), resource);
      const ownLimit = method(own('limits'), 'value');
      return and(
        method(own('limits'), 'hasValue'),
        isAmount(ownLimit),
        isSameAmount(orValue(own('requests'), ownLimit), ownLimit),
      );
    }),
  );
  return conditional(hasLimit, and(isAmount(limit), isSameAmount(request, limit)), ofEach);
}

/** More than nothing. */
export function isAmount(quantity: Expression): Expression {
  return method(call('quantity', quantity), 'isGreaterThan', call('quantity', literal('0')));
}

function isSameAmount(a: Expression, b: Expression): Expression {
  return equals(method(call('quantity', a), 'compareTo', call('quantity', b)), 0);
}
