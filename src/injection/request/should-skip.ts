import type { Pod } from '../../kubernetes/pod.ts';
import type { SkipReason } from '../reason.ts';
import { injectAnnotation, isAnnotated } from './annotation-keys.ts';

/**
 * Says why a pod is left alone whatever its requests are; undefined where they count. `annotations`: what counts for it,
 * where that is more than its own.
 */
export function shouldSkip(
  pod: Pod,
  annotations: Readonly<Record<string, string>> = pod.metadata.annotations ?? {},
): SkipReason | undefined {
  for (const rule of rules) {
    const reason = rule(annotations);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

type Rule = (annotations: Readonly<Record<string, string>>) => SkipReason | undefined;

const rules: readonly Rule[] = [
  annotations => (isAnnotated(annotations) ? undefined : 'not-requested'),
  // The kubelet would delete and create the pod anew for ever: the file of a static pod is the truth, not the API.
  annotations => ('kubernetes.io/config.mirror' in annotations ? 'mirror-pod' : undefined),
  annotations => (annotations[injectAnnotation] === 'false' ? 'opted-out' : undefined),
];
