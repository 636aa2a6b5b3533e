import { injectAnnotation } from './annotation-keys.ts';
import type { Assembly } from './assembly.ts';
import { type Finding, refusal } from './reason.ts';
import { shownValue } from './shown-value.ts';

/** Refuses `sidecar.io/inject` where it says neither yes nor no. */
export function checkSwitch({ pod }: Assembly): readonly Finding[] {
  const value = pod.metadata.annotations?.[injectAnnotation] ?? 'true';
  if (value === 'true') return [];
  return [
    refusal(
      'invalid-inject',
      `annotation ${injectAnnotation}: got ${shownValue(value)}; use "true" or "false"`,
    ),
  ];
}
