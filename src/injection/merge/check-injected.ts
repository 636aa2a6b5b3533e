import type { Plan } from '../plan/plan-sidecars.ts';
import { type Finding, refusal, warning } from '../reason.ts';
import type { RenderedSidecar } from '../render/render-sidecar.ts';
import { statusAnnotation } from '../request/annotation-keys.ts';
import { shownName, shownValue } from '../shown-value.ts';
import type { SidecarStatus } from '../status/pod-status.ts';
import type { InjectedBefore } from '../status/read-status.ts';
import { hasSameParameters } from '../status/same-annotations.ts';

/** Holds what an earlier pass put into a pod against what its annotations ask for now. */
export function checkInjected({ sidecars }: Plan, { sidecars: before }: InjectedBefore): readonly Finding[] {
  const entries = Object.entries(before);
  if (entries.length === 0) return [];
  const planned = new Map(sidecars.map(sidecar => [sidecar.request.name, sidecar] as const));
  return entries.flatMap(([name, status]) => {
    const sidecar = planned.get(name);
    if (sidecar === undefined) {
      // Its namespace asked for it, and has changed its mind: the pod stays as it is, and nobody who creates it can help it.
      if (status.from !== undefined) return [];
      return warning(
        'request-withdrawn',
        `container ${shownName(name)}`,
        () => `container ${shownValue(name)} was injected, but no annotation asks for it any more`,
      );
    }
    const { request, rendered } = sidecar;
    if (!hasSameParameters(status, request)) return parametersChanged(request.shownKey);
    return rendered && isOutdated(rendered, status) ? definitionOutdated(request.shownKey, name) : [];
  });
}

/** The webhook's own pods stay as they are, whatever becomes of the definition; their workload makes new ones. */
function isOutdated({ instance }: RenderedSidecar, { by, definition }: SidecarStatus): boolean {
  return by === 'inject' && definition !== instance.definition.hash;
}

function definitionOutdated(key: string, name: string): Finding {
  return warning(
    'definition-outdated',
    key,
    () =>
      `${key}: ${shownName(name)} in the manifest is of an older definition; uninject and inject the manifest again`,
  );
}

function parametersChanged(key: string): Finding {
  return refusal(
    'parameters-changed',
    key,
    () =>
      `${key}: the pod was injected with other annotations before, as ${statusAnnotation} says; ` +
      'take that out with "sidecar-injector uninject -f FILE", and create the pod of what is left',
  );
}
