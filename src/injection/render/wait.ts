import type { Mode, Readiness } from '../../sidecars/definition.ts';
import { doHold } from '../../sidecars/template/conditions.ts';
import type { SidecarInstance } from '../request/sidecar-instance.ts';

/** Whether the app's start waits for the sidecar. */
export function isWaiting(instance: SidecarInstance, mode: Mode): boolean {
  if (mode === 'init') return true;
  if (isWaitOff(instance)) return false;
  return mode === 'native' ? readinessOf(instance) !== undefined : hasInitContainer(instance, mode);
}

/** What the start of the app waits for, where the definition says so for the values of this instance. */
export function readinessOf(instance: SidecarInstance): Readiness | undefined {
  const { ready } = instance.definition;
  return ready && doHold(ready.when, instance) ? ready : undefined;
}

/** Whether `.wait` says that the app may start before the sidecar is ready. */
export function isWaitOff({ values }: SidecarInstance): boolean {
  return values.get('wait')?.value === false;
}

/** Whether an init container does the work once before the app: only what can run once ever ends there. */
export function hasInitContainer(instance: SidecarInstance, mode: Mode): boolean {
  return mode === 'classic' && instance.definition.modes.includes('init') && !isWaitOff(instance);
}
