import { isObject, type JsonObject, withField } from '../../kubernetes/json.ts';
import { type Finding, warning } from '../reason.ts';
import type { SidecarInstance } from '../request/sidecar-instance.ts';
import type { PodTraits } from './pod-traits.ts';

/**
 * Shortens the sleep before the end of a container to the time that the pod has for its end: the API server refuses a
 * pod with a longer one. https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/
 */
export function limitPreStop(
  { gracePeriodSeconds }: PodTraits,
  { request }: SidecarInstance,
  container: JsonObject,
): { readonly container: JsonObject; readonly findings: readonly Finding[] } {
  const lifecycle = objectAt(container, 'lifecycle');
  const preStop = objectAt(lifecycle, 'preStop');
  const seconds = objectAt(preStop, 'sleep')['seconds'];
  if (typeof seconds !== 'number' || seconds <= gracePeriodSeconds) return { container, findings: [] };
  const message = () =>
    `${request.shownKey}: waits ${gracePeriodSeconds} s before its end, not ${seconds}; terminationGracePeriodSeconds is less`;
  const sleep = gracePeriodSeconds === 0 ? undefined : { seconds: gracePeriodSeconds };
  const shortened = unlessEmpty(withField(preStop, 'sleep', sleep));
  return {
    container: withField(container, 'lifecycle', unlessEmpty(withField(lifecycle, 'preStop', shortened))),
    findings: [warning('wait-shortened', request.shownKey, message)],
  };
}

function objectAt(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return isObject(value) ? value : {};
}

function unlessEmpty(object: JsonObject): JsonObject | undefined {
  return Object.keys(object).length > 0 ? object : undefined;
}
