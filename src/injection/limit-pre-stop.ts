import { isObject, type JsonObject } from '../kubernetes/json.ts';
import type { PodTraits } from './pod-traits.ts';
import { type Finding, warning } from './reason.ts';
import type { SidecarInstance } from './sidecar-instance.ts';

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
  const message = `${request.key}: waits ${gracePeriodSeconds} s before its end, not ${seconds}; terminationGracePeriodSeconds is less`;
  const sleep = gracePeriodSeconds === 0 ? undefined : { seconds: gracePeriodSeconds };
  return {
    container: withField(
      container,
      'lifecycle',
      withField(lifecycle, 'preStop', withField(preStop, 'sleep', sleep)),
    ),
    findings: [warning('wait-shortened', message)],
  };
}

function objectAt(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return isObject(value) ? value : {};
}

/** Without the field where nothing is left of it. */
function withField(object: JsonObject, key: string, value: JsonObject | undefined): JsonObject {
  if (value !== undefined && Object.keys(value).length > 0) return { ...object, [key]: value };
  const { [key]: _removed, ...others } = object;
  return others;
}
