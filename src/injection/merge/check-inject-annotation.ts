import { type Finding, refusal } from '../reason.ts';
import { injectAnnotation } from '../request/annotation-keys.ts';
import { shownValue } from '../shown-value.ts';
import type { Assembly } from './assembly.ts';

/** Refuses `sidecar.io/inject` where it says neither yes nor no. */
export function checkInjectAnnotation({ annotations }: Assembly): readonly Finding[] {
  const value = annotations[injectAnnotation] ?? 'true';
  if (value === 'true') return [];
  return [
    refusal(
      'invalid-inject',
      injectAnnotation,
      () => `annotation ${injectAnnotation}: got ${shownValue(value)}; use "true" or "false"`,
    ),
  ];
}
