import type { Plan } from '../plan/plan-sidecars.ts';
import { type Finding, refusal, warning } from '../reason.ts';
import { statusAnnotation } from '../request/annotation-keys.ts';
import { shownName, shownValue } from '../shown-value.ts';
import type { InjectedBefore } from '../status/read-status.ts';

/** Holds what an earlier pass put into a pod against what its annotations ask for now. */
export function checkInjected({ sidecars }: Plan, { sidecars: before }: InjectedBefore): readonly Finding[] {
  const names = Object.keys(before);
  if (names.length === 0) return [];
  const requests = new Map(sidecars.map(({ request }) => [request.name, request] as const));
  return names.flatMap(name => {
    const request = requests.get(name);
    if (request === undefined) {
      return warning(
        'request-withdrawn',
        `container ${shownName(name)}`,
        () => `container ${shownValue(name)} was injected, but no annotation asks for it any more`,
      );
    }
    return request.hash === before[name]?.parameters ? [] : parametersChanged(request.shownKey);
  });
}

function parametersChanged(key: string): Finding {
  return refusal(
    'parameters-changed',
    key,
    () =>
      `${key}: the pod was injected with other annotations before, as ${statusAnnotation} says; ` +
      'create the pod from its own manifest, without that annotation and what it names',
  );
}
