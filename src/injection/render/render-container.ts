import { isObject, type Json, type JsonObject, withField } from '../../kubernetes/json.ts';
import type { Container, ResourceRequirements } from '../../kubernetes/pod.ts';
import type { Mode } from '../../sidecars/definition.ts';
import { renderTemplate } from '../../sidecars/template/render-template.ts';
import type { InjectionPolicy } from '../policy.ts';
import type { Finding } from '../reason.ts';
import type { SidecarInstance } from '../request/sidecar-instance.ts';
import { chooseImage } from './choose-image.ts';
import { limitPreStop } from './limit-pre-stop.ts';
import type { PodTraits } from './pod-traits.ts';
import { sidecarResources } from './sidecar-resources.ts';
import { hasInitContainer, isWaiting, readinessOf } from './wait.ts';
import { withUser } from './with-user.ts';

/** The containers of one sidecar, by the list of the pod that they go into. */
export interface RenderedContainers {
  readonly initContainers: readonly Container[];
  readonly containers: readonly Container[];
}

/**
 * Renders the containers of a sidecar. Beside name, restart policy and startup probe a container is what the
 * definition says, with the user and the resources that annotations set.
 */
export function renderContainers(
  traits: PodTraits,
  instance: SidecarInstance,
  mode: Mode,
  policy: InjectionPolicy,
): RenderedContainers & { readonly findings: readonly Finding[] } {
  const { name } = instance;
  const { container: common, findings } = commonPart(traits, instance, policy);
  const runOnce = () => withoutProbes(commonPart(traits, { ...instance, isOnce: true }, policy).container);
  if (mode === 'init') return { initContainers: [{ name, ...runOnce() }], containers: [], findings };
  const { container, findings: more } = limitPreStop(traits, instance, common);
  const said = [...findings, ...more];
  if (mode === 'native') {
    const native = { name, ...container, restartPolicy: 'Always', ...startupProbe(instance, mode) };
    return { initContainers: [native], containers: [], findings: said };
  }
  const before = hasInitContainer(instance, mode)
    ? [{ name: initContainerName(instance), ...runOnce() }]
    : [];
  return { initContainers: before, containers: [{ name, ...container }], findings: said };
}

/** The name of the init container that does the work once before the app in mode classic. */
export function initContainerName({ name }: SidecarInstance): string {
  return `${name}-init`;
}

function commonPart(
  traits: PodTraits,
  instance: SidecarInstance,
  policy: InjectionPolicy,
): { readonly container: JsonObject; readonly findings: readonly Finding[] } {
  const defined = renderObject(instance);
  const { resources, findings } = sidecarResources(
    traits,
    instance,
    defined['resources'] as ResourceRequirements | undefined,
  );
  const { container, findings: more } = withUser(traits, instance, withImage(instance, defined, policy));
  return {
    container: withField(container, 'resources', resources as JsonObject | undefined),
    findings: [...findings, ...more],
  };
}

function renderObject(instance: SidecarInstance): JsonObject {
  const container = renderTemplate(instance.definition.container, instance);
  return isObject(container) ? container : {};
}

function withImage(
  { definition }: SidecarInstance,
  container: JsonObject,
  policy: InjectionPolicy,
): JsonObject {
  const defined = String(container['image']);
  const image = chooseImage(definition, defined, policy);
  return image === defined ? container : { ...container, image };
}

/** Kubernetes allows probes, hooks and what a change of size restarts only in init containers that keep running. */
function withoutProbes(container: JsonObject): JsonObject {
  const {
    livenessProbe: _liveness,
    readinessProbe: _readiness,
    lifecycle: _lifecycle,
    resizePolicy: _resizePolicy,
    ...others
  } = container;
  return others;
}

function startupProbe(instance: SidecarInstance, mode: Mode): { readonly startupProbe?: Json } {
  const ready = readinessOf(instance);
  if (ready === undefined || !isWaiting(instance, mode)) return {};
  const handler = renderTemplate(ready.probe, instance);
  const { within, timeoutSeconds } = ready;
  const withinSeconds = typeof within === 'number' ? within : (instance.values.get(within)?.magnitude ?? 1);
  return {
    startupProbe: {
      ...(isObject(handler) ? handler : {}),
      periodSeconds: probePeriodSeconds,
      timeoutSeconds: Math.ceil(timeoutSeconds ?? probeTimeoutSeconds),
      // A command that waits fails as seldom as it waits long, and the next attempt follows at once.
      failureThreshold: Math.max(1, Math.ceil(withinSeconds / (timeoutSeconds ?? probePeriodSeconds))),
    },
  };
}

// The app starts at most one period after the sidecar is ready.
export const probePeriodSeconds = 1;
// The kubelet's default of one second is short for the first exec on a loaded node.
export const probeTimeoutSeconds = 2;
